"""The contract tables that reports read, made from readable rows by the facts' own SQL."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from metrics.facts.cases import cases_sql
from metrics.facts.named_steps import named_steps_sql
from metrics.tables import COSTS
from tests.metrics.coded_events import Log, Row, made_stream

WHO = {"performer": "ann", "performer_kind": "human"}


def tables_of(log: Log) -> duckdb.DuckDBPyConnection:
    """A connection with `cases` and `steps` of the log, and no costs."""
    for table, sql in (("cases", cases_sql(log.query())), ("steps", named_steps_sql(log.query()))):
        log.connection.execute(f"CREATE TABLE {table} AS {sql}")
    log.connection.execute(COSTS.ddl())
    return log.connection


def walks(paths: Iterable[str], *, day: int = 5, hours: Iterable[float] | None = None) -> list[Row]:
    """A case for each path, a letter a step; each step so many hours after the one before, one hour by default."""
    rows: list[Row] = []
    for number, path in enumerate(paths):
        pace = list(hours) if hours is not None else [1.0] * len(path)
        minutes = 0.0
        for place, step in enumerate(path):
            minutes += 60 * pace[place] if place else 0
            at = f"2026-01-{day + int(minutes) // 1440:02d}T{int(minutes) // 60 % 24:02d}:{int(minutes) % 60:02d}"
            rows.append((f"c{number:03d}", step, at, WHO))
    return rows


def log_of(paths: Iterable[str], **stream: object) -> Log:
    """Walks through a stream that ends with D and in which R rejects."""
    told = {"outcomes": [{"name": "done", "steps": ["D"]}], "rework": {"rejections": ["R"]}} | stream
    return Log(made_stream(**told), walks(paths))
