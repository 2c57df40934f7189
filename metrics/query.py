"""Asking DuckDB for one row, and finishing the result: an unfinished one blocks the connection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb


def one_row(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, object] | None = None
) -> tuple[Any, ...] | None:
    """The first row of a query, or None when it has none."""
    rows = connection.execute(sql, dict(parameters or {})).fetchall()
    return rows[0] if rows else None


def one_value(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, object] | None = None) -> Any:
    """The first column of the first row; None when there is no row."""
    row = one_row(connection, sql, parameters)
    return None if row is None else row[0]
