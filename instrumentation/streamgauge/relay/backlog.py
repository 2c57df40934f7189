"""What an outbox still holds, and how the relay takes from it: read, and settle only what the receiver has.

A spool and a table are two kinds of backlog; adding one is one file. Knows no network and no storage.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar


@dataclass(frozen=True, slots=True)
class Batch:
    """The next events of one source, in order, each a CloudEvent as JSON; the same bytes however often it is read.

    `skipped_bytes` were passed over between them because they are damaged; they are kept aside when it is settled.
    """

    events: tuple[bytes, ...]
    skipped_bytes: int = 0

    @property
    def is_empty(self) -> bool:
        """Is there nothing to send and nothing to skip?"""
        return not self.events and not self.skipped_bytes


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is not delivered yet. None where it is not known, or where there is no event to have an age."""

    events: int | None
    bytes: int
    oldest_at: datetime | None


AnyBatch = TypeVar("AnyBatch", bound=Batch)


class Backlog(Protocol[AnyBatch]):
    """One outbox as the relay sees it. Every method may raise the errors of its storage; nothing is lost by that."""

    @property
    def name(self) -> str:
        """What to call it in a message."""
        ...

    def own(self) -> AbstractContextManager[bool]:
        """Hold it for one turn; False where another relay holds it."""
        ...

    def read(self, most_events: int, most_bytes: int) -> AnyBatch:
        """The next batch: empty when nothing is left, one event when that alone is larger than `most_bytes`."""
        ...

    def settle(self, batch: AnyBatch) -> None:
        """Never read this batch again: the receiver has it."""
        ...

    def set_aside(self, batch: AnyBatch, reason: str) -> None:
        """Keep this batch of one event apart, with the reason for which the receiver will never take it, and go on."""
        ...

    def remaining(self) -> Remaining:
        """What is left; cheap enough to be asked after every turn."""
        ...

    def tidy(self) -> None:
        """Give back the room of what is delivered."""
        ...
