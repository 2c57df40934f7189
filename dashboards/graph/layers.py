"""Which layer each node stands in: one below everything that leads to it, the start first and the end last.

A graph of work has loops. Links are taken one by one, the heaviest first and those marked as returning last; one that
would close a loop leads back, and does not decide on layers. So the same links always give the same layers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

START, END = "\x02", "\x03"
"""The two nodes every graph has; no name read from a file can be one of these."""


@dataclass(frozen=True, slots=True)
class Link:
    """A directed link. `is_return` marks what should rather lead back than forward, where both are possible."""

    source: str
    target: str
    weight: float
    is_return: bool = False

    @property
    def ends(self) -> tuple[str, str]:
        """Source and target."""
        return self.source, self.target


def split(links: Iterable[Link]) -> tuple[list[Link], list[Link]]:
    """Links that lead forward, without any loop, and links that lead back; self-loops are among these."""
    forward: list[Link] = []
    back: list[Link] = []
    after: dict[str, set[str]] = {}
    for link in sorted(links, key=lambda one: (one.is_return, -one.weight, one.ends)):
        if link.source == link.target or _reaches(after, link.target, link.source):
            back.append(link)
        else:
            forward.append(link)
            after.setdefault(link.source, set()).add(link.target)
    return forward, back


def layers_of(nodes: Sequence[str], forward: Iterable[Link], most: int) -> list[list[str]]:
    """Nodes by layer, each below all that lead to it, at most so many in one layer; `nodes` breaks ties.

    Where a layer is full a node goes one further down. The start has the first layer for itself, the end the last.
    """
    before: dict[str, set[str]] = {node: set() for node in nodes}
    for link in forward:
        if link.source in before and link.target in before:
            before[link.target].add(link.source)
    place = {node: index for index, node in enumerate(nodes)}
    depth: dict[str, int] = {}
    held: dict[int, int] = {}
    waiting = set(nodes)
    while waiting:
        ready = [node for node in waiting if before[node] <= depth.keys()]
        node = min(ready, key=lambda one: (_below(before[one], depth), place[one]))
        layer = _below(before[node], depth)
        while held.get(layer, 0) >= most:
            layer += 1
        depth[node] = layer
        held[layer] = held.get(layer, 0) + 1
        waiting.remove(node)
    inner = [[node for node in nodes if depth[node] == layer] for layer in range(max(depth.values(), default=-1) + 1)]
    return [[START], *[layer for layer in inner if layer], [END]]


def _below(before: Iterable[str], depth: Mapping[str, int]) -> int:
    return max((depth[node] + 1 for node in before), default=0)


def _reaches(after: Mapping[str, set[str]], source: str, target: str) -> bool:
    seen, todo = {source}, [source]
    while todo:
        node = todo.pop()
        if node == target:
            return True
        todo += [found for found in after.get(node, ()) if found not in seen]
        seen |= after.get(node, set())
    return False
