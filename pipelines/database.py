"""Opening DuckDB: memory, threads and spill folder set, one writer, readers on a published copy."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines.errors import BusyError
from pipelines.settings import Settings

_LOCK_SECONDS = 600
_POLL_SECONDS = 0.05


def open_scratch(path: Path, settings: Settings) -> duckdb.DuckDBPyConnection:
    """A private database on disk: it spills where an in-memory one would not."""
    return configure(duckdb.connect(str(path)), settings)


@contextmanager
def open_warehouse(settings: Settings, wait_seconds: float = _LOCK_SECONDS) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse for writing. A lock makes it one writer; others wait their turn.

    Raises:
        BusyError: the lock was not free in time.
    """
    with warehouse_lock(settings, wait_seconds):
        connection = configure(duckdb.connect(str(settings.warehouse)), settings)
        try:
            yield connection
        finally:
            connection.close()


@contextmanager
def warehouse_lock(settings: Settings, wait_seconds: float = _LOCK_SECONDS) -> Iterator[None]:
    """Keep every other process away from the warehouse; for libraries that open it themselves.

    Raises:
        BusyError: the lock was not free in time.
    """
    settings.derived.mkdir(parents=True, exist_ok=True)
    with (settings.home / "warehouse.lock").open("w") as lock:  # one for all: a run may merge the ledger others read
        _take(lock.fileno(), wait_seconds, settings.warehouse)
        yield


def configure(connection: duckdb.DuckDBPyConnection, settings: Settings) -> duckdb.DuckDBPyConnection:
    """Bound memory and threads, and give it a folder to spill to."""
    scratch = settings.scratch / "spill"
    scratch.mkdir(parents=True, exist_ok=True)
    connection.execute("SET memory_limit = $limit", {"limit": settings.memory_limit})
    connection.execute("SET threads = $threads", {"threads": settings.threads})
    connection.execute("SET temp_directory = $folder", {"folder": str(scratch)})
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET preserve_insertion_order = true")
    connection.execute("SET enable_progress_bar = false")  # it would draw on stdout, between the facts
    return connection


def _take(descriptor: int, wait_seconds: float, path: Path) -> None:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise BusyError(f"{path.name} is being written by another process; try again later.") from error
            time.sleep(_POLL_SECONDS)
