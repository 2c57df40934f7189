"""The published copy: what readers open. Built beside the old one and swapped in by rename, so none ever sees half."""

from __future__ import annotations

import os

import duckdb

from metrics.published import PUBLISHED
from metrics.tables import CASES, COSTS, FAILURES, STEPS
from pipelines.database import configure
from pipelines.settings import Settings

COPIED = (*PUBLISHED, CASES, FAILURES, COSTS, STEPS)


def publish_database(connection: duckdb.DuckDBPyConnection, settings: Settings) -> int:
    """Copy the contract and report tables into a file of their own and swap it in. Returns its size in bytes.

    Rows are ordered by key, so the same facts give the same tables in the same order.
    """
    path = settings.published_database
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    configure(duckdb.connect(str(fresh)), settings).close()
    connection.execute("ATTACH '" + str(fresh).replace("'", "''") + "' AS fresh")
    try:
        for table in COPIED:
            columns = ", ".join(f'"{name}"' for name in table.column_names)
            order = ", ".join(f'"{name}"' for name in table.key)
            connection.execute(table.ddl(f"fresh.{table.name}"))
            connection.execute(f"INSERT INTO fresh.{table.name} SELECT {columns} FROM {table.name} ORDER BY {order}")
    finally:
        connection.execute("DETACH fresh")
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(fresh, path)
    return path.stat().st_size
