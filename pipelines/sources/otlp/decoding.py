"""Messages of OTLP become batches: bodies go in one by one, a frame comes out when the caller wants one.

Knows content types and the shape of a message; knows neither files nor sockets. Nothing that a body holds raises: what
cannot be read is a problem row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum

import polars as pl

from metrics.stream.source import Source
from pipelines.sources.meaning import RefusedError, Row, problem_row, to_frame
from pipelines.sources.otlp import json_form, protobuf_form, records
from pipelines.sources.otlp.form import REFUSALS, Form, Message, Part, to_reason
from pipelines.sources.otlp.origin import Origin
from pipelines.sources.otlp.spans import SpanRows

PROTOBUF = "application/x-protobuf"
JSON = "application/json"
UNREADABLE = "text/x-reason"
"""The type of a body that could not be read: what there is, is why, in words for a person."""

_HEAD_BYTES = 65_536
_SIGN = re.compile(rb'"resource(Spans|Logs)"\s*:')


class Signal(StrEnum):
    """What a body in protobuf holds; JSON says so itself."""

    TRACES = "traces"
    LOGS = "logs"


class Decoding:
    """Decodes for one stream. `left_out` counts, by reason, what makes no row; it is the caller's own where given."""

    def __init__(self, settings: Source, left_out: Counter[str] | None = None) -> None:
        self.left_out = Counter[str]() if left_out is None else left_out
        self._settings = settings
        self._begin()

    def _begin(self) -> None:
        self._rows: list[Row] = []
        self._spans = SpanRows(self._settings.spans, self.left_out, self._rows)

    def __len__(self) -> int:
        """Rows that `take_frame` would give."""
        return len(self._spans) + len(self._rows)

    def take(self, body: bytes, content_type: str, place: str, signal: Signal | None = None) -> None:
        """Decode one body; a signal that is not told is found out from the body."""
        try:
            message = _decode(body, content_type, signal)
        except REFUSALS as refused:
            self.refuse(place, to_reason(refused))
            return
        for part, first in self._admit(Signal.TRACES, message.spans, signal, place):
            self._spans.take(place, first, _origin(part, message.form), part.items, message.form)
        for part, first in self._admit(Signal.LOGS, message.records, signal, place):
            origin = _origin(part, message.form)
            self._rows += records.read(place, first, origin, part.items, message.form, self.left_out)

    def refuse(self, place: str, reason: str) -> None:
        """Keep a body that could not even be read as a problem."""
        self._rows.append(problem_row(place, reason))

    def take_frame(self) -> pl.DataFrame:
        """All rows since the last call, as one batch."""
        spans = self._spans.to_frame() if len(self._spans) else None
        rows = to_frame(self._rows) if self._rows or spans is None else None
        self._begin()
        return pl.concat([frame for frame in (spans, rows) if frame is not None])

    def _admit(
        self, held: Signal, parts: Iterable[Part], sent: Signal | None, place: str
    ) -> Iterator[tuple[Part, int]]:
        """Each part with the number of its first item; none, but a problem, where they were sent as another signal."""
        first = 1
        for part in parts:
            if sent not in (None, held):
                self.refuse(place, f"holds {held}, but was sent as {sent}")
                return
            yield part, first
            first += len(part.items)


def signal_of(body: bytes, content_type: str) -> Signal | None:
    """What a body holds, by its beginning; None where nothing says so."""
    if content_type != PROTOBUF:
        found = _SIGN.search(body[:_HEAD_BYTES])
        return None if found is None else Signal.TRACES if found[1] == b"Spans" else Signal.LOGS
    try:
        return Signal.LOGS if protobuf_form.is_logs(body) else Signal.TRACES
    except REFUSALS:
        return None


def _decode(body: bytes, content_type: str, signal: Signal | None) -> Message:
    if content_type == UNREADABLE:
        raise RefusedError(body.decode())
    if content_type != PROTOBUF:
        return json_form.decode(body)
    is_logs = signal is Signal.LOGS or (signal is None and protobuf_form.is_logs(body))
    return protobuf_form.decode_logs(body) if is_logs else protobuf_form.decode_traces(body)


def _origin(part: Part, form: Form) -> Origin | Exception:
    try:
        return Origin.from_attributes(form.read_resource(part.resource))
    except REFUSALS as refused:
        return refused
