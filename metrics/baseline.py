"""A frozen baseline: what a window's numbers were, of which observations, by which definitions; it never changes.

Taken once and written down by the pipeline. Later numbers are held against the record, not against what today's data
say of the window: where the two differ, that is told as a restatement. Knows no file and no clock.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import duckdb

from metrics.catalog import CATALOG
from metrics.errors import MetricError
from metrics.evaluate import known_days, summaries_of, unit_of
from metrics.metric import Metric, Statistic, Summary
from metrics.observe import BOUNDS, newest_event_at, observation_sql, observe
from metrics.periods import Period, parse_period
from metrics.query import one_row
from metrics.stream.model import Stream

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Population:
    """Which rows a number was made of: how many, and a hash of them that no order changes."""

    count: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class FrozenMetric:
    """The values of one metric in the window, with the definition and the observations they were made by."""

    metric: str
    definition_version: str
    sql_hash: str
    unit: str
    population: Population
    summaries: tuple[Summary, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the numbers of a window were. `as_of` is the newest event then (UTC): open work was aged to it."""

    stream: str
    window: Period
    note: str
    as_of: dt.datetime | None
    cases: Population
    metrics: tuple[FrozenMetric, ...]

    def as_fact(self) -> dict[str, Any]:
        """Plain values for a JSON file; `read_baseline` makes the record of them again."""
        window = {"key": self.window.key, "first_on": str(self.window.first_on), "until_on": str(self.window.until_on)}
        return {
            "stream": self.stream, "window": window, "note": self.note, "as_of": self.as_of and self.as_of.isoformat(),
            "cases": asdict(self.cases), "metrics": [asdict(metric) for metric in self.metrics],
        }  # fmt: skip

    @property
    def digest(self) -> str:
        """sha256 of everything in it: two baselines with the same say the same."""
        return hashlib.sha256(json.dumps(self.as_fact(), sort_keys=True).encode()).hexdigest()

    def of(self, metric: Metric) -> FrozenMetric | None:
        """What was frozen of a metric."""
        return next((frozen for frozen in self.metrics if frozen.metric == metric.key), None)


def window_of(stream: Stream, period: str | None = None) -> Period | None:
    """The window the stream file names, or the period given instead; None when neither is.

    Raises:
        PeriodError: the period is none.
    """
    named = stream.baseline
    key = period or (named.period if named else None)
    if key is not None:
        return parse_period(key, year_starts=stream.fiscal_year_starts)
    if named is None or named.first_on is None or named.until_on is None:
        return None
    return Period(named.first_on, named.until_on, f"{named.first_on} to {named.until_on}", "all")


def why_not_yet(connection: duckdb.DuckDBPyConnection, stream: Stream, window: Period) -> str | None:
    """Why a window cannot be frozen: it has no data, or has not ended. None: it can."""
    first_on, last_on = known_days(connection, stream)
    if first_on is None or last_on is None or last_on < window.first_on or first_on >= window.until_on:
        return f"{stream.stream} has no data in {window.key}; a baseline is frozen from data."
    if last_on + dt.timedelta(days=1) < window.until_on:
        return f"{window.key} ends after the newest data ({last_on}); freeze it when it is whole."
    return None


def take_baseline(
    connection: duckdb.DuckDBPyConnection, stream: Stream, window: Period, as_of: dt.datetime | None = None
) -> Baseline:
    """The numbers of a window as they are now, of every metric; open work is aged to `as_of`, or to the newest event.

    Raises:
        MetricError: the window has no data, or has not ended: it would be frozen half made.
    """
    if reason := why_not_yet(connection, stream, window):
        raise MetricError(reason)
    as_of = as_of or newest_event_at(connection, stream)
    note = stream.baseline.note if stream.baseline else ""
    days = replace(window, grain="all")  # a record is of days; that they were a quarter is in their name
    return Baseline(
        stream.stream, days, note, as_of, cases_of(connection, stream, window),
        tuple(_frozen(connection, stream, metric, window, as_of) for metric in CATALOG),
    )  # fmt: skip


def cases_of(connection: duckdb.DuckDBPyConnection, stream: Stream, window: Period) -> Population:
    """The cases that began or ended in the window."""
    sql = """
        SELECT case_id FROM cases WHERE stream = $stream AND (
            triggered_on >= $first_on AND triggered_on < $until_on
            OR finished_on >= $first_on AND finished_on < $until_on)
    """
    days = {"first_on": window.first_on, "until_on": window.until_on}
    return _population(connection, sql, "case_id", {"stream": stream.stream, **days})


def population_of(
    connection: duckdb.DuckDBPyConnection, stream: Stream, metric: Metric, window: Period, as_of: dt.datetime | None
) -> Population:
    """The observations of a metric in the window: day, amount, base and whether complete."""
    sql = observation_sql(metric, stream)
    days = {"first_day": window.first_on.toordinal(), "until_day": window.until_on.toordinal()}
    aged = {"as_of": as_of} if "$as_of" in metric.sql else {}
    rows = f"SELECT * FROM ({sql}) WHERE day >= $first_day AND day < $until_day"
    columns = ", ".join(("day", "amount", "base", "complete", *(BOUNDS if metric.bounded_by else ())))
    return _population(connection, rows, f"concat_ws('|', {columns})", {"stream": stream.stream, **days, **aged})


def summaries_in(
    connection: duckdb.DuckDBPyConnection, stream: Stream, metric: Metric, window: Period, as_of: dt.datetime | None
) -> list[Summary]:
    """The values of a metric in the window, open work aged to `as_of`."""
    (group,) = observe(connection, metric, stream, as_of=as_of)
    return summaries_of(metric, group.within(window))


def sql_hash_of(metric: Metric) -> str:
    """sha256 of the SQL of a metric, and of what of it counts."""
    return hashlib.sha256(f"{metric.sql.strip()}\n{metric.unless_split}".encode()).hexdigest()


def read_baseline(fact: Mapping[str, Any]) -> Baseline:
    """The record that `Baseline.as_fact` told.

    Raises:
        MetricError: the facts are of another form.
    """
    try:
        return _read(fact)
    except (KeyError, TypeError, ValueError) as error:
        raise MetricError(f"A frozen baseline cannot be read ({error!r}); was its file changed by hand?") from error


def _read(fact: Mapping[str, Any]) -> Baseline:
    window = fact["window"]
    days = (dt.date.fromisoformat(window["first_on"]), dt.date.fromisoformat(window["until_on"]))
    as_of = fact["as_of"] and dt.datetime.fromisoformat(fact["as_of"])
    metrics = tuple(_read_metric(frozen) for frozen in fact["metrics"])
    cases = Population(**fact["cases"])
    return Baseline(fact["stream"], Period(*days, window["key"], "all"), fact["note"], as_of, cases, metrics)


def _read_metric(fact: Mapping[str, Any]) -> FrozenMetric:
    summaries = tuple(read_summary(told) for told in fact["summaries"])
    return FrozenMetric(**{**fact, "population": Population(**fact["population"]), "summaries": summaries})


def read_summary(fact: Mapping[str, Any]) -> Summary:
    """A summary from its plain values; KeyError, TypeError or ValueError where they are of another form."""
    ends = {name: fact[name] and read_summary(fact[name]) for name in ("least", "most")}
    return Summary(**{**fact, "statistic": Statistic(fact["statistic"]), **ends})


def _frozen(
    connection: duckdb.DuckDBPyConnection, stream: Stream, metric: Metric, window: Period, as_of: dt.datetime | None
) -> FrozenMetric:
    return FrozenMetric(
        metric.key, metric.version, sql_hash_of(metric), unit_of(metric, stream),
        population_of(connection, stream, metric, window, as_of),
        tuple(summaries_in(connection, stream, metric, window, as_of)),
    )  # fmt: skip


def _population(
    connection: duckdb.DuckDBPyConnection, rows: str, text: str, parameters: Mapping[str, object]
) -> Population:
    """Count and fingerprint: a sum of hashes forgets the order and keeps how often a row is there."""
    total = "(coalesce(sum(md5_number_lower(text)::HUGEINT), 0) % 18446744073709551616)::UBIGINT"
    row = one_row(connection, f"SELECT count(*), {total} FROM (SELECT {text} AS text FROM ({rows}))", parameters)
    assert row is not None
    return Population(row[0], f"{row[1]:016x}")
