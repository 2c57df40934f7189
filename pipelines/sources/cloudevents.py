"""CloudEvents 1.0 in JSON: one event a line, or one array (the batch mode), plain or gzipped.

Knows the wire contract's names and how they map to a row of a batch; knows neither streams nor metrics. JSON is read
by pydantic's parser, twice as fast as the standard library's. Memory is bounded by one batch and one event.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
from pydantic_core import from_json

from metrics.stream.model import Source
from pipelines.sources.batch import BATCH_ROWS, to_batch
from pipelines.sources.json_pieces import read_pieces

KEY = "cloudevents"
SUFFIXES = (".jsonl", ".ndjson", ".json", ".jsonl.gz", ".ndjson.gz", ".json.gz")
# what this source can see; a metric that needs more is not computable from it
CAPABILITIES = frozenset({"touch_time", "queue_time", "performer", "attempts", "failures", "costs"})

TEXTS = {  # attributes that are text, by their name in `data`, and the column each fills
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
# attributes that are whole numbers: column, smallest, largest
NUMBERS = {"event.sequence": ("sequence", 0, 2**63 - 1), "attempt": ("attempt", 1, 2**31 - 1)}
CLOSED = {  # attributes whose words are fixed; a stream file maps the words of `lifecycle`, so it stays open
    "performer.kind": frozenset({"human", "system", "agent", "external"}),
    "failure.stage": frozenset({"onset", "detected", "triaged", "contained", "remediated", "steady"}),
}
BATCH_BYTES = 67_108_864  # of text: a batch of large events is cut short

_TIME = re.compile(r"(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?)([Zz]|[+-]\d\d:\d\d)?")
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"))
_ENVELOPE = ("source", "id", "type")
_TEXT_NAMES = ("case.id", *TEXTS)
_TEXT_OR_NONE = frozenset({str, type(None)})
_KNOWN = frozenset({*_TEXT_NAMES, *NUMBERS})
_COLUMNS = (
    *("source", "event_id", "case_id", "event_at"),
    *(*TEXTS.values(), *(column for column, _, _ in NUMBERS.values())),
    *("attributes", "place", "problem"),
)


class _RefusedError(ValueError):
    """Why one event cannot be a row; its text is the problem a person reads."""


def read(path: Path, settings: Source) -> Iterator[pl.DataFrame]:
    """Batches of at most BATCH_ROWS rows, in the order of the file; a bad event is a row with `problem` and `place`.

    `settings` is part of every source's signature; CloudEvents needs no mapping, its names are the contract.

    Raises:
        SourceError: the file cannot be read as a whole: truncated or no gzip, UTF-16, not there.
    """
    rows, size = [], 0
    for place, text, problem in read_pieces(path):
        rows.append(_read_row(place, text, problem))
        size += len(text)
        if len(rows) == BATCH_ROWS or size >= BATCH_BYTES:
            yield _to_frame(rows)
            rows, size = [], 0
    if rows:
        yield _to_frame(rows)


def _to_frame(rows: list[Sequence[object]]) -> pl.DataFrame:
    return to_batch({name: list(told) for name, told in zip(_COLUMNS, zip(*rows, strict=True), strict=True)})


def _read_row(place: str, text: str | bytes, problem: str | None) -> Sequence[object]:
    """One row in the order of _COLUMNS, whatever the text is."""
    event: dict[str, Any] = {}
    if problem is None:
        try:
            event = _decode(text)
            return (*_read_event(event), place, None)
        except _RefusedError as refused:
            problem = str(refused)
    named = {"source": event.get("source"), "event_id": event.get("id")}
    kept = {name: told for name, told in named.items() if isinstance(told, str)} | {"place": place, "problem": problem}
    return [kept.get(name) for name in _COLUMNS]


def _decode(text: str | bytes) -> dict[str, Any]:
    try:
        event = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise _RefusedError(f"is not JSON: {error}") from error
    if not isinstance(event, dict):
        raise _RefusedError(f"is {_shown(event)}; a CloudEvent is a JSON object")
    return event


def _read_event(event: dict[str, Any]) -> tuple[object, ...]:
    """The columns of one event up to its attributes.

    Raises:
        _RefusedError: an attribute that CloudEvents or the wire contract requires is absent, or of another type.
    """
    source, event_id, kind = _read_texts(event, _ENVELOPE)
    if None in (source, event_id, kind):
        raise _RefusedError(f"{_ENVELOPE[(source, event_id, kind).index(None)]!r} is missing; CloudEvents requires it")
    if event.get("specversion") != "1.0":
        raise _RefusedError(f"specversion is {_shown(event.get('specversion'))}; this reads CloudEvents '1.0'")
    content = event.get("data")
    if not isinstance(content, dict):
        raise _RefusedError(f"data is {_shown(content)}; it must be a JSON object of attributes")
    case_id, *texts = _read_texts(content, _TEXT_NAMES)
    for name, words in CLOSED.items():
        if (told := content.get(name)) is not None and told not in words:
            raise _RefusedError(f"{name} is {_shown(told)}; expected one of {', '.join(sorted(words))}")
    numbers = [None if (told := content.get(name)) is None else _read_number(name, told) for name in NUMBERS]
    rest = {name: told for name, told in content.items() if name not in _KNOWN}
    rest["cloudevents.event_type"] = kind
    case = _find_case(case_id, event, content)
    return (source, event_id, case, _read_time(event.get("time")), *texts, *numbers, _write_json(rest))


def _read_texts(told: dict[str, Any], names: tuple[str, ...]) -> list[Any]:
    """The texts of these names, None where not told: millions of times, so the culprit is sought only on failure."""
    texts = list(map(told.get, names))
    if not _TEXT_OR_NONE.issuperset(map(type, texts)) or "" in texts:
        wrong = next(n for n, text in zip(names, texts, strict=True) if text == "" or type(text) not in _TEXT_OR_NONE)
        raise _RefusedError(f"{wrong} is {_shown(told[wrong])}; it must be a text that is not empty")
    return texts


def _read_number(name: str, value: Any) -> int:
    _, least, most = NUMBERS[name]
    if type(value) is not int or not least <= value <= most:
        raise _RefusedError(f"{name} is {_shown(value)}; it must be a whole number of at least {least}")
    return value


def _find_case(told: str | None, event: dict[str, Any], content: dict[str, Any]) -> str:
    """The case the event names, else the failure that hit the whole stream, else the event's subject."""
    failure = content.get("failure.id")
    if (failure is None) != (content.get("failure.stage") is None):
        raise _RefusedError("failure.id and failure.stage come together: give both or neither")
    case = told or (f"failure:{failure}" if failure else _read_texts(event, ("subject",))[0])
    if case is None:
        raise _RefusedError("names no case: give case.id in data, or subject")
    return str(case)


def _read_time(value: Any) -> dt.datetime:
    """The instant in UTC, without zone, from RFC 3339 text."""
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise _RefusedError(f"time is {_shown(value)}; write RFC 3339, e.g. 2026-07-20T06:00:00+02:00")
    if match[2] is None:
        raise _RefusedError(f"time {value!r} has no offset, so its instant is unknown; end it with Z or such as +02:00")
    try:
        if match[2] in "Zz":
            return dt.datetime.fromisoformat(match[1])
        return dt.datetime.fromisoformat(value).astimezone(dt.UTC).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise _RefusedError(f"time {value!r} is no instant: {error}") from error


def _write_json(rest: dict[str, Any]) -> str:
    if {str}.issuperset(map(type, rest.values())):  # most events say the same few words: 1 and true must not meet here
        return _write_words(tuple(rest.items()))
    try:
        return _ENCODER.encode(rest)
    except ValueError as error:
        raise _RefusedError("holds a number JSON does not have: one too large") from error


@lru_cache(maxsize=256)
def _write_words(words: tuple[tuple[str, str], ...]) -> str:
    return _ENCODER.encode(dict(words))


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
