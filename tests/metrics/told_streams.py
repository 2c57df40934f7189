"""From events to contract tables, as the pipeline does it: the facts of several logs side by side in one database."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from metrics.facts.cases import cases_sql
from metrics.facts.costs import billed_costs_sql, people_costs_sql, usage_sql
from metrics.facts.failures import failures_sql
from metrics.facts.named_steps import named_steps_sql
from metrics.facts.time_parts import time_parts_sql
from metrics.tables import CASES, CONTRACT, COSTS, FAILURES, STEPS, TIME_PARTS, Table
from tests.metrics.coded_events import Log

RATES = """rates(rate_id VARCHAR, cost_class VARCHAR, driver VARCHAR, unit VARCHAR, amount DECIMAL(18, 6),
    currency VARCHAR, valid_from DATE, valid_to DATE)"""
BILLS = """bills(bill_id VARCHAR, month DATE, cost_class VARCHAR, driver VARCHAR, amount DECIMAL(18, 6),
    currency VARCHAR, allocation VARCHAR, capacity DOUBLE)"""
Row = tuple[object, ...]


def told_streams(
    logs: Iterable[Log], rates: Iterable[Row] = (), bills: Iterable[Row] = (), *, has_steps: bool = True
) -> duckdb.DuckDBPyConnection:
    """Contract tables with the facts of all logs; each has the same rates and bills. Steps cost the most time."""
    shared = duckdb.connect(config={"threads": 1})
    for table in CONTRACT:
        shared.execute(table.ddl())
    for log in logs:
        own, query = log.connection, log.query()
        _copy(own, cases_sql(query), shared, CASES)
        _copy(own, failures_sql(query), shared, FAILURES)
        if has_steps:
            _copy(own, named_steps_sql(query), shared, STEPS)
            _copy(own, time_parts_sql(query), shared, TIME_PARTS)
        own.execute(f"CREATE TABLE cases AS {cases_sql(query)}")
        own.execute(f"CREATE TABLE usage AS {usage_sql(query)}")
        _fill(own, RATES, rates)
        _fill(own, BILLS, bills)
        _copy(own, people_costs_sql(query), shared, COSTS)
        _copy(own, billed_costs_sql(query), shared, COSTS)
    return shared


def _copy(own: duckdb.DuckDBPyConnection, sql: str, shared: duckdb.DuckDBPyConnection, table: Table) -> None:
    shared.register("told", own.sql(f"SELECT * EXCLUDE (case_key) FROM ({sql})").to_arrow_table())
    shared.execute(f"INSERT INTO {table.name} BY NAME SELECT * FROM told")
    shared.unregister("told")


def _fill(own: duckdb.DuckDBPyConnection, declared: str, rows: Iterable[Row]) -> None:
    own.execute(f"CREATE TABLE {declared}")
    name = declared.split("(")[0]
    for row in rows:
        own.execute(f"INSERT INTO {name} VALUES ({', '.join('?' for _ in row)})", list(row))
