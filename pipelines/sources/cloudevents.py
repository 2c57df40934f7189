"""CloudEvents 1.0 in JSON: one event a line, or one array (the batch mode), plain or gzipped.

Knows the wire contract's names and how they map to a row of a batch; knows neither streams nor metrics. JSON is read
by the standard library. Memory is bounded by one batch and one event, whatever the size of the file.
"""

from __future__ import annotations

import codecs
import datetime as dt
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from metrics.stream.model import Source
from pipelines.errors import SourceError
from pipelines.sources.batch import BATCH_ROWS, SCHEMA, to_batch

KEY = "cloudevents"
SUFFIXES = (".jsonl", ".ndjson", ".json", ".jsonl.gz", ".ndjson.gz", ".json.gz")
CAPABILITIES = frozenset({"touch_time", "queue_time", "performer", "attempts", "failures", "costs"})
"""What this source can see; a metric that needs more is not computable from it."""

TEXTS = {
    "step.name": "step",
    "lifecycle": "lifecycle",
    "step.instance_id": "activity_id",
    "performer.kind": "performer_kind",
    "performer.id": "performer",
    "performer.role": "role",
    "performer.team": "team",
    "outcome": "outcome",
    "service.version": "release",
    "failure.id": "failure_id",
    "failure.stage": "failure_stage",
}
"""Attributes that are text, by their name in `data`, and the column each fills."""
NUMBERS = {"event.sequence": ("sequence", 0, 2**63 - 1), "attempt": ("attempt", 1, 2**31 - 1)}
"""Attributes that are whole numbers: column, smallest, largest."""
CLOSED = {
    "performer.kind": frozenset({"human", "system", "agent", "external"}),
    "failure.stage": frozenset({"onset", "detected", "triaged", "contained", "remediated", "steady"}),
}
"""Attributes whose words are fixed; a stream file maps the words of `lifecycle`, so it stays open."""
MAX_BYTES = 1_048_576
"""The largest event that is read; a larger one becomes a problem row."""

_CHUNK = 65_536
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(Z|z|[+-]\d\d:\d\d)?")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_BLANK = " \t\r\n"
_COLUMNS = tuple(SCHEMA)
_PLACE = {name: position for position, name in enumerate(_COLUMNS)}
Row = list[Any]
Stream = io.BufferedReader | gzip.GzipFile


class _Refused(ValueError):
    """Why one event cannot be a row; its text is the problem a person reads."""


def read(path: Path, settings: Source) -> Iterator[pl.DataFrame]:
    """Batches of at most BATCH_ROWS rows in the order of the file; a bad event is a row with `problem` and `place`.

    `settings` is part of every source's signature; CloudEvents needs no mapping, its names are the contract.

    Raises:
        SourceError: the file cannot be read as a whole: truncated or no gzip, UTF-16, not there.
    """
    rows = (_read_row(place, text, problem) for place, text, problem in _pieces(path))
    while batch := list(islice(rows, BATCH_ROWS)):
        yield to_batch({name: list(values) for name, values in zip(_COLUMNS, zip(*batch, strict=True), strict=True)})


def _pieces(path: Path) -> Iterator[tuple[str, str, str | None]]:
    """For each event its place, its text, and why it could not be cut out of the file (the text is empty then)."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            start = stream.peek(_CHUNK)
            if start.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00")):
                raise SourceError(f"{path.name} begins like UTF-16 or UTF-32; CloudEvents are UTF-8. Convert it.")
            if start.startswith(codecs.BOM_UTF8):
                stream.read(len(codecs.BOM_UTF8))
            is_array = start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"[")
            yield from _cut_array(stream) if is_array else _cut_lines(stream)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{path.name} is no whole gzip file: {error}. Fetch or write it again.") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path.name} is an array that is not UTF-8: {error}. Convert it.") from error
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {error.strerror or error}.") from error


def _cut_lines(stream: Stream) -> Iterator[tuple[str, str, str | None]]:
    number = 0
    while line := stream.readline(MAX_BYTES + 1):
        number += 1
        if len(line) > MAX_BYTES and not line.endswith(b"\n"):
            while (rest := stream.readline(_CHUNK)) and not rest.endswith(b"\n"):
                continue
            yield f"line {number}", "", "is larger than 1 MiB"
        elif not line.isspace():
            try:
                text, problem = line.decode("utf-8"), None
            except UnicodeDecodeError as error:
                text, problem = "", f"is not UTF-8: {error.reason} at byte {error.start + 1}"
            yield f"line {number}", text, problem


def _cut_array(stream: Stream) -> Iterator[tuple[str, str, str | None]]:
    """Items of one array, by decoding ahead in a window; what follows a broken item cannot be found again."""
    to_text = codecs.getincrementaldecoder("utf-8")().decode
    number, window, is_at_end = 1, to_text(stream.read(_CHUNK)).lstrip(_BLANK)[1:], False
    while not (window := window.lstrip(_BLANK + ",")).startswith("]"):
        try:
            end = _DECODER.raw_decode(window)[1]
        except (ValueError, RecursionError):
            end = 0
        if 0 < end < len(window):
            yield f"item {number}", window[:end], None
            number, window = number + 1, window[end:]
        elif not is_at_end and len(window) <= MAX_BYTES:
            chunk = stream.read(_CHUNK)
            window, is_at_end = window + to_text(chunk, final=not chunk), not chunk
        else:
            yield f"item {number}", "", "is not JSON, larger than 1 MiB or cut off; nothing after it could be read"
            return


def _read_row(place: str, text: str, problem: str | None) -> Row:
    """One row, whatever the text is."""
    row: Row = [None] * len(_COLUMNS)
    row[_PLACE["place"]] = place
    if problem is None:
        try:
            _fill(row, _decode(text))
            return row
        except _Refused as refused:
            problem = str(refused)
    keep = {name: row[_PLACE[name]] for name in ("source", "event_id")}
    row = [None] * len(_COLUMNS)
    for name, value in (keep | {"place": place, "problem": problem}).items():
        row[_PLACE[name]] = value
    return row


def _decode(text: str) -> dict[str, Any]:
    try:
        event = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise _Refused("is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise _Refused(f"is not JSON: {error.msg} at character {error.pos + 1}") from error
    except ValueError as error:
        raise _Refused(f"is not JSON: {error}") from error
    if not isinstance(event, dict):
        raise _Refused(f"is {_word(event)}; a CloudEvent is a JSON object")
    if _SURROGATE.search(text):
        _refuse_half_characters(event)
    return event


def _fill(row: Row, event: dict[str, Any]) -> None:
    """Fill the row from the event.

    Raises:
        _Refused: an attribute that CloudEvents or the wire contract requires is absent, or of another type.
    """
    row[_PLACE["source"]] = _required_text(event, "source")
    row[_PLACE["event_id"]] = _required_text(event, "id")
    kind = _required_text(event, "type")
    if event.get("specversion") != "1.0":
        raise _Refused(f"specversion is {event.get('specversion')!r}; this reads CloudEvents '1.0'")
    row[_PLACE["event_at"]] = _read_time(event.get("time"))
    content = event.get("data")
    if not isinstance(content, dict):
        raise _Refused(f"data is {_word(content)}; it must be a JSON object with the attributes of the wire contract")
    rest = dict(content)
    for name, column in TEXTS.items():
        if (value := rest.pop(name, None)) is not None:
            row[_PLACE[column]] = _check_text(name, value)
    for name, (column, least, most) in NUMBERS.items():
        if (value := rest.pop(name, None)) is not None:
            row[_PLACE[column]] = _check_number(name, value, least, most)
    row[_PLACE["case_id"]] = _find_case(rest.pop("case.id", None), event.get("subject"), row)
    rest["cloudevents.event_type"] = kind
    row[_PLACE["attributes"]] = _write_json(rest)


def _find_case(told: Any, subject: Any, row: Row) -> str:
    """The case the event names, else its subject, else the failure that hit the whole stream."""
    failure = row[_PLACE["failure_id"]]
    if (row[_PLACE["failure_stage"]] is None) != (failure is None):
        raise _Refused("failure.id and failure.stage come together: give both or neither")
    if told is not None:
        return _check_text("case.id", told)
    if subject is not None and failure is None:
        return _check_text("subject", subject)
    if failure is None:
        raise _Refused("names no case: give case.id in data, or subject")
    return f"failure:{failure}"


def _read_time(value: Any) -> dt.datetime:
    """The instant in UTC, without zone, from RFC 3339 text."""
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise _Refused(f"time is {_shown(value)}; write RFC 3339, e.g. 2026-07-20T06:00:00+02:00")
    if match[1] is None:
        raise _Refused(f"time {value!r} has no offset: which instant it is cannot be known; end it with Z or +02:00")
    try:
        return dt.datetime.fromisoformat(value.upper()).astimezone(dt.UTC).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise _Refused(f"time {value!r} is no instant: {error}") from error


def _required_text(event: dict[str, Any], name: str) -> str:
    value = event.get(name)
    if value is None:
        raise _Refused(f"{name!r} is missing; CloudEvents requires it")
    return _check_text(name, value)


def _check_text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise _Refused(f"{name} is {_shown(value)}; it must be a text that is not empty")
    if (words := CLOSED.get(name)) and value not in words:
        raise _Refused(f"{name} is {_shown(value)}; expected one of {', '.join(sorted(words))}")
    return value


def _check_number(name: str, value: Any, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise _Refused(f"{name} is {_shown(value)}; it must be a whole number of at least {least}")
    return value


def _write_json(content: dict[str, Any]) -> str:
    try:
        return _ENCODER.encode(content)
    except ValueError as error:
        raise _Refused("holds a number that is too large for JSON") from error


def _refuse_half_characters(event: dict[str, Any]) -> None:
    try:
        json.dumps(event, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise _Refused("holds half of a character (a lone surrogate), which is no text") from error


def _refuse_constant(name: str) -> Any:
    raise _Refused(f"is not JSON: {name} is no number")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _word(value: Any) -> str:
    words = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "absent or null"}
    return words.get(type(value), "a number")


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"))
_DECODER = json.JSONDecoder()
