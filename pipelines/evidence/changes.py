"""Which line of a registered file, or which definition, is not as it was: the old and the new beside each other."""

from __future__ import annotations

import csv
import difflib
import io
import json
from collections.abc import Iterator, Mapping

import duckdb

from metrics.catalog import CATALOG
from metrics.observe import printed_sql
from metrics.stream import Stream
from pipelines.evidence.cause import Cause, Kind
from pipelines.evidence.code import running_code
from pipelines.evidence.inputs import is_sheet, kind_of
from pipelines.evidence.record import Record

_MOST_LINES = 5


def file_causes(stream: Stream, kept: Mapping[str, bytes], now: Mapping[str, bytes]) -> Iterator[Cause]:
    """What differs between the files then and the files registered now, by name; `stream` is that of then."""
    for name in sorted(kept.keys() | now.keys()):
        old, new = kept.get(name), now.get(name)
        if old == new:
            continue
        kind = kind_of(stream, name)
        if old is None or new is None:
            yield Cause(
                kind, f"The file {name} {'was not there then' if old is None else 'is not registered any more'}"
            )
        elif is_sheet(name):
            yield from _row_causes(kind, name, old, new)
        else:
            yield Cause(kind, f"{name}, {_first_line(old.decode('utf-8', 'replace'), new.decode('utf-8', 'replace'))}")


def definition_causes(stream: Stream, record: Record, kept: bytes) -> Iterator[Cause]:
    """Every metric whose definition of now is not the one that was run."""
    then: dict[str, dict[str, str]] = json.loads(kept)
    now = {metric.key: {"version": metric.version, "sql": printed_sql(metric, stream)} for metric in CATALOG}
    for key in sorted(then.keys() | now.keys()):
        if key not in now or key not in then:
            yield Cause(
                Kind.DEFINITION, f"The metric {key} is {'no more' if key not in now else 'new'} in the catalogue"
            )
        elif then[key] != now[key]:
            versions = " → ".join(dict.fromkeys((then[key]["version"], now[key]["version"])))
            moved = _first_line(then[key]["sql"], now[key]["sql"])
            yield Cause(Kind.DEFINITION, f"The definition of {key} (version {versions}) was changed: {moved}")


def published_definition_causes(connection: duckdb.DuckDBPyConnection, stream: str, kept: bytes) -> Iterator[Cause]:
    """Every definition that stands otherwise in the published file than it was run."""
    then: dict[str, dict[str, str]] = json.loads(kept)
    rows = connection.execute(
        "SELECT metric, version, sql FROM definitions WHERE stream = $stream", {"stream": stream}
    ).fetchall()
    found = {metric: {"version": version, "sql": sql} for metric, version, sql in rows}
    for key in sorted(then.keys() | found.keys()):
        if then.get(key) != found.get(key):
            yield Cause(Kind.DEFINITION, f"The published file tells another definition of {key} than was run")


def code_notes(record: Record) -> Iterator[Cause]:
    """That other code or other libraries run now; no fault while the numbers are equal."""
    code, then = running_code(), record.basis
    if then["source_hash"] != code.source_hash:
        yield Cause(
            Kind.CODE,
            f"Made by streamgauge {then['code_version']} ({then['source_hash'][:8]}), derived by {code.version} "
            f"({code.source_hash[:8]})",
        )
    for name in sorted(record.libraries.keys() | code.libraries.keys()):
        old, new = record.libraries.get(name), code.libraries.get(name)
        if old != new:
            yield Cause(Kind.CODE, f"{name} was {old or 'not asked for'} then, is {new or 'not asked for'} now")


def _row_causes(kind: Kind, name: str, old: bytes, new: bytes) -> Iterator[Cause]:
    """Rows by their first column, which is their id; a file whose ids repeat is told line by line."""
    then, now = _table(old), _table(new)
    if then is None or now is None:
        yield Cause(kind, f"{name}, {_first_line(old.decode('utf-8', 'replace'), new.decode('utf-8', 'replace'))}")
        return
    changed = [key for key in dict.fromkeys((*then, *now)) if then.get(key) != now.get(key)]
    for key in changed[:_MOST_LINES]:
        yield Cause(kind, f"{name}: {kind} {key} {_moved(then.get(key), now.get(key))}")
    if not changed:
        yield Cause(kind, f"{name} says the same in other bytes")
    if len(changed) > _MOST_LINES:
        yield Cause(kind, f"{name}: {len(changed) - _MOST_LINES:,} more rows differ")


def _table(content: bytes) -> dict[str, dict[str, str]] | None:
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig", "replace"))))
    found = {next(iter(row.values()), "") or "": {str(k): str(v) for k, v in row.items()} for row in rows}
    return found if len(found) == len(rows) else None


def _moved(old: Mapping[str, str] | None, new: Mapping[str, str] | None) -> str:
    if old is None:
        return "was not there then"
    if new is None:
        return "is gone"
    names = [name for name in dict.fromkeys((*old, *new)) if old.get(name) != new.get(name)]
    return "was changed: " + ", ".join(f"{name} {old.get(name)!r} → {new.get(name)!r}" for name in names)


def _first_line(old: str, new: str) -> str:
    """The first line that differs, with its number in the new text."""
    number = 0
    gone = ""
    for line in difflib.ndiff(old.splitlines(), new.splitlines()):
        mark, text = line[0], line[2:].strip()
        number += mark in " +"
        if mark == "-" and not gone:
            gone = text
        elif mark == "+":
            return f"line {number}: {gone!r} → {text!r}" if gone else f"line {number} is new: {text!r}"
        elif mark == " " and gone:
            return f"before line {number}: {gone!r} is gone"
    return f"at its end: {gone!r} is gone" if gone else "the same words in other bytes"
