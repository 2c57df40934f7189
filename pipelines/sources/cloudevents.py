"""CloudEvents 1.0 in JSON: one event a line, or one array (the batch mode), plain or gzipped; or a body as it was sent.

Knows the envelope of an event; what its attributes mean stands in `meaning`. Knows neither streams nor metrics. JSON is
read by pydantic's parser, twice as fast as the standard library's. Memory is bounded by one batch and one event.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
from pydantic_core import from_json

from metrics.stream.source import Source
from pipelines.sources.batch import BATCH_ROWS
from pipelines.sources.json_pieces import MAX_BYTES, Piece, cut_pieces, read_pieces
from pipelines.sources.meaning import (
    RefusedError,
    Row,
    find_case,
    problem_row,
    read_columns,
    read_texts,
    shown,
    to_frame,
)
from pipelines.sources.sniffing import read_head

KEY = "cloudevents"
SUFFIXES = (".jsonl", ".ndjson", ".json", ".jsonl.gz", ".ndjson.gz", ".json.gz")
# what this source can see; a metric that needs more is not computable from it
CAPABILITIES = frozenset({"touch_time", "queue_time", "performer", "attempts", "failures", "costs"})
SIGN = "CloudEvents ('specversion')"

BATCH_BYTES = 67_108_864  # of text: a batch of large events is cut short

_TIME = re.compile(r"(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?)([Zz]|[+-]\d\d:\d\d)?")
_SIGN = re.compile(rb'"specversion"\s*:')
_LINES = ("ndjson", "jsonl", "json-lines")
_ARRAY = msgspec.json.Decoder(list[msgspec.Raw])
_ENVELOPE = ("source", "id", "type")


def recognises(path: Path) -> bool:
    """Whether the beginning of a file looks like CloudEvents."""
    return _SIGN.search(read_head(path)) is not None


def read(path: Path, settings: Source) -> Iterator[pl.DataFrame]:
    """Batches of at most BATCH_ROWS rows, in the order of the file; a bad event is a row with `problem` and `place`.

    `settings` is part of every source's signature; CloudEvents needs no mapping, its names are the contract.

    Raises:
        SourceError: the file cannot be read as a whole: truncated or no gzip, UTF-16, not there.
    """
    yield from _to_frames(read_pieces(path))


def parse(body: bytes, content_type: str, settings: Source, place: str) -> pl.DataFrame:
    """The batch of one received body; see `parse_rows`."""
    return to_frame(parse_rows(body, content_type, place))


def parse_rows(body: bytes, content_type: str, place: str) -> Iterator[Row]:
    """The rows of one received body: an event, an array of them, or lines where the content type says so.

    Bad content never raises: it is a row with `problem`, and what stands beside it is read.
    """
    if body.lstrip().startswith(b"["):
        pieces = _cut_array(body, place)
    elif any(word in content_type for word in _LINES):
        pieces = ((f"{place} {where}", text, why) for where, text, why in cut_pieces(_open(body)))
    else:
        pieces = iter([_weigh(place, body)])
    return (_read_row(*piece) for piece in pieces)


def _cut_array(body: bytes, place: str) -> Iterator[Piece]:
    """The items of an array; of one that breaks off or is no UTF-8, those before that."""
    try:
        for number, item in enumerate(_ARRAY.decode(body), 1):
            yield _weigh(f"{place} item {number}", bytes(item))
    except (msgspec.DecodeError, RecursionError):
        try:
            for where, text, why in cut_pieces(_open(body)):
                yield f"{place} {where}", text, why
        except UnicodeDecodeError as error:
            yield place, "", f"is an array that is not UTF-8: {error}"


def _open(body: bytes) -> io.BufferedReader:
    return io.BufferedReader(io.BytesIO(body))


def _weigh(place: str, text: bytes) -> Piece:
    return (place, text, None) if len(text) <= MAX_BYTES else (place, "", "is larger than 1 MiB")


def _to_frames(pieces: Iterator[Piece]) -> Iterator[pl.DataFrame]:
    rows: list[Row] = []
    size = 0
    for place, text, problem in pieces:
        rows.append(_read_row(place, text, problem))
        size += len(text)
        if len(rows) == BATCH_ROWS or size >= BATCH_BYTES:
            yield to_frame(rows)
            rows, size = [], 0
    if rows:
        yield to_frame(rows)


def _read_row(place: str, text: str | bytes, problem: str | None) -> Row:
    """One row, whatever the text is."""
    event: dict[str, Any] = {}
    if problem is None:
        try:
            event = _decode(text)
            return (*_read_event(event), place, None)
        except RefusedError as refused:
            problem = str(refused)
    told = event.get("data")
    return problem_row(place, problem, event.get("source"), event.get("id"), told if isinstance(told, dict) else None)


def _decode(text: str | bytes) -> dict[str, Any]:
    try:
        event = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise RefusedError(f"is not JSON: {error}") from error
    if not isinstance(event, dict):
        raise RefusedError(f"is {shown(event)}; a CloudEvent is a JSON object")
    return event


def _read_event(event: dict[str, Any]) -> tuple[object, ...]:
    """The columns of one event up to its attributes.

    Raises:
        RefusedError: an attribute that CloudEvents or the wire contract requires is absent, or of another type.
    """
    source, event_id, kind = read_texts(event, _ENVELOPE)
    if None in (source, event_id, kind):
        raise RefusedError(f"{_ENVELOPE[(source, event_id, kind).index(None)]!r} is missing; CloudEvents requires it")
    if event.get("specversion") != "1.0":
        raise RefusedError(f"specversion is {shown(event.get('specversion'))}; this reads CloudEvents '1.0'")
    told = event.get("data")
    if not isinstance(told, dict):
        raise RefusedError(f"data is {shown(told)}; it must be a JSON object of attributes")
    more = {"cloudevents.event_type": kind}
    if event.get("traceparent") is not None:
        more["traceparent"] = read_texts(event, ("traceparent",))[0]
    columns = read_columns(told, more)
    return (source, event_id, find_case(told, event.get("subject")), _read_time(event.get("time")), *columns)


def _read_time(value: Any) -> dt.datetime:
    """The instant in UTC, without zone, from RFC 3339 text."""
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise RefusedError(f"time is {shown(value)}; write RFC 3339, e.g. 2026-07-20T06:00:00+02:00")
    if match[2] is None:
        raise RefusedError(f"time {value!r} has no offset, so its instant is unknown; end it with Z or such as +02:00")
    try:
        if match[2] in "Zz":
            return dt.datetime.fromisoformat(match[1])
        return dt.datetime.fromisoformat(value).astimezone(dt.UTC).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise RefusedError(f"time {value!r} is no instant: {error}") from error
