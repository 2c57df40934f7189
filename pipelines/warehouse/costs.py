"""Costs in the warehouse: people by case, bills by month.

New events touch few cases, so people cost is made again for those. A bill is shared by all cases of its month, so one
new case moves every share of that month, and of no other: those bills are made again whole.
"""

from __future__ import annotations

import datetime as dt

import duckdb

from metrics.facts.costs import PEOPLE_BASES, billed_costs_sql, people_costs_sql, usage_sql
from metrics.facts.steps import StepQuery
from metrics.query import literal, one_value
from pipelines.ledger.manifest import Manifest
from pipelines.registry import Registered
from pipelines.settings import Settings
from pipelines.warehouse.current import relation_of
from pipelines.warehouse.making import make_anew, query_of, refresh_table, touch
from pipelines.warehouse.money import load_bills, load_rates
from pipelines.warehouse.state import STORED_USAGE, due, mark

_PEOPLE = "basis IN (" + ", ".join(literal(basis) for basis in PEOPLE_BASES) + ")"


def refresh_costs(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, manifest: Manifest
) -> None:
    """Bring the table `costs` up to the ledger; reads `cases`.

    Raises:
        SourceError: a rate card or bill that cannot be used.
    """
    task = due(connection, registered, manifest, "costs")
    if task.is_nothing:
        return
    load_bills(connection, registered)
    if one_value(connection, "SELECT count(*) FROM bills WHERE allocation = 'usage'"):
        refresh_table(connection, settings, registered, manifest, STORED_USAGE.name, usage_sql)
    if task.segments is None:
        _make_anew(connection, settings, registered, manifest)
    else:
        _make_touched(connection, registered, manifest, task.segments)


def _make_anew(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, manifest: Manifest
) -> None:
    def prepare(worker: duckdb.DuckDBPyConnection) -> None:
        load_rates(worker, registered)  # temporary tables belong to one connection

    make_anew(connection, settings, registered, manifest, "costs", people_costs_sql, prepare)
    query = query_of(connection, registered, manifest, relation_of(manifest), is_sorted=False)
    connection.execute("BEGIN")
    _insert_billed(connection, registered, query, None)
    mark(connection, registered, manifest, "costs")
    connection.execute("COMMIT")


def _make_touched(
    connection: duckdb.DuckDBPyConnection, registered: Registered, manifest: Manifest, segments: tuple[str, ...]
) -> None:
    load_rates(connection, registered)
    query = touch(connection, registered, manifest, segments)
    connection.execute("BEGIN")
    months = _months_moved(connection, registered)
    connection.execute(
        f"""
        DELETE FROM costs WHERE stream = $stream AND CASE WHEN {_PEOPLE} THEN case_key IN (SELECT case_key FROM touched)
            ELSE date_trunc('month', incurred_on) IN (SELECT unnest($months::DATE[])) END
        """,
        {"stream": registered.stream.stream, "months": months},
    )
    connection.execute(f"INSERT INTO costs BY NAME {people_costs_sql(query)}")
    _insert_billed(connection, registered, query, months)
    mark(connection, registered, manifest, "costs")
    connection.execute("COMMIT")


def _months_moved(connection: duckdb.DuckDBPyConnection, registered: Registered) -> list[dt.date]:
    """Months in which a touched case had a share of a bill, or has one now."""
    rows = connection.execute(
        f"""
        SELECT DISTINCT date_trunc('month', day)::DATE AS month FROM (
            SELECT incurred_on AS day FROM costs
            WHERE stream = $stream AND NOT {_PEOPLE} AND case_key IN (SELECT case_key FROM touched)
            UNION ALL SELECT incurred_on FROM {STORED_USAGE.name}
            WHERE stream = $stream AND case_key IN (SELECT case_key FROM touched)
            UNION ALL SELECT unnest([triggered_on, finished_on]) FROM cases
            WHERE stream = $stream AND case_key IN (SELECT case_key FROM touched)
        ) WHERE day IS NOT NULL ORDER BY month
        """,
        {"stream": registered.stream.stream},
    ).fetchall()
    return [month for (month,) in rows]


def _insert_billed(
    connection: duckdb.DuckDBPyConnection, registered: Registered, query: StepQuery, months: list[dt.date] | None
) -> None:
    if registered.stream.costs.bills is None:
        return
    of_stream = f"WHERE stream = {literal(registered.stream.stream)}"
    connection.execute(
        f"""
        INSERT INTO costs BY NAME
        WITH cases AS (SELECT * FROM main.cases {of_stream}), usage AS (SELECT * FROM {STORED_USAGE.name} {of_stream})
        {billed_costs_sql(query, months)}
        """
    )
