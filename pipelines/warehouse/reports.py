"""Reports in the warehouse: the tables of `metrics.reports`, written stream by stream."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from metrics.query import literal
from metrics.reports.report import Report
from pipelines.registry import Registered
from pipelines.warehouse.measures import insert_rows


def write_reports(connection: duckdb.DuckDBPyConnection, registered: Registered, reports: Iterable[Report]) -> int:
    """Store what these reports say of a stream. Returns how many rows."""
    chosen, name = tuple(reports), registered.stream.stream
    if any("steps" in report.needs for report in chosen):
        # The view `steps` costs a pass over the ledger; a temporary table of its name comes first and serves all.
        source = f"SELECT * FROM main.steps WHERE stream = {literal(name)}"
        connection.execute(f"CREATE OR REPLACE TEMP TABLE steps AS {source}")
    try:
        return sum(_write(connection, registered, report) for report in chosen)
    finally:
        connection.execute("DROP TABLE IF EXISTS temp.steps")


def _write(connection: duckdb.DuckDBPyConnection, registered: Registered, report: Report) -> int:
    rows = list(report.rows(connection, registered.stream))
    table = report.table.name
    connection.execute(f"DELETE FROM {table} WHERE stream = $stream", {"stream": registered.stream.stream})
    return insert_rows(connection, table, rows)
