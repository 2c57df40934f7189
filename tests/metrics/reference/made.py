"""From what was told to every table, as the pipeline makes them: facts, values, comparisons, reports; in memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

import duckdb
import pyarrow as pa

from metrics.baseline import read_baseline, take_baseline, window_of
from metrics.catalog import CATALOG
from metrics.effects.families import count_families
from metrics.effects.frozen import baseline_effects
from metrics.effects.periods import period_effects
from metrics.effects.releases import release_effects
from metrics.effects.rollouts import rollout_effects
from metrics.effects.segments import segment_effects
from metrics.evaluate import Value, evaluate
from metrics.facts.cases import cases_sql
from metrics.facts.costs import (
    billed_costs_sql,
    metered_costs_sql,
    people_costs_sql,
    unallocated_sql,
    usage_sql,
)
from metrics.facts.failures import failures_sql
from metrics.facts.named_steps import named_steps_sql
from metrics.facts.time_parts import time_parts_sql
from metrics.facts.watch.incidents import WATCHED, watch_failures
from metrics.facts.working_times import working_times_sql
from metrics.finance.stored import benefit_rows, integration_rows
from metrics.metric import Metric
from metrics.published import COMPARISONS, METRIC_VALUES, PUBLISHED
from metrics.reports.report import Report
from metrics.stream import Stream
from metrics.tables import BILLS, CONTRACT, RATES, WORKING_SPELLS, Table
from metrics.working.spells import spells_of
from tests.metrics.coded_events import Log
from tests.metrics.reference.events import TOLD
from tests.metrics.reference.streams import bills_of, rates_of, read_finance, read_registry, read_stream

GRAINS = ("week", "month", "quarter", "all")
NEWEST_AT = dt.datetime(2026, 7, 4, tzinfo=dt.UTC)
FIRST_ON, UNTIL_ON = dt.date(2025, 9, 25), dt.date(2026, 7, 20)
OF_BOTH = ("objectives", "wait_causes", "accuracy", "cost_by_class", "phantom_audit", "distributions", "open_work")
Row = Mapping[str, object]


class Made:
    """Both streams, and a database with the tables made of them."""

    def __init__(self) -> None:
        self.connection = duckdb.connect(config={"threads": 1})
        self.streams = {name: read_stream(name) for name in TOLD}
        for table in (*CONTRACT, *PUBLISHED):
            self.connection.execute(table.ddl())

    def insert(self, table: Table, rows: Iterable[Row]) -> None:
        """Add rows by the names of their columns."""
        if told := list(rows):
            self.connection.register("told", pa.Table.from_pylist([dict(row) for row in told]))
            self.connection.execute(f"INSERT INTO {table.name} BY NAME SELECT * FROM told")
            self.connection.unregister("told")

    def copy(self, own: duckdb.DuckDBPyConnection, sql: str, table: str) -> None:
        """Add what a query of another database gives."""
        self.connection.register("told", own.sql(sql).to_arrow_table())
        self.connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM told")
        self.connection.unregister("told")


def make_facts() -> Made:
    """The contract tables of both streams."""
    made = Made()
    for name, stream in made.streams.items():
        log = Log(stream, TOLD[name](), read_registry(name))
        _add_names(log)
        _make_own(made, log)
        for table in (t.name for t in CONTRACT if t.name in _FACTS):
            made.copy(log.connection, f"SELECT * EXCLUDE (case_key) FROM {table}", table)
    finance = read_finance(made.streams["orders"])
    made.insert(_table("benefit_entries"), benefit_rows("orders", finance.benefits))
    made.insert(_table("integration_lines"), integration_rows("orders", finance.integrations))
    return made


@cache
def shared_facts() -> Made:
    """The same, made once in a process for all tests."""
    return make_facts()


@cache
def shared_values() -> Made:
    """The shared facts with values and comparisons."""
    add_values(shared_facts())
    return shared_facts()


_FACTS = ("steps", "cases", "time_parts", "working_times", "failures", "costs")


def _add_names(log: Log) -> None:
    """Roles and teams that only the registry tells, as the warehouse adds them."""
    for kind in ("role", "team"):
        known = log.codes.setdefault(kind, {})
        for name in sorted({str(told) for line in log.registry if (told := getattr(line, kind))}):
            known.setdefault(name, len(known))


def _make_own(made: Made, log: Log) -> None:
    """The tables of one stream, with the keys of cases, in the database of its log."""
    own, stream = log.connection, log.stream
    query = replace(log.query(), newest_at=NEWEST_AT) if stream.stream == "orders" else log.query()
    for table, sql in (("steps", named_steps_sql(query)), ("cases", cases_sql(query)), ("usage", usage_sql(query))):
        own.execute(f"CREATE TABLE {table} AS {sql}")
    own.execute(f"CREATE TABLE time_parts AS {time_parts_sql(query)}")
    watched = "watched" if stream.incidents.watch else None
    if watched:
        own.execute(f"CREATE TABLE watched ({', '.join(f'{name} {kind}' for name, kind in WATCHED.items())})")
        rows = [found.as_row() for found in watch_failures(own, query)]
        own.executemany(f"INSERT INTO watched VALUES ({', '.join('?' * len(WATCHED))})",
                        [[row[name] for name in WATCHED] for row in rows])  # fmt: skip
    own.execute(f"CREATE TABLE failures AS {failures_sql(query, watched)}")
    for table, found in ((RATES, rates_of(stream.stream)), (BILLS, bills_of(stream.stream))):
        made.insert(table, found)
        shown = made.connection.sql(f"SELECT * FROM {table.name} WHERE stream = '{stream.stream}'").to_arrow_table()
        own.register("told", shown)
        own.execute(f"CREATE TABLE {table.name} AS SELECT * FROM told")
    parts = (people_costs_sql(query), metered_costs_sql(query), billed_costs_sql(query))
    own.execute("CREATE TABLE costs AS " + " UNION ALL BY NAME ".join(f"(SELECT * FROM ({sql}))" for sql in parts))
    own.execute(f"INSERT INTO costs BY NAME {unallocated_sql()}")
    _make_working_times(made, own, stream)


def _make_working_times(made: Made, own: duckdb.DuckDBPyConnection, stream: Stream) -> None:
    own.execute(WORKING_SPELLS.ddl())
    spells = [
        (stream.stream, s.calendar, s.from_us, s.until_us, s.worked_us, s.worked_days, s.day_us)
        for s in spells_of(stream, FIRST_ON, UNTIL_ON)
    ]
    names = ["stream", "calendar", "from_us", "until_us", "worked_us", "worked_days", "day_us"]
    own.register("told", pa.Table.from_pylist([dict(zip(names, spell, strict=True)) for spell in spells]))
    own.execute(
        "INSERT INTO working_spells SELECT stream, calendar, make_timestamp(from_us), make_timestamp(until_us), "
        "worked_us, worked_days, day_us FROM told"
    )
    own.unregister("told")
    made.copy(own, "SELECT * FROM working_spells", "working_spells")
    own.execute(f"CREATE TABLE working_times AS {working_times_sql(stream)}")


def make_values(made: Made, metric: Metric) -> list[Value]:
    """Values of a metric in both streams at every grain."""
    return [value for stream in made.streams.values() for value in evaluate(made.connection, metric, stream, GRAINS)]


def make_changes(made: Made, stream: Stream, metric: Metric, values: Iterable[Value]) -> list[Row]:
    """Rows of `comparisons` from quarter to quarter."""
    quarters = [v for v in values if v.period.grain == "quarter" and v.stream == stream.stream]
    return [effect.as_row() for effect in period_effects(stream, metric, quarters)]


def add_values(made: Made) -> None:
    """Fill `metric_values`, and `comparisons` with the changes from quarter to quarter; what was there is gone."""
    for table in (METRIC_VALUES, COMPARISONS):
        made.connection.execute(f"DELETE FROM {table.name}")
    for metric in CATALOG:
        values = make_values(made, metric)
        made.insert(METRIC_VALUES, (value.as_row() for value in values))
        for stream in made.streams.values():
            made.insert(COMPARISONS, make_changes(made, stream, metric, values))


def make_effects(made: Made, stream: Stream) -> list[Row]:
    """Rows of `comparisons` of releases, roll-outs, segments and the baseline."""
    found = [
        *release_effects(made.connection, stream), *rollout_effects(made.connection, stream),
        *segment_effects(made.connection, stream),
    ]  # fmt: skip
    window = window_of(stream)
    if window is not None:
        baseline = take_baseline(made.connection, stream, window)
        found += baseline_effects(made.connection, stream, read_baseline(baseline.as_fact()))
    return [effect.as_row() for effect in count_families(found)]


def make_report(made: Made, report: Report) -> list[Row]:
    """Rows of a report: of the orders, and where the second stream is another way through it, of both."""
    both = ("orders", "returns") if report.table.name in OF_BOTH else ("orders",)
    return [row for name in both for row in report.rows(made.connection, made.streams[name])]


def _table(name: str) -> Table:
    return next(table for table in CONTRACT if table.name == name)
