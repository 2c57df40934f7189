"""Which events are in effect: of those that correct one another, the latest told; of a retraction, none.

Nothing is changed or removed for it: the ledger keeps every event, and a reader leaves out those named here. Latest is
by the source's own numbering, never by arrival, so any order of delivery gives the same answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Correction:
    """An event that corrects another; `order` grows with the source's numbering."""

    event_key: int
    corrects_key: int
    order: tuple[int, str]
    is_retracted: bool


class Member(NamedTuple):
    """An event that is corrected or corrects; `group` is one key for all that correct one another."""

    event_key: int
    group: int
    is_in_effect: bool


def members_of(corrections: Iterable[Correction]) -> list[Member]:
    """Every event that is part of a correction, and whether it is in effect."""
    told = list(corrections)
    groups = _Groups()
    for correction in told:
        groups.join(correction.event_key, correction.corrects_key)
    by_group: dict[int, list[Correction]] = defaultdict(list)
    for correction in told:
        by_group[groups.find(correction.event_key)].append(correction)
    latest = [max(group, key=lambda c: c.order) for group in by_group.values()]
    in_effect = {correction.event_key for correction in latest if not correction.is_retracted}
    return [Member(key, groups.find(key), key in in_effect) for key in list(groups)]


class _Groups:
    """Keys joined pair by pair into groups, each found by one of its keys (union and find, path halving)."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def __iter__(self) -> Iterator[int]:
        return iter(self._parent)

    def find(self, key: int) -> int:
        parent = self._parent
        while parent.setdefault(key, key) != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.find(one), self.find(other)))
        self._parent[second] = first
