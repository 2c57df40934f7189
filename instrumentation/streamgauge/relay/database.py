"""The relay's own connection to the database of a transactional outbox: it begins and commits by itself.

Knows addresses of SQLite and PostgreSQL; knows no table.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from streamgauge.errors import ConfigurationError

_TIMEOUT_SECONDS = 10
_MOST_STATEMENT_MS = 60_000


def connector(url: str) -> Callable[[], Any]:
    """A function that connects to `postgresql://…`, `sqlite:///path` or a plain path, in autocommit mode.

    Raises:
        ConfigurationError: the address is of another database, or psycopg is not installed.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        return lambda: _open_sqlite(Path(url))
    if scheme == "sqlite":
        return lambda: _open_sqlite(Path(rest.removeprefix("/")))
    if scheme.split("+")[0] in ("postgresql", "postgres"):
        return _postgresql(f"postgresql://{rest}")
    raise ConfigurationError(f"{scheme}:// is no database of an outbox; expected postgresql://, sqlite:/// or a path")


def _open_sqlite(path: Path) -> sqlite3.Connection:
    # mode=rw: a database that is not there yet is an error to wait out, not one to make
    address = f"file:{quote(str(path.absolute()))}?mode=rw"
    return sqlite3.connect(address, uri=True, timeout=_TIMEOUT_SECONDS, isolation_level=None, check_same_thread=False)


def _postgresql(url: str) -> Callable[[], Any]:
    try:
        import psycopg
    except ImportError as error:
        raise ConfigurationError("a postgresql:// outbox needs psycopg; install psycopg[binary]") from error

    def connect() -> Any:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=_TIMEOUT_SECONDS)
        connection.execute(f"SET statement_timeout = {_MOST_STATEMENT_MS}")
        return connection

    return connect
