"""The backlog of a transactional outbox: rows that are committed, numbered by the relay, deleted when delivered.

Rows become visible in the order in which transactions commit, which is not the order of their ids: so the relay numbers
whatever is committed and has no number, in a transaction of its own, before the first try. What was numbered once keeps
its number, whoever dies. Knows the tables of `outbox.dialects`; knows no network.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from streamgauge.outbox.dialects import Dialect, Rows, dialect_of, runner
from streamgauge.relay.backlog import Batch, Remaining
from streamgauge.relay.lines import instant_of
from streamgauge.relay.ownership import own

_WRITE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_BATCH = "sequence IS NOT NULL AND refused IS NULL"  # what is numbered and still to be sent
_SIZE = {Dialect.SQLITE: "length(CAST(event AS BLOB))", Dialect.POSTGRESQL: "octet_length(event)"}
# the next rows only: a backlog of millions is not looked through for each batch
_WAITING = (
    "(SELECT row_id, source FROM streamgauge_outbox WHERE sequence IS NULL ORDER BY row_id LIMIT :most) AS waiting"
)
_NUMBERING = (
    "INSERT INTO streamgauge_outbox_source (source, last_sequence)"
    f" SELECT DISTINCT source, 0 FROM {_WAITING} WHERE true ON CONFLICT DO NOTHING",
    "UPDATE streamgauge_outbox SET sequence = numbered.sequence FROM"
    " (SELECT waiting.row_id, counted.last_sequence"
    " + row_number() OVER (PARTITION BY waiting.source ORDER BY waiting.row_id) AS sequence"
    f" FROM {_WAITING} JOIN streamgauge_outbox_source AS counted ON counted.source = waiting.source) AS numbered"
    " WHERE numbered.row_id = streamgauge_outbox.row_id",
    "UPDATE streamgauge_outbox_source SET last_sequence = reached.sequence FROM"
    " (SELECT source, max(sequence) AS sequence FROM streamgauge_outbox WHERE sequence IS NOT NULL GROUP BY source)"
    " AS reached WHERE reached.source = streamgauge_outbox_source.source"
    " AND reached.sequence > streamgauge_outbox_source.last_sequence",
)
# one relay numbers at a time; what it reads after the lock holds all that the one before committed
_BEGIN_NUMBERING = {
    Dialect.SQLITE: ("BEGIN IMMEDIATE",),
    Dialect.POSTGRESQL: (
        "BEGIN ISOLATION LEVEL READ COMMITTED",
        "LOCK TABLE streamgauge_outbox_source IN EXCLUSIVE MODE",
    ),
}
# rows stay locked while they are sent, so that relays share a table; in SQLite, without row locks, a file is locked
_BEGIN_CLAIM = {Dialect.SQLITE: None, Dialect.POSTGRESQL: "BEGIN ISOLATION LEVEL READ COMMITTED"}
_CLAIM = {Dialect.SQLITE: "", Dialect.POSTGRESQL: " FOR UPDATE SKIP LOCKED"}


@dataclass(frozen=True, slots=True)
class TableBatch(Batch):
    """A batch of a table, and the rows it is made of."""

    row_ids: tuple[int, ...] = ()


class TableBacklog:
    """The tables behind `connect`, which opens a connection in autocommit mode (see `database.connector`)."""

    name = "streamgauge_outbox"

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._connection: Any = None
        self._is_claimed = False

    @contextmanager
    def own(self) -> Iterator[bool]:
        """Connect; where the database has no row locks, hold a lock file beside it, False where another relay does.

        Raises:
            Exception: of the database; the connection is given up, and the next turn opens another.
        """
        try:
            if self._connection is None:
                self._connection = self._connect()
                self._run, self._dialect = runner(self._connection), dialect_of(self._connection)
            with self._turn_lock() as is_ours:
                yield is_ours
                self._end_claim("ROLLBACK")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the connection up; the database undoes what was not committed."""
        connection, self._connection, self._is_claimed = self._connection, None, False
        if connection is not None:
            connection.close()

    def read(self, most_events: int, most_bytes: int) -> TableBatch:
        """Rows that have a number; where there are none, what was committed since is numbered first.

        Raises:
            Exception: of the database.
        """
        self._end_claim("ROLLBACK")
        batch = self._claim(most_events, most_bytes)
        if not batch.row_ids and self._number(most_events):
            return self._claim(most_events, most_bytes)
        return batch

    def settle(self, batch: TableBatch) -> None:
        """Delete the rows of this batch.

        Raises:
            Exception: of the database; the batch will be read again.
        """
        self._say(f"DELETE FROM streamgauge_outbox WHERE row_id IN ({_listed(batch.row_ids)})")
        self._end_claim("COMMIT")

    def set_aside(self, batch: TableBatch, reason: str) -> None:
        """Leave the row of this one event where it is, with the reason in `refused`; NULL there sends it again.

        Raises:
            Exception: of the database; the batch will be read again.
        """
        self._refuse(batch.row_ids, reason)

    def remaining(self) -> Remaining:
        """Rows that are committed and not delivered.

        Raises:
            Exception: of the database.
        """
        self._end_claim("ROLLBACK")
        size = _SIZE[self._dialect]
        ((events, held_bytes),) = self._say(
            f"SELECT count(*), COALESCE(sum({size}), 0) FROM streamgauge_outbox WHERE refused IS NULL"
        )
        first = self._say("SELECT event FROM streamgauge_outbox WHERE refused IS NULL ORDER BY row_id LIMIT 1")
        return Remaining(int(events), int(held_bytes), instant_of(first[0][0].encode()) if first else None)

    def tidy(self) -> None:
        """Nothing to do: delivered rows are gone."""

    def _claim(self, most_events: int, most_bytes: int) -> TableBatch:
        """The next rows, locked until the batch is settled or another is read: sizes first, then only what fits."""
        if (begin := _BEGIN_CLAIM[self._dialect]) is not None:
            self._say(begin)
            self._is_claimed = True
        sizes = self._say(
            f"SELECT row_id, {_SIZE[self._dialect]} FROM streamgauge_outbox WHERE {_BATCH}"
            f" ORDER BY row_id LIMIT :most{_CLAIM[self._dialect]}",
            most=most_events,
        )
        held_bytes = list(accumulate(size for _, size in sizes))
        fitting = sum(total <= most_bytes for total in held_bytes) or 1
        row_ids = tuple(int(row_id) for row_id, _ in sizes[:fitting])
        rows = self._say(
            "SELECT row_id, event, source, sequence FROM streamgauge_outbox"
            f" WHERE row_id IN ({_listed(row_ids)}) ORDER BY row_id"
        )
        events = [(row_id, _number_event(*row)) for row_id, *row in rows]
        if strange := [row_id for row_id, event in events if event is None]:
            self._refuse(strange, "the row holds no event")
            return self._claim(most_events, most_bytes)
        return TableBatch(tuple(event for _, event in events if event is not None), row_ids=row_ids)

    def _refuse(self, row_ids: Sequence[int], reason: str) -> None:
        rows = _listed(row_ids)
        self._say(f"UPDATE streamgauge_outbox SET refused = :reason WHERE row_id IN ({rows})", reason=reason)
        self._end_claim("COMMIT")

    def _number(self, most: int) -> bool:
        """Give the next numbers of their sources to rows that have none; False where there are none."""
        self._end_claim("ROLLBACK")
        if not self._say("SELECT row_id FROM streamgauge_outbox WHERE sequence IS NULL LIMIT 1"):
            return False
        try:
            for statement in (*_BEGIN_NUMBERING[self._dialect], *_NUMBERING, "COMMIT"):
                self._say(statement, **({"most": most} if ":most" in statement else {}))
        except BaseException:
            self.close()
            raise
        return True

    def _turn_lock(self) -> AbstractContextManager[bool]:
        if self._dialect is Dialect.POSTGRESQL:
            return nullcontext(True)
        path = next((row[2] for row in self._say("PRAGMA database_list") if row[1] == "main"), "")
        return own(Path(f"{path}.relay.lock")) if path else nullcontext(True)

    def _end_claim(self, how: str) -> None:
        if self._is_claimed:
            self._say(how)
            self._is_claimed = False

    def _say(self, sql: str, **told: object) -> Rows:
        return self._run(sql, told)


def _listed(row_ids: Sequence[int]) -> str:
    return ",".join(map(str, row_ids)) or "NULL"


def _number_event(text: str, source: str, sequence: int) -> bytes | None:
    """The event of a row with its source and the sequence it was given; None where the text is no event of ours."""
    try:
        told = json.loads(text)
        told["source"], told["data"]["event.sequence"] = source, sequence
        return _WRITE(told).encode()
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
