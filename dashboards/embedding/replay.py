"""That a token is used once, by all processes that serve the same home: a small SQLite file they share."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from threading import Lock

_WAIT_SECONDS = 5.0
_TIDY_EVERY = 256


class ReplayStore:
    """Token ids that were used and have not expired. Safe for many processes and threads.

    A process has one connection, which its threads take in turn: hundreds that wait for the file each for themselves
    wait longer than SQLite lets them.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._claims = 0
        self._lock = Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS used (jti TEXT PRIMARY KEY, expires_at INTEGER) WITHOUT ROWID"
        )

    def claim(self, jti: str, expires_at: int, now: float) -> bool:
        """Use a token: True for the first to do so, False for everybody after.

        What has expired is refused before it comes here, so its id may be forgotten.
        """
        with self._lock:
            self._claims += 1
            if self._claims % _TIDY_EVERY == 1:
                self._connection.execute("DELETE FROM used WHERE expires_at < ?", (int(now),))
            found = self._connection.execute("INSERT OR IGNORE INTO used VALUES (?, ?)", (jti, expires_at))
            return found.rowcount == 1
