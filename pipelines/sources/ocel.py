"""OCEL 2.0 in JSON: an object-centric event log, read as the events of the objects of one type.

The stream file names the type of object that is a case (`source.case_object`). An event that touches several of them is
part of each one's way, and so stands in each; it happened once, and so is counted once: in the case whose name comes
first, while its copies in the others name that case (`streamgauge.counted_in`, see `metrics.facts.noted`). Which one
counts it depends on nothing but the names, so the order of the file changes nothing.

The file is read twice: for the objects that are cases, and for the events. Memory holds the names of these objects
besides one batch and one item.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from metrics.errors import suggest
from metrics.facts.noted import COUNTED_IN
from metrics.stream.source import Source
from pipelines.errors import SourceError
from pipelines.sources.batch import BATCH_ROWS, SCHEMA, to_batch
from pipelines.sources.instants import read_instant
from pipelines.sources.json_members import read_members
from pipelines.sources.meaning import RefusedError, shown
from pipelines.sources.sniffing import read_head
from pipelines.sources.whole_numbers import read_whole_number

KEY = "ocel"
SUFFIXES = (".jsonocel", ".jsonocel.gz", ".json", ".json.gz")
CAPABILITIES = frozenset({"performer", "touch_time", "objects"})
SIGN = "OCEL 2.0 ('objectTypes')"

BATCH_BYTES = 67_108_864  # of attributes in one batch, and of one event told in all its cases
SHARED_BY = "streamgauge.shared_by"
_OWN = (COUNTED_IN, SHARED_BY, "objects")
_SIGN = re.compile(rb'"(?:objectTypes|eventTypes)"\s*:\s*\[|^\s*\{\s*"(?:objects|events)"\s*:\s*\[')
_NUMBERS = ("sequence", "attempt")
_GIVEN = ("case_id", "step", "event_at", "event_id")  # by the format itself
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"))


def recognises(path: Path) -> bool:
    """Whether the beginning of a file looks like OCEL 2.0 in JSON."""
    return _SIGN.search(read_head(path)) is not None


def read(path: Path, settings: Source) -> Iterator[pl.DataFrame]:
    """Batches of events; attributes of events that `source.columns` maps fill columns, the others are kept as told.

    Raises:
        SourceError: damaged or no OCEL, no type of object named as the case, or no object of that type.
    """
    log = _read_objects(path, settings)
    batch = _Batch()
    for place, event in _items(path, "events"):
        for row in _rows(event, place, log, settings):
            batch.add(row)
            if batch.is_full:
                yield batch.take()
    if batch.rows:
        yield batch.take()


@dataclass(frozen=True, slots=True)
class _Objects:
    """The objects an event may touch that matter: those that are cases, and those that perform."""

    cases: set[str]
    performers: set[str]


def _read_objects(path: Path, settings: Source) -> _Objects:
    found, types = _Objects(set(), set()), Counter[str]()
    for place, item in _items(path, "objects"):
        name, kind = (item.get(key) if isinstance(item, dict) else None for key in ("id", "type"))
        if not (isinstance(name, str) and name and isinstance(kind, str) and kind):
            raise SourceError(f"{path.name}: {place} is {shown(item)}; an object has an 'id' and a 'type'.")
        if kind == settings.case_object:
            found.cases.add(name)
        if kind == settings.performer_object:
            found.performers.add(name)
        types[kind] += 1 if kind in types or len(types) < BATCH_ROWS else 0
    _check_type(path, "case_object", settings.case_object, types)
    if settings.performer_object is not None:
        _check_type(path, "performer_object", settings.performer_object, types)
    return found


def _check_type(path: Path, key: str, named: str | None, types: Counter[str]) -> None:
    if named is None:
        listed = ", ".join(f"{kind!r} ({count:,})" for kind, count in types.most_common(12))
        raise SourceError(
            f"{path.name} tells of several objects at once: name the type that is a case as source.{key} in the stream "
            f"file. Types: {listed or 'none'}."
        )
    if named not in types:
        raise SourceError(f"{path.name} has no object of the type {named!r} (source.{key}).{suggest(named, types)}")


def _items(path: Path, wanted: str) -> Iterator[tuple[str, Any]]:
    """The items of one list with their places; the list has to be there, once."""
    there = 0
    for key, number, item in read_members(path):
        if key == wanted:
            there += number <= 1
            if number:
                yield f"{wanted} item {number:,}", item
    if there != 1:
        raise SourceError(f"{path.name} has {there or 'no'} lists of {wanted!r}; OCEL 2.0 has one.")


def _rows(event: Any, place: str, log: _Objects, settings: Source) -> Iterator[dict[str, object]]:
    """One row for each case an event touches, the one that counts it first; or a row that says why there is none."""
    try:
        told, cases, attributes = _read_event(event, log, settings)
        whole, copy = _write_attributes(told, cases, attributes)
    except RefusedError as refused:
        name = event.get("id") if isinstance(event, dict) else None
        is_named = isinstance(name, str) and name.isprintable()
        yield {"source": "log", "event_id": name if is_named else None, "place": place, "problem": str(refused)}
        return
    yield {**told, "case_id": cases[0], "attributes": whole, "place": place}
    for case in cases[1:]:
        yield {**told, "event_id": f"{told['event_id']} in {case}", "case_id": case, "attributes": copy, "place": place}


def _read_event(event: Any, log: _Objects, settings: Source) -> tuple[dict[str, object], list[str], dict[str, Any]]:
    """The columns of an event but for its case, the cases it touches in the order of their names, what it says besides.

    Raises:
        RefusedError: the event lacks what OCEL requires, or touches no case.
    """
    at = _read_time(event, settings)
    attributes = {item["name"]: item.get("value") for item in _list(event, "attributes", "name")}
    if reserved := set(_OWN).intersection(attributes):
        raise RefusedError(f"has an attribute {min(reserved)!r}, a name this reader needs for itself")
    touched = [item["objectId"] for item in _list(event, "relationships", "objectId")]
    cases = sorted(log.cases.intersection(touched))
    if not cases:
        raise RefusedError(f"touches no object of the type {settings.case_object!r}")
    told: dict[str, object] = {"source": "log", "event_id": event["id"], "event_at": at, "step": event["type"]}
    for ours, theirs in settings.columns.items():
        if ours not in _GIVEN and (value := attributes.pop(theirs, None)) is not None:
            told[ours] = value if isinstance(value, str) else _ENCODER.encode(value)
    named = (attributes[name] for name in settings.performer_attributes if isinstance(attributes.get(name), str))
    told.setdefault("performer", next(named, min(log.performers.intersection(touched), default=None)))
    attributes["objects"] = [{"id": i["objectId"], "qualifier": i.get("qualifier")} for i in event["relationships"]]
    return told, cases, attributes


def _read_time(event: Any, settings: Source) -> dt.datetime | None:
    """When it happened, UTC without zone; refuses what is no event, and what has no id, type or instant."""
    if not isinstance(event, dict):
        raise RefusedError(f"is {shown(event)}; an event is a JSON object")
    for key in ("id", "type", "time"):
        if not isinstance(event.get(key), str) or not event[key]:
            raise RefusedError(f"{key} is {shown(event.get(key))}; it must be a text that is not empty")
    at, problem = read_instant(event["time"], ZoneInfo(settings.time_zone) if settings.time_zone else None)
    if problem is not None:
        raise RefusedError(problem)
    return at


def _list(event: dict[str, Any], key: str, name: str) -> list[dict[str, Any]]:
    """A list of objects that each have a name; an absent one is empty."""
    items = event.setdefault(key, [])
    if not isinstance(items, list):
        raise RefusedError(f"{key} is {shown(items)}; it must be a list")
    for item in items:
        if not (isinstance(item, dict) and isinstance(item.get(name), str) and item[name]):
            raise RefusedError(f"{key} holds {shown(item)}, which has no {name!r}")
    return items


def _write_attributes(told: dict[str, object], cases: list[str], attributes: dict[str, Any]) -> tuple[str, str]:
    """What the event says besides, as JSON: where it counts, and in its copies, which leave out the list of objects.

    Raises:
        RefusedError: what it says is no text, or too much to be told in every case.
    """
    shared = {SHARED_BY: len(cases)} if len(cases) > 1 else {}
    copied = {name: value for name, value in attributes.items() if name != "objects"} | {COUNTED_IN: cases[0]}
    whole, copy = (_ENCODER.encode(told | shared) for told in (attributes, copied))
    try:
        "".join([whole, *cases, *(value for value in told.values() if isinstance(value, str))]).encode()
    except UnicodeEncodeError as error:
        raise RefusedError("holds half a character (a lone surrogate), which is no text") from error
    if shared and len(copy) * len(cases) > BATCH_BYTES:
        raise RefusedError(f"touches {len(cases):,} cases and says {len(copy):,} characters: too much to tell in each")
    return whole, copy


@dataclass(slots=True)
class _Batch:
    """Rows on their way into a frame."""

    rows: list[dict[str, object]] = field(default_factory=list)
    size: int = 0

    def add(self, row: dict[str, object]) -> None:
        self.rows.append(row)
        self.size += len(str(row.get("attributes") or ""))

    @property
    def is_full(self) -> bool:
        return len(self.rows) == BATCH_ROWS or self.size >= BATCH_BYTES

    def take(self) -> pl.DataFrame:
        """The rows as a batch, numbers read from their texts; what is no number makes the row a problem."""
        columns = {name: [row.get(name) for row in self.rows] for name in SCHEMA}
        for name in _NUMBERS:
            number, wrong = read_whole_number(pl.Series(name, columns[name], dtype=pl.String), name)
            columns[name] = number.to_list()
            columns["problem"] = [one or other for one, other in zip(columns["problem"], wrong.to_list(), strict=True)]
        self.rows, self.size = [], 0
        return to_batch(columns)
