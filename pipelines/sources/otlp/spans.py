"""Spans that a stream claims: each is the start of a step and its end; all others are counted and left out.

Knows what a span means for a stream; knows no encoding. What a span says besides stands on its start, where segments
look; what only its end can know (the error, the cost) on its end, so that nothing is counted twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

import msgspec
import polars as pl

from metrics.stream.source import Spans
from pipelines.sources.meaning import COLUMNS, RefusedError, Row, problem_row, read_columns, shown
from pipelines.sources.otlp.form import REFUSALS, Form, to_reason
from pipelines.sources.otlp.origin import LOOKALIKES, SHORT_NAMES, Origin, to_short
from pipelines.sources.otlp.span_frame import TOLD, Part, to_frame

TOLD_BY_EVENTS = "spans told by events"
OUTSIDE = "spans outside the stream"
WITHOUT_CASE = "spans without a case"
MAX_CHARACTERS = 1_048_576
"""The most a span may say, as much as a whole event; one that says more is a problem."""

_EVENT_ID = "cloudevents.event_id"
_LATEST_NS = 2**64 - 1  # the last instant protobuf can say
_KINDS = {"internal": {0, 1}, "server": {2}, "client": {3}, "producer": {4}, "consumer": {5}}
_RESULTS = {1: "success", 2: "error"}  # of a status; unset says nothing, so the outcome is not known
_HEXADECIMAL = "0123456789abcdef:"
_AT_THE_END = ("error.type", "cost")
_MARKED = frozenset({*SHORT_NAMES, *LOOKALIKES, "error.type"})  # names that need a second look
_FILLED = (
    *("stream.name", "step.name", "performer.kind", "performer.id", "performer.role", "performer.team"),
    *("attempt", "outcome"),
)
_encode = msgspec.json.Encoder(order="sorted").encode

Read = Callable[[int, Any], "tuple[Any, ...] | str"]
"""Number of a span, and the span → its row of `span_frame`, or why it is left out."""


class SpanRows:
    """Gathers the spans of one stream. Those that are problems go to `problems`, the rest is counted in `left_out`."""

    def __init__(self, claims: Spans | None, left_out: Counter[str], problems: list[Row]) -> None:
        self._claims = claims
        self._problems = problems
        self._left_out = left_out
        self._parts: list[Part] = []
        self._rows: list[tuple[Any, ...]] = []

    def __len__(self) -> int:
        return 2 * len(self._rows)

    def take(self, place: str, first: int, origin: Origin | Exception, items: Sequence[Any], form: Form) -> None:
        """Take the spans of one scope, numbered from `first`; a resource that could not be read spoils each of them."""
        claims = self._claims
        if claims is None or (isinstance(origin, Origin) and not _is_claimed(claims, origin)):
            self._left_out[OUTSIDE] += len(items)
            return
        part = len(self._parts)
        if isinstance(origin, Origin):
            self._parts.append(Part(place, origin))
        read = _reader(claims, part, origin, form)
        for number, item in enumerate(items, first):
            try:
                row = read(number, item)
            except REFUSALS as refused:
                self._problems.append(_to_problem(f"{place} span {number}", refused, origin, item, form))
                continue
            if isinstance(row, str):
                self._left_out[row] += 1
            else:
                self._rows.append(row)

    def to_frame(self) -> pl.DataFrame:
        """The starts and ends gathered, as a batch."""
        return to_frame(self._parts, self._rows)


def _is_claimed(claims: Spans, origin: Origin) -> bool:
    return not claims.services or any(fnmatchcase(origin.service or "", name) for name in claims.services)


def _reader(claims: Spans, part: int, origin: Origin | Exception, form: Form) -> Read:
    """How the spans of one resource are read: what does not change from span to span is worked out here."""
    if not isinstance(origin, Origin):
        return partial(_raise, origin)
    kinds = {number for kind in claims.kinds for number in _KINDS[kind]} or None
    steps, case_name, is_trace = claims.steps, claims.case, claims.case == "trace_id"
    shared_case = origin.told.get(case_name)
    shared = {name: value for name, value in origin.shared.items() if name in SHORT_NAMES and name != case_name}
    read_span, read_attributes = form.read_span, form.read_attributes

    def read(number: int, item: Any) -> tuple[Any, ...] | str:
        trace_id, span_id, name, kind, start_ns, end_ns, status, message, attributes = read_span(item)
        step = steps.get(name, name)
        if step is None or (kinds is not None and kind not in kinds):
            return OUTSIDE
        told = read_attributes(attributes)
        if _EVENT_ID in told:
            return TOLD_BY_EVENTS
        case = trace_id if is_trace else told.pop(case_name, shared_case)
        if case is None:
            return WITHOUT_CASE
        if not (0 < start_ns <= _LATEST_NS and 0 < end_ns <= _LATEST_NS):
            raise _untimely(start_ns, end_ns)
        name = _to_name(trace_id, span_id)
        ending, ours = None, None
        if shared or message or not _MARKED.isdisjoint(told):
            step, told, ending, ours = _read_ours(step, {**shared, **told}, message)
        rest = _encode(told).decode() if told else None
        if type(case) is not str or not case:
            case = _to_case(case)
        if len(step) + len(case) + len(rest or "") + len(ending or "") > MAX_CHARACTERS:
            raise RefusedError("is larger than 1 MiB")
        times = start_ns // 1000, end_ns // 1000
        return (part, number, name, span_id, step, case, *times, _RESULTS.get(status), rest, ending, ours)

    return read


def _raise(refused: Exception, number: int, item: Any) -> str:
    raise RefusedError(f"its resource cannot be read: {to_reason(refused)}") from refused


def _untimely(start_ns: int, end_ns: int) -> RefusedError:
    name, told = ("endTimeUnixNano", end_ns) if 0 < start_ns <= _LATEST_NS else ("startTimeUnixNano", start_ns)
    return RefusedError(f"{name} is {shown(told)}; it must be nanoseconds since 1970, at least 1")


def _to_name(trace_id: str, span_id: str) -> str:
    """The two ids as one, if they are ids: none is all zero, which would mean that there is none."""
    name = f"{trace_id}:{span_id}"
    is_long_enough = len(trace_id) == 32 and len(span_id) == 16
    if is_long_enough and trace_id.strip("0") and span_id.strip("0") and name.strip(_HEXADECIMAL) == "":
        return name
    ids = f"traceId {shown(trace_id)} and spanId {shown(span_id)}"
    raise RefusedError(f"{ids} are no ids: write 32 and 16 hexadecimal digits, not all 0")


def _to_case(case: Any) -> str:
    if type(case) is int:
        return str(case)
    raise RefusedError(f"the case is {shown(case)}; it must be a text that is not empty, or a whole number")


def _read_ours(step: str, told: dict[str, Any], message: str) -> tuple[Any, ...]:
    """The step, what is left for its start, the JSON of its end, and the columns the span fills itself."""
    short = to_short(told)
    ours = {name: short.pop(name) for name in _FILLED if name in short}
    read = dict(zip(COLUMNS, read_columns(ours, {}), strict=True))
    ending = {name: short.pop(name) for name in _AT_THE_END if name in short}
    if message:
        ending["otel.status_description"] = message
    columns = tuple(read[name] for name in TOLD)
    return str(read["step"] or step), short, _encode(ending).decode() if ending else None, columns


def _to_problem(place: str, refused: Exception, origin: Origin | Exception, item: Any, form: Form) -> Row:
    """The problem of a span, with what names it as far as that can be read."""
    try:
        name: str | None = ":".join(form.read_span(item)[:2])
    except REFUSALS:
        name = None
    return problem_row(place, to_reason(refused), origin.source if isinstance(origin, Origin) else None, name)
