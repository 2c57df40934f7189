"""The published copy: what readers open. Built beside the old one and swapped in by rename, so none ever sees half."""

from __future__ import annotations

import hashlib
import os

import duckdb

from metrics.published import PUBLISHED
from metrics.query import literal, one_value
from metrics.tables import BILLS, CASES, COSTS, FAILURES, RATES, STEPS, TIME_PARTS, WORKING_SPELLS, WORKING_TIMES
from pipelines.database import configure
from pipelines.errors import StorageError
from pipelines.settings import Settings

COPIED = (*PUBLISHED, CASES, TIME_PARTS, WORKING_SPELLS, WORKING_TIMES, FAILURES, RATES, BILLS, COSTS, STEPS)
FORMAT = hashlib.sha256("".join(table.ddl() for table in COPIED).encode()).hexdigest()[:16]


def publish_database(connection: duckdb.DuckDBPyConnection, settings: Settings) -> int:
    """Copy the contract and report tables into a file of their own and swap it in. Returns its size in bytes.

    Rows are ordered by key, so the same facts give the same tables in the same order.
    """
    path = settings.published_database
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    configure(duckdb.connect(str(fresh)), settings).close()
    connection.execute(f"ATTACH {literal(str(fresh))} AS fresh")
    try:
        for table in COPIED:
            columns = ", ".join(f'"{name}"' for name in table.column_names)
            order = ", ".join(f'"{name}"' for name in table.key)
            connection.execute(table.ddl(f"fresh.{table.name}"))
            connection.execute(f"INSERT INTO fresh.{table.name} SELECT {columns} FROM {table.name} ORDER BY {order}")
        connection.execute(f"CREATE TABLE fresh.published_format AS SELECT '{FORMAT}' AS format")
    finally:
        connection.execute("DETACH fresh")
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(fresh, path)
    return path.stat().st_size


def open_published(settings: Settings) -> duckdb.DuckDBPyConnection:
    """The published copy, read-only. The caller closes it.

    Raises:
        StorageError: nothing was published yet, or by a version whose tables differ.
    """
    path = settings.published_database
    if not path.exists():
        raise StorageError(f"Nothing is published in {settings.home}. Import a log and run first: streamgauge run")
    connection = configure(duckdb.connect(str(path), read_only=True), settings)
    there = "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'published_format'"
    if not one_value(connection, there) or one_value(connection, "SELECT format FROM published_format") != FORMAT:
        connection.close()
        raise StorageError(f"{path} was published by another version of streamgauge. Publish it anew: streamgauge run")
    return connection
