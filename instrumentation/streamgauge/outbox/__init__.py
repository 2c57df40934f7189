"""Outboxes: where an event is safe before it is sent. Three promises, one signature.

`FileOutbox` survives the death of the process, `TransactionalOutbox` lives and dies with the caller's transaction,
`DirectOutbox` promises nothing and is named so. Adding one is one file.
"""

from __future__ import annotations

from typing import Protocol

from streamgauge.event import Event


class Outbox(Protocol):
    """Takes events and numbers them: `source` is the one who counts, its sequence goes up by one from 1."""

    @property
    def source(self) -> str:
        """The CloudEvents source under which this outbox numbers, e.g. `/orders/3f9a0c2d`."""
        ...

    def put(self, event: Event) -> None:
        """Take one event; when this returns, the outbox's promise holds for it.

        Raises:
            OutboxError: the promise cannot be kept; the event is not in the outbox.
        """
        ...

    def close(self) -> None:
        """Give back what is held open; what was taken stays."""
        ...
