"""How far a feed was read: a place that compares with others of the same feed, kept as text beside what it led to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """How far a feed was read; marks of one feed compare in order."""

    segment: str
    offset: int

    def as_text(self) -> str:
        """`000000000012:4711`; a file has no segments: `:4711`."""
        return f"{self.segment}:{self.offset}"

    @classmethod
    def from_text(cls, text: str) -> Mark:
        """The mark that `as_text` wrote."""
        segment, _, offset = text.rpartition(":")
        return cls(segment, int(offset))


Marks = Mapping[str, Mark]
"""How far each feed was read, by its name."""
