"""Which events are in effect: of those that correct one another, the latest told; of a retraction, none.

Nothing is changed or removed for it: the ledger keeps every event, and a reader leaves out those named here. Latest is
by the source's own numbering, never by arrival, so any order of delivery gives the same answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Correction:
    """An event that corrects another; `order` grows with the source's numbering."""

    event_key: int
    corrects_key: int
    order: tuple[int, str]
    is_retracted: bool


def superseded(corrections: Iterable[Correction]) -> Mapping[int, int]:
    """Keys of events not in effect, each with the key that stands for all events correcting one another."""
    told = list(corrections)
    groups = _Groups()
    for correction in told:
        groups.join(correction.event_key, correction.corrects_key)
    members: dict[int, list[Correction]] = defaultdict(list)
    for correction in told:
        members[groups.find(correction.event_key)].append(correction)
    latest = {root: max(group, key=lambda c: c.order) for root, group in members.items()}
    in_effect = {correction.event_key for correction in latest.values() if not correction.is_retracted}
    return {key: groups.find(key) for key in groups if key not in in_effect}


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
