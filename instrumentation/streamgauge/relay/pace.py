"""How fast to send: how large the next batch of one backlog may be, and when it is due after a failure.

A batch that is refused or gets no answer is halved until it passes or is one event; each that passes doubles the next.
So one event the receiver will never take is found in a few requests, and one request too large for a proxy on the way
does not stop a spool for good. Knows counts; knows no network and no storage.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from streamgauge.relay.backoff import Backoff


@dataclass(slots=True)
class Pace:
    """Limits of the next batch, at most `most_events` events and about `most_bytes`; `trouble` is why it waits."""

    most_events: int
    most_bytes: int
    backoff: Backoff = field(default_factory=Backoff)
    trouble: str | None = None
    events: int = field(init=False)
    bytes: int = field(init=False)

    def __post_init__(self) -> None:
        self.events, self.bytes = self.most_events, self.most_bytes

    def passed(self) -> None:
        """A batch went through."""
        self.events = min(self.most_events, self.events * 2)
        self.backoff.succeeded()

    def halve(self, events: int) -> None:
        """A batch of so many events did not go through; the next one holds half of them."""
        self.events = max(1, events // 2)

    def narrow(self, sent_bytes: int) -> None:
        """A batch of so many bytes was too large, and so will every other of that size be."""
        self.bytes = max(1, min(self.bytes, sent_bytes // 2))
