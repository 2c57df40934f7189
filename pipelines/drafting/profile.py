"""What a log holds, counted: rows, steps, first and last steps, repeats, performers, words of the lifecycle.

Counts in a scratch database in bounded memory; judges nothing and proposes nothing.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import polars as pl

from metrics.facts.steps import LIFECYCLE
from metrics.query import one_row
from metrics.stream.source import Source
from pipelines.database import open_scratch
from pipelines.drafting import questions
from pipelines.drafting.precision import TIMES, StepTimes
from pipelines.errors import SourceError
from pipelines.settings import Settings

KEPT = (
    "case_id", "event_at", "sequence", "step", "lifecycle", "activity_id", "performer_kind", "performer", "role",
    "team", "outcome", "attempt", "release", "failure_id", "failure_stage", "problem",
)  # fmt: skip
ATTRIBUTE_ROWS = 5_000
_MOST_VALUES = 12


@dataclass(frozen=True, slots=True)
class StepCount:
    """A step: how many cases it is the first, the last, or at all in; and its repeats."""

    name: str
    rows: int
    cases: int
    first_in: int
    last_in: int
    repeated_in: int
    repeats: int
    mean_position: float


@dataclass(frozen=True, slots=True)
class PerformerCount:
    """A performer, role or team: shares are of its events; `median_gap` is in seconds between its events in a row."""

    name: str
    rows: int
    quietest_hour: float
    quietest_weekday: float
    median_gap: float | None
    midnight_share: float


@dataclass(frozen=True, slots=True)
class Profile:
    """A log in numbers. `filled` counts rows with a value by column; `distinct` its different values."""

    rows: int
    usable: int
    cases: int
    first_at: dt.datetime
    last_at: dt.datetime
    filled: dict[str, int]
    distinct: dict[str, int]
    problems: list[tuple[str, int]]
    steps: list[StepCount]
    pairs: dict[tuple[str, str], int]
    lifecycles: list[tuple[str, int]]
    performers: list[PerformerCount]
    performer_column: str | None
    told_kinds: dict[str, int]
    releases: list[tuple[str, dt.datetime, int]]
    attributes: dict[str, list[str]]
    times: list[StepTimes]


def take_profile(settings: Settings, batches: Iterable[pl.DataFrame], source: Source) -> Profile:
    """Count a log.

    Raises:
        SourceError: it holds no row that can be an event.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    connection = open_scratch(settings.home / "draft.duckdb", settings)
    try:
        attributes = _load(connection, batches)
        _name_phases(connection, source)
        for statement in questions.PREPARE:
            connection.execute(statement)
        return _count(connection, attributes, source.time_zone or "UTC")
    finally:
        connection.close()


def _load(connection: duckdb.DuckDBPyConnection, batches: Iterable[pl.DataFrame]) -> dict[str, list[str]]:
    """Copy the columns that matter into `told`; returns attributes with few values, from the first rows only."""
    connection.execute(questions.TOLD)
    attributes: dict[str, list[str]] | None = None
    rows = 0
    for batch in batches:
        if attributes is None:
            attributes = _few_valued(batch["attributes"].head(ATTRIBUTE_ROWS).to_list())
        numbered = batch.select(pl.int_range(rows, rows + batch.height).alias("number"), *KEPT)
        rows += batch.height
        connection.register("batch", numbered.to_arrow())
        connection.execute("INSERT INTO told SELECT * FROM batch")
        connection.unregister("batch")
    return attributes or {}


def _few_valued(told: list[str | None]) -> dict[str, list[str]]:
    values: dict[str, set[str]] = {}
    for text in told:
        for key, value in json.loads(text).items() if text else ():
            kept = values.setdefault(key, set())
            if len(kept) <= _MOST_VALUES and isinstance(value, str):
                kept.add(value)
    values.pop("cloudevents.event_type", None)  # it goes with the step
    return {key: sorted(kept) for key, kept in sorted(values.items()) if 2 <= len(kept) <= _MOST_VALUES}


def _name_phases(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    connection.execute("CREATE TABLE phase (word VARCHAR, phase VARCHAR)")
    words = connection.execute("SELECT DISTINCT lifecycle FROM told WHERE lifecycle IS NOT NULL").fetchall()
    for (word,) in words:
        phase = source.lifecycle.get(word) or LIFECYCLE.get(word.lower(), "instant")
        connection.execute("INSERT INTO phase VALUES ($word, $phase)", {"word": word, "phase": phase})


def _count(connection: duckdb.DuckDBPyConnection, attributes: dict[str, list[str]], zone: str) -> Profile:
    span = one_row(connection, questions.SPAN)
    problems = connection.execute(questions.PROBLEMS).fetchall()
    if span is None or not span[1]:
        why = f" The first reason: {problems[0][0]}." if problems else ""
        raise SourceError(f"The file holds no row that can be an event; there is nothing to draft from.{why}")
    filled = _by_column(connection, "count({})")
    distinct = _by_column(connection, "count(DISTINCT {})", "performer", "role", "team")
    column = next((name for name in ("performer", "role", "team") if filled[name]), None)
    asked = questions.performers(column) if column else None
    rows, usable, cases, first_at, last_at = span
    return Profile(
        rows=rows,
        usable=usable,
        cases=cases,
        first_at=first_at,
        last_at=last_at,
        filled=filled,
        distinct=distinct,
        problems=problems,
        steps=[StepCount(*row) for row in connection.execute(questions.STEPS).fetchall()],
        pairs={(before, step): times for before, step, times in connection.execute(questions.PAIRS).fetchall()},
        lifecycles=connection.execute(questions.LIFECYCLES).fetchall(),
        performers=[PerformerCount(*row) for row in connection.execute(asked).fetchall()] if asked else [],
        performer_column=column,
        told_kinds=dict(connection.execute(questions.TOLD_KINDS).fetchall()),
        releases=connection.execute(questions.RELEASES).fetchall(),
        attributes=attributes,
        times=[StepTimes(*row) for row in connection.execute(TIMES, {"zone": zone}).fetchall()],
    )


def _by_column(connection: duckdb.DuckDBPyConnection, formula: str, *names: str) -> dict[str, int]:
    chosen = names or KEPT
    row = one_row(connection, f"SELECT {', '.join(formula.format(name) for name in chosen)} FROM told")
    assert row is not None
    return dict(zip(chosen, row, strict=True))
