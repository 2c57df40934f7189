"""Asking DuckDB: one row with the result finished (an unfinished one blocks the connection), and text as SQL."""

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


def literal(text: str) -> str:
    """Text as an SQL literal, for the places where DuckDB takes no parameter: paths, views, DDL."""
    return "'" + text.replace("'", "''") + "'"
