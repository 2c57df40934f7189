"""What the relay did and what is left: one record, for a line on a terminal and for a service's own metrics.

Knows counts; knows neither where they are shown nor where they come from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Report:
    """Counts of one pass, or since the relay was made; what is left is as of the end of the last pass.

    `delivered`, `refused` (set aside for good) and `backlog_events` count events, `retried` requests that have to be
    made again. `backlog_events` is None where an outbox could not tell, `oldest_at` where no event is left. `trouble`
    says in a sentence why something is left; None where nothing stands in the way.
    """

    delivered: int = 0
    retried: int = 0
    refused: int = 0
    skipped_bytes: int = 0
    backlog_events: int | None = 0
    backlog_bytes: int = 0
    oldest_at: datetime | None = None
    trouble: str | None = None

    @property
    def is_drained(self) -> bool:
        """Is nothing left, as far as is known?"""
        return self.backlog_events == 0 and self.backlog_bytes == 0 and self.trouble is None

    def oldest_age_seconds(self, now: datetime) -> float | None:
        """How long the oldest event has waited; None where none waits."""
        return None if self.oldest_at is None else max(0.0, (now - self.oldest_at).total_seconds())

    def beside(self, other: Report) -> Report:
        """Both of two outboxes: everything added up, unknown where one of them is, and the first trouble."""
        known = None not in (self.backlog_events, other.backlog_events)
        return Report(
            delivered=self.delivered + other.delivered,
            retried=self.retried + other.retried,
            refused=self.refused + other.refused,
            skipped_bytes=self.skipped_bytes + other.skipped_bytes,
            backlog_events=(self.backlog_events or 0) + (other.backlog_events or 0) if known else None,
            backlog_bytes=self.backlog_bytes + other.backlog_bytes,
            oldest_at=min((at for at in (self.oldest_at, other.oldest_at) if at is not None), default=None),
            trouble=self.trouble or other.trouble,
        )

    def after(self, earlier: Report) -> Report:
        """Counts of both, and what is left as this later one says."""
        return replace(
            self,
            delivered=earlier.delivered + self.delivered,
            retried=earlier.retried + self.retried,
            refused=earlier.refused + self.refused,
            skipped_bytes=earlier.skipped_bytes + self.skipped_bytes,
        )

    def line(self, now: datetime) -> str:
        """One line for a person."""
        age = self.oldest_age_seconds(now)
        events = "an unknown number of" if self.backlog_events is None else str(self.backlog_events)
        waiting = "" if age is None else f", the oldest {age:.0f} s old"
        skipped = f", {self.skipped_bytes} damaged bytes skipped" if self.skipped_bytes else ""
        trouble = f"; {self.trouble}" if self.trouble else ""
        return (
            f"{self.delivered} delivered, {self.retried} requests retried, {self.refused} refused{skipped};"
            f" {events} events left ({self.backlog_bytes} bytes{waiting}){trouble}"
        )
