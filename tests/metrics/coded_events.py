"""Coded events from readable rows: what the ledger would hold, as a DuckDB table, and the facts that follow from it.

A row is (case, step, instant) or (case, step, instant, told). An instant is "Mon 09:00" of the week of Monday
2026-01-05, in UTC, with "+1" before it for a week later, or any ISO 8601 text, with its offset where it has one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from metrics.facts.cases import cases_sql
from metrics.facts.dictionary import Dictionary
from metrics.facts.failures import failures_sql
from metrics.facts.named_steps import named_steps_sql
from metrics.facts.noted import NOTED
from metrics.facts.steps import StepQuery
from metrics.facts.watch.incidents import WATCHED, watch_failures
from metrics.stream import Stream
from metrics.stream.performer_registry import PerformerRegistry

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONDAY = dt.datetime(2026, 1, 5)
CODED = {
    "step": "step_code", "lifecycle": "lifecycle_code", "performer": "performer_code", "role": "role_code",
    "team": "team_code", "performer_kind": "kind_code", "outcome": "outcome_code", "release": "release_code",
    "failure_stage": "failure_stage_code",
}  # fmt: skip
PLAIN = {
    "case_key": "UBIGINT", "event_at": "TIMESTAMP", "sequence": "BIGINT", "event_key": "UBIGINT", "attempt": "INTEGER",
    "activity_key": "UBIGINT", "event_id": "VARCHAR", "case_id": "VARCHAR", "activity_id": "VARCHAR",
    "failure_id": "VARCHAR", "attributes": "VARCHAR",
}  # fmt: skip
ARROW = {"VARCHAR": pa.string(), "TIMESTAMP": pa.timestamp("us"), "UBIGINT": pa.uint64()}
CODES = pa.schema({"stream": pa.string(), "kind": pa.string(), "code": pa.int32(), "name": pa.string()})
COLUMNS = {**PLAIN, **dict.fromkeys(CODED.values(), "INTEGER")}
Told = Mapping[str, Any]
Row = tuple[str, str | None, str] | tuple[str, str | None, str, Told]
Fact = dict[str, Any]


def instant(text: str) -> dt.datetime:
    """The UTC instant of a readable one."""
    week = 0
    if text.startswith("+"):
        first, text = text.split(" ", 1)
        week = int(first)
    if text[:3] in DAYS:
        hour, minute = text[4:].split(":")
        return MONDAY + dt.timedelta(days=7 * week + DAYS.index(text[:3]), hours=int(hour), minutes=int(minute))
    at = dt.datetime.fromisoformat(text)
    return at if at.tzinfo is None else at.astimezone(dt.UTC).replace(tzinfo=None)


def made_stream(**told: Any) -> Stream:
    """A stream that begins with the first event and ends with the step Done, unless told otherwise."""
    usual = {
        "stream": "made", "name": "Made", "trigger": {"first_event": True},
        "outcomes": [{"name": "done", "steps": ["Done"]}],
    }  # fmt: skip
    return Stream.model_validate(usual | told)


class Log:
    """Events of one stream in a database of their own, and the facts made from them."""

    def __init__(self, stream: Stream, rows: Iterable[Row], registry: PerformerRegistry = ()) -> None:
        self.stream, self.registry = stream, registry
        self.codes: dict[str, dict[str, int]] = {}
        self.connection = duckdb.connect(config={"threads": 1})
        ddl = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        self.connection.execute(f"CREATE TABLE arrived ({ddl})")
        events = [self._event(number, row) for number, row in enumerate(rows)]
        schema = pa.schema({name: ARROW.get(kind, pa.int64()) for name, kind in COLUMNS.items()})
        self._insert("arrived", pa.Table.from_pylist(events, schema))
        order = "case_key, event_at, sequence NULLS FIRST, event_key"
        self.connection.execute(f"CREATE TABLE events AS SELECT * FROM arrived ORDER BY {order}")
        names = [
            {"stream": stream.stream, "kind": kind, "code": code, "name": name}
            for kind, known in self.codes.items() for name, code in known.items()
        ]  # fmt: skip
        self.connection.execute("CREATE TABLE codes (stream VARCHAR, kind VARCHAR, code INTEGER, name VARCHAR)")
        self._insert("codes", pa.Table.from_pylist(names, CODES))

    def query(self, *, is_sorted: bool = False) -> StepQuery:
        """The events as steps are made from them."""
        return StepQuery(self.stream, Dictionary(self.codes), "events", is_sorted, registry=self.registry)

    def steps(self, *, is_sorted: bool = False) -> list[Fact]:
        """The contract table `steps`, by case and position."""
        return self._facts(named_steps_sql(self.query(is_sorted=is_sorted)), "case_id, position")

    def cases(self, *, is_sorted: bool = False) -> list[Fact]:
        """The contract table `cases`, by case."""
        return self._facts(cases_sql(self.query(is_sorted=is_sorted)), "case_id")

    def case(self) -> Fact:
        """The only case."""
        (found,) = self.cases()
        return found

    def failures(self, *, is_sorted: bool = False) -> list[Fact]:
        """The contract table `failures`, by episode."""
        query, watched = self.query(is_sorted=is_sorted), None
        if self.stream.incidents.watch:
            watched = "watched"
            columns = ", ".join(f"{name} {kind}" for name, kind in WATCHED.items())
            self.connection.execute(f"CREATE OR REPLACE TABLE watched ({columns})")
            for found in list(watch_failures(self.connection, query)):
                row = found.as_row()
                marks = ", ".join("?" for _ in row)
                self.connection.execute(f"INSERT INTO watched VALUES ({marks})", [row[name] for name in WATCHED])
        return self._facts(failures_sql(query, watched), "failure_id")

    def facts(self, sql: str, order: str = "ALL") -> list[Fact]:
        """Rows of any query over the events."""
        return self._facts(sql, order)

    def contract(self) -> duckdb.DuckDBPyConnection:
        """The connection, with the contract tables `steps` and `cases` as reports read them."""
        for table, sql in {"steps": named_steps_sql(self.query()), "cases": cases_sql(self.query())}.items():
            self.connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * EXCLUDE (case_key) FROM ({sql})")
        return self.connection

    def _insert(self, table: str, rows: pa.Table) -> None:
        self.connection.register("told", rows)
        self.connection.execute(f"INSERT INTO {table} SELECT * FROM told")
        self.connection.unregister("told")

    def _facts(self, sql: str, order: str) -> list[Fact]:
        found = self.connection.execute(f"SELECT * FROM ({sql}) ORDER BY {order}")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def _event(self, number: int, row: Row) -> dict[str, Any]:
        case_id, step, at = row[:3]
        told = dict(row[3]) if len(row) == 4 else {}
        event: dict[str, Any] = dict.fromkeys(COLUMNS)
        attributes = told.pop("attributes", None)
        activity_id = told.pop("activity_id", None)
        for name in set(NOTED).intersection(attributes or ()):
            self.codes.setdefault("attribute", {}).setdefault(name, len(self.codes["attribute"]))
        for kind, name in {"step": step, **{kind: told.pop(kind, None) for kind in CODED if kind != "step"}}.items():
            known = self.codes.setdefault(kind, {})
            event[CODED[kind]] = None if name is None else known.setdefault(name, len(known))
        return event | told | {
            "case_id": case_id, "case_key": _key(case_id), "event_id": f"e{number}", "event_key": number,
            "event_at": instant(at), "activity_id": activity_id,
            "activity_key": None if activity_id is None else _key(activity_id),
            "attributes": None if attributes is None else json.dumps(attributes, sort_keys=True),
        }  # fmt: skip


def of(facts: Sequence[Fact], *names: str) -> list[Any]:
    """One column of facts as a list, or several as a list of tuples."""
    if len(names) == 1:
        return [fact[names[0]] for fact in facts]
    return [tuple(fact[name] for name in names) for fact in facts]


def _key(text: str) -> int:
    return int.from_bytes(hashlib.md5(text.encode()).digest()[:8], "little")
