"""How the tables of a transactional outbox are said to SQLite and to PostgreSQL, through whatever connection is given.

Knows SQL and the connections of sqlite3, psycopg and SQLAlchemy, none of which it imports before one is handed in;
knows neither events nor delivery. Values travel as parameters only.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from streamgauge.errors import ConfigurationError

Rows = Sequence[Sequence[Any]]
Run = Callable[[str, Mapping[str, object]], Rows]
"""Says one statement with parameters written `:name`; returns its rows, none where it yields none."""


class Dialect(StrEnum):
    """The databases an outbox may live in."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


_ROW_ID = {
    Dialect.SQLITE: "INTEGER PRIMARY KEY AUTOINCREMENT",  # AUTOINCREMENT: the id of a deleted row never returns
    Dialect.POSTGRESQL: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
}
_RANDOM_ID = {
    Dialect.SQLITE: "lower(hex(randomblob(6)))",
    Dialect.POSTGRESQL: "substr(replace(CAST(gen_random_uuid() AS text), '-', ''), 21, 12)",
}
_LIBRARIES: dict[type[Any], str | None] = {}  # by type of connection, each looked at once
_PARAMETER = re.compile(r":(\w+)")


def schema_of(dialect: Dialect) -> tuple[str, ...]:
    """The statements that make the outbox's tables where they are missing; run them in a migration.

    `streamgauge_outbox` holds what is not delivered; `sequence` is NULL until the relay numbers the row, `refused` says
    why the receiver will never take it. `streamgauge_outbox_source` counts per source. `streamgauge_outbox_authority`
    names this database among others that number for the same service; it is made once and never changed.
    """
    return (
        f"CREATE TABLE IF NOT EXISTS streamgauge_outbox (row_id {_ROW_ID[dialect]}, source TEXT NOT NULL,"
        " event TEXT NOT NULL, sequence BIGINT, refused TEXT, UNIQUE (source, sequence))",
        "CREATE INDEX IF NOT EXISTS streamgauge_outbox_numbered ON streamgauge_outbox (row_id)"
        " WHERE sequence IS NOT NULL AND refused IS NULL",
        "CREATE TABLE IF NOT EXISTS streamgauge_outbox_source (source TEXT PRIMARY KEY, last_sequence BIGINT NOT NULL)",
        "CREATE TABLE IF NOT EXISTS streamgauge_outbox_authority"
        " (row_id INTEGER PRIMARY KEY CHECK (row_id = 1), authority TEXT NOT NULL)",
        "INSERT INTO streamgauge_outbox_authority (row_id, authority)"
        f" VALUES (1, {_RANDOM_ID[dialect]}) ON CONFLICT DO NOTHING",
    )


def dialect_of(connection: Any) -> Dialect:
    """The database behind a connection.

    Raises:
        ConfigurationError: it is neither SQLite nor PostgreSQL, or no connection this library knows.
    """
    library = _library_of(connection)
    if library == "sqlalchemy":
        bound = connection.get_bind() if hasattr(connection, "get_bind") else connection
        name = str(bound.dialect.name)
        if name not in Dialect.__members__.values():
            raise ConfigurationError(f"an outbox cannot live in {name!r}; expected {', '.join(Dialect)}")
        return Dialect(name)
    return Dialect.SQLITE if library == "sqlite3" else Dialect.POSTGRESQL


def runner(connection: Any) -> Run:
    """A function that says statements through this connection, in whatever transaction it is in.

    Raises:
        ConfigurationError: the connection is asynchronous, or of a library this one does not know.
    """
    if _library_of(connection) == "sqlalchemy":
        return _run_by_sqlalchemy(connection)
    return _run_by_dbapi(connection, is_sqlite=_library_of(connection) == "sqlite3")


def is_committing_alone(connection: Any) -> bool:
    """Would a statement be committed by itself, because no transaction is open and none would be begun?"""
    library = _library_of(connection)
    if library == "sqlite3":
        return connection.isolation_level is None and not connection.in_transaction
    if library == "sqlalchemy":
        return False  # a Session and a Connection begin by themselves; AUTOCOMMIT there is asked for by name
    return bool(connection.autocommit) and connection.info.transaction_status == 0


def is_connection(connection: Any) -> bool:
    """Is this a connection statements can be said through?"""
    return _find_library(type(connection)) is not None


def _find_library(kind: type[Any]) -> str | None:
    if kind not in _LIBRARIES:
        names = {parent.__module__.split(".")[0] for parent in kind.__mro__}
        known = sorted(names & {"sqlite3", "psycopg", "psycopg2", "sqlalchemy"})
        is_usable = known and not inspect.iscoroutinefunction(getattr(kind, "execute", None))
        _LIBRARIES[kind] = known[0] if is_usable else None
    return _LIBRARIES[kind]


def _library_of(connection: Any) -> str:
    kind = type(connection)
    library = _find_library(kind)
    if library is None:
        raise ConfigurationError(
            f"a {kind.__module__}.{kind.__qualname__} cannot carry an outbox; expected a connection of sqlite3 or"
            " psycopg, or a Connection or Session of SQLAlchemy; of an AsyncSession hand in its sync_session, inside"
            " run_sync"
        )
    return library


def _run_by_sqlalchemy(connection: Any) -> Run:
    from sqlalchemy import text

    def run(sql: str, told: Mapping[str, object]) -> Rows:
        result = connection.execute(text(sql), dict(told))
        return [tuple(row) for row in result] if result.returns_rows else ()

    return run


def _run_by_dbapi(connection: Any, *, is_sqlite: bool) -> Run:
    def run(sql: str, told: Mapping[str, object]) -> Rows:
        cursor = connection.cursor()
        try:
            cursor.execute(sql if is_sqlite else _PARAMETER.sub(r"%(\1)s", sql), dict(told))
            # a service may have asked its connection for rows that are dictionaries
            return [_values(row) for row in cursor.fetchall()] if cursor.description else ()
        finally:
            cursor.close()

    return run


def _values(row: Any) -> Sequence[Any]:
    return tuple(row.values()) if isinstance(row, Mapping) else tuple(row)
