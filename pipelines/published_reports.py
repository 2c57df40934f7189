"""Rows of any report as it was published."""

from __future__ import annotations

from typing import Any

import duckdb

from metrics.errors import ContractError
from metrics.published import BASELINES, CLOSED_QUARTERS, COMPARISONS, RESTATEMENTS
from metrics.reports.catalog import REPORTS
from metrics.tables import Table
from pipelines.settings import Settings
from pipelines.warehouse.publication import open_published

BESIDE = (COMPARISONS, BASELINES, CLOSED_QUARTERS, RESTATEMENTS)
TABLES = {table.name: table for table in (*BESIDE, *(report.table for report in REPORTS))}


def read_report(
    settings: Settings, table: Table, stream: str | None = None, period: str | None = None
) -> list[dict[str, Any]]:
    """Rows of a report, by its key; of each stream's newest period (of each grain) where none is named.

    Raises:
        StorageError: nothing was published yet.
        ContractError: nothing is published of such a stream.
    """
    connection = open_published(settings)
    try:
        known = [row[0] for row in connection.execute("SELECT stream FROM streams ORDER BY stream").fetchall()]
        if stream is not None and stream not in known:
            raise ContractError.from_unknown_name("The published stream", stream, known)
        found: list[dict[str, Any]] = []
        for one in [stream] if stream else known:
            found += _rows(connection, table, one, period)
        return found
    finally:
        connection.close()


def _rows(connection: duckdb.DuckDBPyConnection, table: Table, stream: str, period: str | None) -> list[dict[str, Any]]:
    told: dict[str, Any] = {"stream": stream}
    only = ""
    if "period" in table.column_names and (table is not RESTATEMENTS or period is not None):  # these all together
        grain = "GROUP BY grain" if "grain" in table.column_names else ""
        newest = f"SELECT max(period) FROM {table.name} WHERE stream = $stream {grain}"
        only = f"AND period IN ({newest})" if period is None else "AND period = $period"
        told |= {} if period is None else {"period": period}
    order = ", ".join(f'"{column}"' for column in table.key)
    found = connection.sql(f"SELECT * FROM {table.name} WHERE stream = $stream {only} ORDER BY {order}", params=told)
    told_rows: list[dict[str, Any]] = found.to_arrow_table().to_pylist()
    return told_rows
