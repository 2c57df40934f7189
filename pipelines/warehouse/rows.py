"""Rows into tables of the warehouse, by the names of their columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb
import polars as pl


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Mapping[str, object]]) -> int:
    """Add rows to a table by the names of their columns. Returns how many."""
    told = list(rows)
    if told:
        frame = pl.DataFrame(told, infer_schema_length=None).to_arrow()
        connection.register("told_rows", frame)
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM told_rows")
        connection.unregister("told_rows")
    return len(told)
