"""An outbox inside the service's own database: the event lives and dies with the transaction that did the work.

Nothing is lost and nothing is told that did not happen, because there is one commit, the caller's. The row has no
sequence yet: counting at insert would make writers wait for each other, and a rollback would leave a gap. The relay
counts what was committed. Knows events and the tables of `dialects`; knows nothing of delivery.
"""

from __future__ import annotations

from typing import Any

from streamgauge.errors import ConfigurationError, OutboxError
from streamgauge.event import Event
from streamgauge.outbox.dialects import dialect_of, is_committing_alone, is_connection, runner, schema_of
from streamgauge.outbox.spool import source_of

_INSERT = (
    "INSERT INTO streamgauge_outbox (source, event)"
    " VALUES (:prefix || (SELECT authority FROM streamgauge_outbox_authority), :event)"
)
_AUTHORITY = "SELECT authority FROM streamgauge_outbox_authority"


class TransactionalOutbox:
    """Puts events through a connection, in the transaction it is in; never commits and never rolls back.

    `connection` is one of sqlite3 or psycopg, or a Connection, Session or scoped_session of SQLAlchemy; or a function
    that returns the one of the request that is being served, so that one outbox can be configured for a whole service.
    The tables must be there: see `create_table`, and `dialects.schema_of` for migrations.

    Raises:
        ConfigurationError: the connection is of a kind that cannot be used, or the service has no name.
    """

    def __init__(self, connection: Any, service: str) -> None:
        if not service:
            raise ConfigurationError("service is empty; expected the name of the service that tells")
        self._connection = connection
        self._is_given = is_connection(connection)
        if not self._is_given and not callable(connection):
            runner(connection)  # says what was expected
        self._prefix = source_of(service, "")
        self._source: str | None = None

    @property
    def source(self) -> str:
        """`/<service>/<authority>`: the database numbers, so that two databases never count under one name.

        Raises:
            OutboxError: the database cannot be asked, or its tables were never made.
        """
        if self._source is None:
            rows = self._say(self._current(), "could not be asked for its authority", _AUTHORITY)
            if not rows:
                raise OutboxError("streamgauge_outbox_authority is empty; run create_table in a migration")
            self._source = f"{self._prefix}{rows[0][0]}"
        return self._source

    def put(self, event: Event) -> None:
        """Insert one event; it is told if and only if the caller's transaction commits.

        Raises:
            OutboxError: no transaction is open, or the database refused; then the event is not in the outbox.
        """
        connection = self._current()
        if is_committing_alone(connection):
            raise OutboxError(
                f"event {event.id} would be committed alone: the connection is in autocommit mode and no transaction"
                " is open; put it inside the transaction of the business write"
            )
        text = event.encode("", 0).decode()  # the relay fills in source and sequence when it numbers
        self._say(connection, f"refused event {event.id}", _INSERT, prefix=self._prefix, event=text)

    def close(self) -> None:
        """Nothing to give back: the connection is the caller's."""

    def _current(self) -> Any:
        return self._connection if self._is_given else self._connection()

    def _say(self, connection: Any, trouble: str, sql: str, **told: object) -> Any:
        try:
            return runner(connection)(sql, told)
        except Exception as error:
            # the first line only: SQLAlchemy appends the parameters, which are the customer's
            said = (str(error).splitlines() or [""])[0]
            raise OutboxError(f"the database {trouble}: {type(error).__name__}: {said}") from error


def create_table(connection: Any) -> None:
    """Make the outbox's tables where they are missing, through `connection`; committing is the caller's.

    Raises:
        ConfigurationError: the connection is of a kind that cannot be used.
    """
    run = runner(connection)
    for statement in schema_of(dialect_of(connection)):
        run(statement, {})
