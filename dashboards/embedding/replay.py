"""That a token is used once, by all processes that serve the same home: a small SQLite file they share."""

from __future__ import annotations

import sqlite3
from pathlib import Path

_WAIT_SECONDS = 2.0
_TIDY_EVERY = 256


class ReplayStore:
    """Token ids that were used and have not expired. Safe for many processes and threads; one connection a call."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._claims = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS used (jti TEXT PRIMARY KEY, expires_at INTEGER) WITHOUT ROWID"
            )

    def claim(self, jti: str, expires_at: int, now: float) -> bool:
        """Use a token: True for the first to do so, False for everybody after.

        What has expired is refused before it comes here, so its id may be forgotten.
        """
        with self._open() as connection:
            self._claims += 1
            if self._claims % _TIDY_EVERY == 1:
                connection.execute("DELETE FROM used WHERE expires_at < ?", (int(now),))
            found = connection.execute("INSERT OR IGNORE INTO used VALUES (?, ?)", (jti, expires_at))
            return found.rowcount == 1

    def _open(self) -> _Closing:
        return _Closing(self.path)


class _Closing:
    """A connection that commits and closes; sqlite3's own context only commits."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, timeout=_WAIT_SECONDS)
        self._connection.execute("PRAGMA synchronous=NORMAL")

    def __enter__(self) -> sqlite3.Connection:
        return self._connection

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._connection.commit()
        self._connection.close()
