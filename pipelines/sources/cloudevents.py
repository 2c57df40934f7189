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
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from metrics.stream.model import Source
from pipelines.errors import SourceError
from pipelines.sources.batch import BATCH_ROWS, to_batch

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
_TIME = re.compile(r"(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?)([Zz]|[+-]\d\d:\d\d)?")
_DECODER = json.JSONDecoder()
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"))
_BLANK = " \t\r\n"
_ENVELOPE = ("source", "id", "type")
_TEXT_NAMES = ("case.id", *TEXTS)
_TEXT_OR_NONE = frozenset({str, type(None)})
_KNOWN = frozenset({*_TEXT_NAMES, *NUMBERS})
_COLUMNS = (
    *("source", "event_id", "case_id", "event_at"),
    *(*TEXTS.values(), *(column for column, _, _ in NUMBERS.values())),
    *("attributes", "place", "problem"),
)
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
        with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as stream:
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
        if 0 < end < len(window) + is_at_end:
            yield f"item {number}", window[:end], None
            number, window = number + 1, window[end:]
        elif not is_at_end and len(window) <= MAX_BYTES:
            chunk = stream.read(_CHUNK)
            window, is_at_end = window + to_text(chunk, final=not chunk), not chunk
        else:
            yield f"item {number}", "", "is not JSON, larger than 1 MiB or cut off; nothing after it could be read"
            return


def _read_row(place: str, text: str, problem: str | None) -> Sequence[object]:
    """One row in the order of _COLUMNS, whatever the text is."""
    event: dict[str, Any] = {}
    if problem is None:
        try:
            event = _decode(text)
            return (*_read_event(event), place, None)
        except _Refused as refused:
            problem = str(refused)
    named = {"source": event.get("source"), "event_id": event.get("id")}
    kept = {name: told for name, told in named.items() if isinstance(told, str)} | {"place": place, "problem": problem}
    return [kept.get(name) for name in _COLUMNS]


def _decode(text: str) -> dict[str, Any]:
    try:
        event: Any = _DECODER.decode(text)
        if "\\u" in text:
            json.dumps(event, ensure_ascii=False).encode("utf-8")  # half a character is no text: no column can hold it
    except RecursionError as error:
        raise _Refused("is nested too deeply") from error
    except ValueError as error:
        raise _Refused(f"is not JSON: {error}") from error
    if not isinstance(event, dict):
        raise _Refused(f"is {_shown(event)}; a CloudEvent is a JSON object")
    return event


def _read_event(event: dict[str, Any]) -> tuple[object, ...]:
    """The columns of one event up to its attributes.

    Raises:
        _Refused: an attribute that CloudEvents or the wire contract requires is absent, or of another type.
    """
    source, event_id, kind = _read_texts(event, _ENVELOPE)
    if None in (source, event_id, kind):
        raise _Refused(f"{_ENVELOPE[(source, event_id, kind).index(None)]!r} is missing; CloudEvents requires it")
    if event.get("specversion") != "1.0":
        raise _Refused(f"specversion is {_shown(event.get('specversion'))}; this reads CloudEvents '1.0'")
    content = event.get("data")
    if not isinstance(content, dict):
        raise _Refused(f"data is {_shown(content)}; it must be a JSON object of attributes")
    case_id, *texts = _read_texts(content, _TEXT_NAMES)
    for name, words in CLOSED.items():
        if name in content and content[name] not in words and content[name] is not None:
            raise _Refused(f"{name} is {_shown(content[name])}; expected one of {', '.join(sorted(words))}")
    numbers = [_read_number(name, content[name]) if name in content else None for name in NUMBERS]
    rest = {name: told for name, told in content.items() if name not in _KNOWN}
    rest["cloudevents.event_type"] = kind
    case = _find_case(case_id, event, content)
    return (source, event_id, case, _read_time(event.get("time")), *texts, *numbers, _write_json(rest))


def _read_texts(told: dict[str, Any], names: tuple[str, ...]) -> list[Any]:
    """The texts of these names, None where not told: millions of times, so the culprit is sought only on failure."""
    texts = list(map(told.get, names))
    if not _TEXT_OR_NONE.issuperset(map(type, texts)) or "" in texts:
        wrong = next(n for n, text in zip(names, texts, strict=True) if text == "" or type(text) not in _TEXT_OR_NONE)
        raise _Refused(f"{wrong} is {_shown(told[wrong])}; it must be a text that is not empty")
    return texts


def _read_number(name: str, value: Any) -> int | None:
    _, least, most = NUMBERS[name]
    if value is not None and (type(value) is not int or not least <= value <= most):
        raise _Refused(f"{name} is {_shown(value)}; it must be a whole number of at least {least}")
    return value


def _find_case(told: str | None, event: dict[str, Any], content: dict[str, Any]) -> str:
    """The case the event names, else the failure that hit the whole stream, else the event's subject."""
    failure = content.get("failure.id")
    if (failure is None) != (content.get("failure.stage") is None):
        raise _Refused("failure.id and failure.stage come together: give both or neither")
    case = told or (f"failure:{failure}" if failure else _read_texts(event, ("subject",))[0])
    if case is None:
        raise _Refused("names no case: give case.id in data, or subject")
    return str(case)


def _read_time(value: Any) -> dt.datetime:
    """The instant in UTC, without zone, from RFC 3339 text."""
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise _Refused(f"time is {_shown(value)}; write RFC 3339, e.g. 2026-07-20T06:00:00+02:00")
    if match[2] is None:
        raise _Refused(f"time {value!r} has no offset, so its instant is unknown; end it with Z or such as +02:00")
    try:
        if match[2] in "Zz":
            return dt.datetime.fromisoformat(match[1])
        return dt.datetime.fromisoformat(value).astimezone(dt.UTC).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise _Refused(f"time {value!r} is no instant: {error}") from error


def _write_json(rest: dict[str, Any]) -> str:
    try:
        return _ENCODER.encode(rest)
    except ValueError as error:
        raise _Refused("holds a number JSON does not have: NaN, Infinity, or one too large") from error


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
