"""Where each node stands in its layer, and where long links pass the layers between: few crossings, straight main way.

A link over several layers gets a narrow place in each of them, so that it runs beside nodes and not through them.
Order is by the barycentre of neighbours, a few sweeps down and up, the sweep with the fewest crossings kept (Sugiyama,
Tagawa & Toda 1981). Then each place moves as near to its neighbours as the order and the widths allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dashboards.graph.layers import Link

_SWEEPS = 12
_THREAD = 14.0
_THREAD_GAP = 0.4
_LIGHT = 1e-6


@dataclass(frozen=True, slots=True)
class Thread:
    """The place of a link in a layer it only passes."""

    link: Link
    layer: int


Place = str | Thread


@dataclass(frozen=True, slots=True)
class Layout:
    """Places by layer from left to right, the centre of each, and the way of each forward link through places."""

    layers: tuple[tuple[Place, ...], ...]
    centre: Mapping[Place, float]
    ways: Mapping[Link, tuple[Place, ...]]
    width: float


def lay_out(
    layers: Sequence[Sequence[str]], forward: Iterable[Link], back: Iterable[Link], node_width: float, gap: float
) -> Layout:
    """Order and centres, from 0 to `width`; of equals those with a link back stand to the right, where it leaves."""
    right: set[Place] = {end for link in back if link.source != link.target for end in link.ends}
    threaded: list[list[Place]] = [sorted(layer, key=right.__contains__) for layer in layers]
    depth = {node: index for index, layer in enumerate(layers) for node in layer}
    ways: dict[Link, tuple[Place, ...]] = {}
    for link in sorted(forward, key=lambda one: one.ends):
        passed = [Thread(link, layer) for layer in range(depth[link.source] + 1, depth[link.target])]
        for thread in passed:
            threaded[thread.layer].append(thread)
        ways[link] = (link.source, *passed, link.target)
    near = _neighbours(ways)
    ordered = _ordered(threaded, near, right)
    centre, width = _centred(ordered, near, node_width, gap)
    return Layout(tuple(tuple(layer) for layer in ordered), centre, ways, width)


def crossings(layers: Sequence[Sequence[Place]], near: Mapping[Place, Mapping[Place, float]]) -> int:
    """How often links between neighbouring layers cross."""
    found = 0
    for upper, lower in pairwise(layers):
        at = {place: index for index, place in enumerate(lower)}
        ends = [sorted(at[other] for other in near.get(place, {}) if other in at) for place in upper]
        for index, left in enumerate(ends):
            for right in ends[index + 1 :]:
                found += sum(a > b for a in left for b in right)
    return found


def _neighbours(ways: Mapping[Link, Sequence[Place]]) -> dict[Place, dict[Place, float]]:
    """Places that follow each other on a way, both ways round, with the weight between them."""
    near: dict[Place, dict[Place, float]] = {}
    for link, way in ways.items():
        for one, other in pairwise(way):
            near.setdefault(one, {})[other] = link.weight
            near.setdefault(other, {})[one] = link.weight
    return near


def _ordered(
    layers: list[list[Place]], near: Mapping[Place, Mapping[Place, float]], right: set[Place]
) -> list[list[Place]]:
    best, fewest = layers, crossings(layers, near)
    now = [list(layer) for layer in layers]
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for index in range(1, len(now)) if down else range(len(now) - 2, -1, -1):
            fixed = {place: at for at, place in enumerate(now[index - 1 if down else index + 1])}
            now[index] = _by_barycentre(now[index], fixed, near, right)
        count = crossings(now, near)
        if count < fewest:
            best, fewest = [list(layer) for layer in now], count
    return best


def _by_barycentre(
    layer: Sequence[Place], fixed: Mapping[Place, int], near: Mapping[Place, Mapping[Place, float]], right: set[Place]
) -> list[Place]:
    """By the mean place of the neighbours in the fixed layer; what has none keeps its own."""
    means = []
    for index, place in enumerate(layer):
        ends = [fixed[other] for other in near.get(place, {}) if other in fixed]
        means.append((sum(ends) / len(ends) if ends else float(index), place in right, index))
    return [layer[index] for _, _, index in sorted(means)]


def _centred(
    layers: Sequence[Sequence[Place]], near: Mapping[Place, Mapping[Place, float]], node_width: float, gap: float
) -> tuple[dict[Place, float], float]:
    offsets = [_offsets(layer, node_width, gap) for layer in layers]
    centre = {
        place: offset - found[-1] / 2
        for layer, found in zip(layers, offsets, strict=True) for place, offset in zip(layer, found, strict=True)
    }  # fmt: skip
    for sweep in range(_SWEEPS + 1):  # the last one goes down, so that a way stands straight below its beginning
        down = sweep % 2 == 0
        for index in range(1, len(layers)) if down else range(len(layers) - 2, -1, -1):
            _settle(layers[index], offsets[index], near, set(layers[index - 1 if down else index + 1]), centre)
    low = min(centre[place] - half_width(place, node_width) for place in centre)
    high = max(centre[place] + half_width(place, node_width) for place in centre)
    return {place: at - low for place, at in centre.items()}, high - low


def _settle(
    layer: Sequence[Place], offsets: Sequence[float], near: Mapping[Place, Mapping[Place, float]], fixed: set[Place],
    centre: dict[Place, float],
) -> None:  # fmt: skip
    """Move a layer as near to the fixed one as its order and widths allow: what would overlap is pooled, by weight."""
    pools: list[tuple[float, float, int]] = []
    for place, offset in zip(layer, offsets, strict=True):
        weights = {other: w for other, w in near.get(place, {}).items() if other in fixed}
        mass = sum(weights.values())
        wanted = sum(centre[other] * w for other, w in weights.items()) / mass if mass else centre[place]
        pool = (wanted - offset, mass or _LIGHT, 1)
        while pools and pools[-1][0] >= pool[0]:
            before = pools.pop()
            mass = before[1] + pool[1]
            pool = ((before[0] * before[1] + pool[0] * pool[1]) / mass, mass, before[2] + pool[2])
        pools.append(pool)
    shifts = [shift for shift, _, size in pools for _ in range(size)]
    for place, offset, shift in zip(layer, offsets, shifts, strict=True):
        centre[place] = offset + shift


def _offsets(layer: Sequence[Place], node_width: float, gap: float) -> list[float]:
    """Centres from the centre of the first, packed."""
    found, at = [], 0.0
    for index, place in enumerate(layer):
        if index:
            before = layer[index - 1]
            is_thread = isinstance(place, Thread) or isinstance(before, Thread)
            at += (
                half_width(before, node_width)
                + (gap * _THREAD_GAP if is_thread else gap)
                + half_width(place, node_width)
            )
        found.append(at)
    return found


def half_width(place: Place, node_width: float) -> float:
    """Half of the room a place takes from left to right."""
    return (_THREAD if isinstance(place, Thread) else node_width) / 2
