"""What every file that lies beside a stream file is held against: ids stand once, money is in the stream's currency."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from metrics.stream.model import Stream

Problem = tuple[list[str | int], str]
"""Where in the file, and what is wrong."""


class Named(Protocol):
    """An entry of a list in such a file."""

    @property
    def id(self) -> str:
        """Its name in the list."""


class Priced(Named, Protocol):
    """An entry that may tell money."""

    @property
    def currency(self) -> str | None:
        """ISO 4217; None where it tells none."""


def doubled_ids(name: str, entries: Sequence[Named]) -> Iterator[Problem]:
    """Ids that stand twice in a list."""
    seen: set[str] = set()
    for place, entry in enumerate(entries):
        if entry.id in seen:
            yield [name, place, "id"], f"{entry.id!r} is the id of two {name}"
        seen.add(entry.id)


def foreign_money(name: str, entries: Sequence[Priced], stream: Stream) -> Iterator[Problem]:
    """Money in another currency than that of the stream."""
    wanted = stream.costs.currency
    for place, entry in enumerate(entries):
        if entry.currency is not None and entry.currency != wanted:
            message = (
                f"{entry.id!r} is told in {entry.currency}; the stream reckons in {wanted}, and two currencies are "
                f"never added. Write it in {wanted}."
            )
            yield [name, place, "currency"], message
