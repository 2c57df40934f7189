"""Costs in the warehouse: people and metered use by case, bills by month.

New events touch few cases, so what follows from a case alone is made again for those. A bill is shared by all cases of
its month, so one new case moves every share of that month, and of no other: those bills are made again whole. So are
those of months in which a bill differs from what was handed out last; a shared bill moves with other streams.
"""

from __future__ import annotations

import datetime as dt

import duckdb

from metrics.facts.costs import (
    NOT_ALLOCATED,
    OF_CASES,
    billed_costs_sql,
    metered_costs_sql,
    people_costs_sql,
    unallocated_sql,
)
from metrics.facts.steps import StepQuery
from metrics.query import literal, one_value
from pipelines.ledger.manifest import Manifest
from pipelines.registry import Registered
from pipelines.settings import Settings
from pipelines.warehouse.bills import prepare_usage
from pipelines.warehouse.current import relation_of
from pipelines.warehouse.making import Select, make_anew, query_of, touch
from pipelines.warehouse.state import ALLOCATED_BILLS, STORED_USAGE, due, mark

_BILLED = "bill_id, month, cost_class, driver, amount, allocation, capacity"


def refresh_costs(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, manifest: Manifest
) -> None:
    """Bring the table `costs` up to the ledger, `rates` and `bills`; reads `cases`."""
    task = due(connection, registered, manifest, "costs")
    rebilled = _months_rebilled(connection, registered)
    if task.is_nothing and rebilled == []:
        return
    name = {"stream": registered.stream.stream}
    if one_value(connection, "SELECT count(*) FROM bills WHERE stream = $stream AND allocation = 'usage'", name):
        prepare_usage(connection, settings, registered, manifest)
    if task.segments is None or rebilled is None:
        _make_anew(connection, settings, registered, manifest)
    else:
        _make_touched(connection, registered, manifest, task.segments, rebilled)


def _make_anew(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, manifest: Manifest
) -> None:
    make_anew(connection, settings, registered, manifest, "costs", _of_cases(connection, registered))
    query = query_of(connection, registered, manifest, relation_of(manifest), is_sorted=False)
    connection.execute("BEGIN")
    _insert_billed(connection, registered, query, None)
    mark(connection, registered, manifest, "costs")
    connection.execute("COMMIT")


def _make_touched(
    connection: duckdb.DuckDBPyConnection,
    registered: Registered,
    manifest: Manifest,
    segments: tuple[str, ...],
    rebilled: list[dt.date],
) -> None:
    query = touch(connection, registered, manifest, segments)
    connection.execute("BEGIN")
    months = sorted({*_months_moved(connection, registered), *rebilled})
    connection.execute(
        f"""
        DELETE FROM costs WHERE stream = $stream AND CASE WHEN {OF_CASES}
            THEN case_key IN (SELECT case_key FROM touched)
            ELSE date_trunc('month', incurred_on) IN (SELECT unnest($months::DATE[])) END
        """,
        {"stream": registered.stream.stream, "months": months},
    )
    connection.execute(f"INSERT INTO costs BY NAME {_of_cases(connection, registered)(query)}")
    _insert_billed(connection, registered, query, months)
    mark(connection, registered, manifest, "costs")
    connection.execute("COMMIT")


def _of_cases(connection: duckdb.DuckDBPyConnection, registered: Registered) -> Select:
    """The SELECT of what follows from a case alone; a pass over the events only for what has a rate."""
    of_stream = f"FROM rates WHERE stream = {literal(registered.stream.stream)}"
    kinds = connection.execute(f"SELECT DISTINCT cost_class = 'people' {of_stream} ORDER BY ALL DESC").fetchall()
    selects = [people_costs_sql if is_people else metered_costs_sql for (is_people,) in kinds]
    if not selects:
        return lambda _: "SELECT * FROM costs LIMIT 0"
    return lambda query: (
        f"WITH rates AS (SELECT * {of_stream.replace('FROM rates', 'FROM main.rates')}) "
        + " UNION ALL BY NAME ".join(select(query) for select in selects)
    )


def _months_rebilled(connection: duckdb.DuckDBPyConnection, registered: Registered) -> list[dt.date] | None:
    """Months in which a bill differs from what was handed out last; None where what is metered by bills differs."""
    name = {"stream": registered.stream.stream}
    now, then = (f"FROM {table} WHERE stream = $stream" for table in ("bills", ALLOCATED_BILLS.name))
    metered = "SELECT list_sort(list_distinct(list(driver))) {} AND allocation = 'usage'"
    if one_value(connection, metered.format(now), name) != one_value(connection, metered.format(then), name):
        return None
    rows = connection.execute(
        f"""
        SELECT DISTINCT month FROM (
            (SELECT {_BILLED} {now} EXCEPT SELECT {_BILLED} {then})
            UNION ALL (SELECT {_BILLED} {then} EXCEPT SELECT {_BILLED} {now})
        ) ORDER BY month
        """,
        name,
    ).fetchall()
    return [month for (month,) in rows]


def _months_moved(connection: duckdb.DuckDBPyConnection, registered: Registered) -> list[dt.date]:
    """Months in which a touched case had a share of a bill, or has one now."""
    rows = connection.execute(
        f"""
        SELECT DISTINCT date_trunc('month', day)::DATE AS month FROM (
            SELECT incurred_on AS day FROM costs
            WHERE stream = $stream AND NOT {OF_CASES} AND case_key IN (SELECT case_key FROM touched)
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
    """Hand the bills of these months out, or all; then note what was handed out, and block what was not."""
    of_stream = f"WHERE stream = {literal(registered.stream.stream)}"
    if one_value(connection, f"SELECT count(*) FROM bills {of_stream}"):
        connection.execute(
            f"""
            INSERT INTO costs BY NAME
            WITH cases AS (SELECT * FROM main.cases {of_stream}), bills AS (SELECT * FROM main.bills {of_stream}),
                usage AS (SELECT * FROM {STORED_USAGE.name} {of_stream})
            {billed_costs_sql(query, months)}
            """
        )
    connection.execute(f"DELETE FROM {ALLOCATED_BILLS.name} {of_stream}")
    connection.execute(f"INSERT INTO {ALLOCATED_BILLS.name} SELECT * FROM bills {of_stream}")
    connection.execute(f"DELETE FROM costs {of_stream} AND basis = {literal(NOT_ALLOCATED)}")
    connection.execute(
        f"""
        INSERT INTO costs BY NAME
        WITH costs AS (SELECT * FROM main.costs {of_stream}), bills AS (SELECT * FROM main.bills {of_stream})
        {unallocated_sql()}
        """
    )
