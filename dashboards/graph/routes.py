"""The lines of links: forward ones down through their places, those that lead back up in lanes at the right edge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dashboards.graph.labels import Spot
from dashboards.graph.layers import Link
from dashboards.graph.places import Layout, Place

LANE = 18.0
_TURN = 10.0
_PORTS = 0.6
_SAMPLES = 24


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a drawing in pixels. `left` and `right` are room beside it for labels."""

    node_width: float
    node_height: float
    gap: float
    layer_gap: float
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Route:
    """A line as SVG path data, points it passes, spots for its label, and the tip and direction of its arrow."""

    link: Link
    path: str
    passes: tuple[tuple[float, float], ...]
    spots: tuple[Spot, ...]
    tip: tuple[float, float]
    is_from_right: bool


def top_of(layer: int, shape: Shape) -> float:
    """The upper edge of a layer."""
    return 2 + layer * (shape.node_height + shape.layer_gap)


def forward_routes(layout: Layout, shape: Shape) -> list[Route]:
    """Each forward link as a smooth line from bottom to top, its ends spread over the width of the nodes."""
    depth = {place: index for index, layer in enumerate(layout.layers) for place in layer}
    leaves = _ports(layout, shape, out=True)
    comes = _ports(layout, shape, out=False)
    found = []
    for link, way in sorted(layout.ways.items(), key=lambda pair: pair[0].ends):
        points = [(leaves[link], top_of(depth[way[0]], shape) + shape.node_height)]
        for place in way[1:-1]:
            top = top_of(depth[place], shape)
            points += [(layout.centre[place], top), (layout.centre[place], top + shape.node_height)]
        points.append((comes[link], top_of(depth[way[-1]], shape)))
        found.append(Route(link, _smooth(points), _passes(points), _spots(points), points[-1], is_from_right=False))
    return found


def back_routes(back: Sequence[Link], layout: Layout, shape: Shape) -> list[Route]:
    """Each link that leads back, out to a lane of its own at the right and up; the shortest in the innermost lane."""
    depth = {place: index for index, layer in enumerate(layout.layers) for place in layer}
    found: list[Route] = []
    lanes: list[list[tuple[int, int]]] = []
    for link in sorted(back, key=lambda one: (depth[one.source] - depth[one.target], one.ends)):
        if link.source == link.target:
            found.append(_loop(link, layout, depth, shape))
            continue
        span = (min(depth[link.target], depth[link.source]), max(depth[link.target], depth[link.source]))
        lane = next(
            (i for i, held in enumerate(lanes) if not any(a <= span[1] and span[0] <= b for a, b in held)), None
        )
        if lane is None:
            lane = len(lanes)
            lanes.append([])
        lanes[lane].append(span)
        x = layout.width + 22 + lane * LANE
        found.append(_lane(link, layout, depth, shape, x))
    return found


def lanes_width(back: Sequence[Link]) -> float:
    """Room that lanes can take at most."""
    return 22 + LANE * max(sum(link.source != link.target for link in back) - 1, 0)


def _lane(link: Link, layout: Layout, depth: Mapping[Place, int], shape: Shape, x: float) -> Route:
    start, is_right = _exit(link.source, layout, depth, shape, out=True)
    end, is_from_right = _exit(link.target, layout, depth, shape, out=False)
    down, up = (
        start[1] + (0 if is_right else shape.layer_gap * 0.3),
        end[1] - (0 if is_from_right else shape.layer_gap * 0.3),
    )
    turn = min(_TURN, abs(down - up) / 2)
    out = "" if is_right else f"L{_px(start[0])} {_px(down)}"
    into = f"H{_px(end[0])}" + ("" if is_from_right else f"V{_px(end[1])}")
    path = (
        f"M{_px(start[0])} {_px(start[1])}{out}H{_px(x - turn)}Q{_px(x)} {_px(down)} {_px(x)} {_px(down - turn)}"
        f"V{_px(up + turn)}Q{_px(x)} {_px(up)} {_px(x - turn)} {_px(up)}{into}"
    )
    spots = tuple(
        Spot(x, up + (down - up) * share + 4, side) for share in (0.5, 0.35, 0.65, 0.2, 0.8) for side in (1, -1)
    )
    corners = [start, (start[0], down), (x, down), (x, up), (end[0], up), end]
    passes = tuple(point for one, other in pairwise(corners) for point in _between(one, other))
    return Route(link, path, passes, spots, end, is_from_right)


def _exit(
    node: str, layout: Layout, depth: Mapping[Place, int], shape: Shape, *, out: bool
) -> tuple[tuple[float, float], bool]:
    """Where a link that leads back leaves or enters: at the right side where nothing is beside, else below or above."""
    layer, top = layout.layers[depth[node]], top_of(depth[node], shape)
    if layer[-1] == node:
        y = top + shape.node_height * (0.65 if out else 0.35)
        return (layout.centre[node] + shape.node_width / 2, y), True
    x = layout.centre[node] + shape.node_width * 0.42
    return (x, top + (shape.node_height if out else 0)), False


def _loop(link: Link, layout: Layout, depth: Mapping[Place, int], shape: Shape) -> Route:
    x, y = layout.centre[link.source] + shape.node_width / 2, top_of(depth[link.source], shape) + shape.node_height / 2
    reach = min(26.0, shape.gap + 6)
    path = f"M{_px(x)} {_px(y + 9)}C{_px(x + reach)} {_px(y + 22)} {_px(x + reach)} {_px(y - 22)} {_px(x)} {_px(y - 9)}"
    return Route(link, path, (), tuple(Spot(x + reach * 0.75, y + down, 1) for down in (4, -14, 20)), (x, y - 9), True)


def _ports(layout: Layout, shape: Shape, *, out: bool) -> dict[Link, float]:
    """Where links leave or enter their node: beside each other, in the order of where they go or come from."""
    by_node: dict[Place, list[tuple[float, tuple[str, str], Link]]] = {}
    for link, way in layout.ways.items():
        node, other = (way[0], way[1]) if out else (way[-1], way[-2])
        by_node.setdefault(node, []).append((layout.centre[other], link.ends, link))
    found = {}
    for node, links in by_node.items():
        step = min(shape.node_width * _PORTS / len(links), 26.0)
        for index, (_, _, link) in enumerate(sorted(links, key=lambda one: one[:2])):
            found[link] = layout.centre[node] + (index - (len(links) - 1) / 2) * step
    return found


def _smooth(points: Sequence[tuple[float, float]]) -> str:
    """Vertical at each point: curves between layers, straight lines through them."""
    parts = [f"M{_px(points[0][0])} {_px(points[0][1])}"]
    for index, ((x0, y0), (x1, y1)) in enumerate(pairwise(points)):
        middle = (y0 + y1) / 2
        is_straight = index % 2 == 1 or abs(x0 - x1) < 0.5
        curve = f"C{_px(x0)} {_px(middle)} {_px(x1)} {_px(middle)} {_px(x1)} {_px(y1)}"
        parts.append(f"V{_px(y1)}" if is_straight else curve)
    return "".join(parts)


def _passes(points: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Points along a smooth line, close enough that no label slips between."""
    found: list[tuple[float, float]] = []
    for index, ((x0, y0), (x1, y1)) in enumerate(pairwise(points)):
        if index % 2 == 1:
            found += _between((x0, y0), (x1, y1))
            continue
        for step in range(_SAMPLES + 1):
            share = step / _SAMPLES  # a curve that is vertical at both ends: control points at half its height
            bent, fallen = share * share * (3 - 2 * share), 1.5 * share * (1 - share) + share**3
            found.append((x0 + (x1 - x0) * bent, y0 + (y1 - y0) * fallen))
    return tuple(found)


def _between(one: tuple[float, float], other: tuple[float, float]) -> list[tuple[float, float]]:
    steps = max(int(max(abs(one[0] - other[0]), abs(one[1] - other[1])) / 6), 1)
    return [
        (one[0] + (other[0] - one[0]) * step / steps, one[1] + (other[1] - one[1]) * step / steps)
        for step in range(steps + 1)
    ]


def _spots(points: Sequence[tuple[float, float]]) -> tuple[Spot, ...]:
    """Beside the middles of its curves first, then nearer to their ends; the base line is a little lower."""
    found = []
    for share in (0.5, 0.35, 0.65):
        for index, ((x0, y0), (x1, y1)) in enumerate(pairwise(points)):
            if index % 2 == 0:
                bent, fallen = share * share * (3 - 2 * share), 1.5 * share * (1 - share) + share**3
                x, y = x0 + (x1 - x0) * bent, y0 + (y1 - y0) * fallen + 4
                found += [Spot(x, y, 1), Spot(x, y, -1)]
    return tuple(found)


def _px(value: float) -> str:
    return f"{value:.0f}"
