"""Drawing a laid-out graph as SVG: boxes with words, lines as wide as what they carry, labels where there is room.

Classes of the style sheet only, no style attribute and no script. Knows no data.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from dashboards.graph.labels import Box, Room, wrapped
from dashboards.graph.layers import END, START, Link, layers_of, split
from dashboards.graph.places import Layout, lay_out
from dashboards.graph.routes import Route, Shape, back_routes, forward_routes, lanes_width, top_of

WIDE = Shape(node_width=212, node_height=74, gap=44, layer_gap=54, left=96, right=116)
NARROW = Shape(node_width=112, node_height=88, gap=18, layer_gap=50, left=40, right=6)
_MOST_BESIDE = {WIDE: 4, NARROW: 2}
_PILL = 28.0
_WIDEST = 7.0
_TITLE = 120


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in a box: a heading, and lines below it."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """What is drawn: nodes in order with their boxes, links with their labels, and which of them are set apart."""

    nodes: tuple[str, ...]
    boxes: Mapping[str, Words]
    links: tuple[Link, ...]
    labels: Mapping[Link, str]
    is_apart: Mapping[Link, bool]


def draw_graph(graph: Graph, shape: Shape, *, css: str, label: str) -> Markup:
    """The drawing, from start to end downwards. `label` is what a screen reader says."""
    forward, back = split(graph.links)
    layers = layers_of(graph.nodes, forward, _MOST_BESIDE[shape])
    layout = lay_out(layers, forward, back, shape.node_width, shape.gap)
    routes = [*forward_routes(layout, shape), *back_routes(back, layout, shape)]
    right = layout.width + shape.right + (lanes_width(back) if back else 0)
    width = shape.left + right
    upper = shape.node_height - _PILL  # the start is lower than its layer: nothing stands above it
    height = top_of(len(layers) - 1, shape) + _PILL + 2 - upper
    boxes = [_box(layout, node, shape) for layer in layers for node in layer]
    room = Room(-shape.left, right, boxes, {_key(route.link): route.passes for route in routes})
    heaviest = max((link.weight for link in graph.links), default=1.0)
    parts = [_line(graph, route, heaviest) for route in routes]
    parts += [_node(graph, layout, node, shape) for layer in layers for node in layer]
    parts += [
        _label(graph, route, room, heaviest)
        for route in sorted(routes, key=lambda one: (-one.link.weight, one.link.ends))
    ]
    attributes = Markup('class="graph {}" width="{:.0f}" height="{:.0f}" viewBox="{:.0f} {:.0f} {:.0f} {:.0f}"').format(
        css, width, height, -shape.left, upper, width, height
    )
    return Markup('<svg {} role="img" aria-label="{}">{}</svg>').format(attributes, label, Markup("").join(parts))


def _box(layout: Layout, node: str, shape: Shape) -> Box:
    top, half, height = _top(layout, node, shape), shape.node_width / 2, _height(node, shape)
    return Box(layout.centre[node] - half, top, layout.centre[node] + half, top + height)


def _top(layout: Layout, node: str, shape: Shape) -> float:
    layer = next(index for index, held in enumerate(layout.layers) if node in held)
    return top_of(layer, shape) + (shape.node_height - _PILL if node == START else 0.0)


def _height(node: str, shape: Shape) -> float:
    return _PILL if node in (START, END) else shape.node_height


def _node(graph: Graph, layout: Layout, node: str, shape: Shape) -> Markup:
    box, found = _box(layout, node, shape), graph.boxes[node]
    x = layout.centre[node]
    if node in (START, END):
        return Markup(
            '<g class="pill"><rect x="{}" y="{}" width="{}" height="{}" rx="14"/><text x="{}" y="{}">{}</text></g>'
        ).format(_px(x - 52), _px(box.top), 104, _px(_PILL), _px(x), _px(box.top + 18.5), found.heading)
    headings = wrapped(found.heading, shape.node_width - 16)
    lines = [*headings, *found.lines]
    first = box.top + (shape.node_height - 15 * len(lines)) / 2 + 11.5
    texts = Markup("").join(
        Markup('<text x="{}" y="{}"{}>{}</text>').format(
            _px(x), _px(first + 15 * index), Markup(' class="hd"') if index < len(headings) else "", line
        )
        for index, line in enumerate(lines)
    )
    whole = Markup("<title>{}</title>").format(found.heading[:_TITLE]) if " ".join(headings) != found.heading else ""
    return Markup('<g class="node">{}<rect x="{}" y="{}" width="{}" height="{}" rx="8"/>{}</g>').format(
        whole, _px(box.left), _px(box.top), _px(shape.node_width), _px(shape.node_height), texts
    )


def _line(graph: Graph, route: Route, heaviest: float) -> Markup:
    thick = _thick(route.link, heaviest)
    wing = thick / 2 + 4
    x, y = route.tip
    corners = [(x, y), (x - wing, y - 10), (x + wing, y - 10)]
    if route.is_from_right:
        corners = [(x, y), (x + 10, y - wing), (x + 10, y + wing)]
    points = " ".join(f"{_px(a)},{_px(b)}" for a, b in corners)
    css = "apart" if graph.is_apart[route.link] else "way"
    return Markup('<g class="{}"><path d="{}" stroke-width="{:.1f}"/><polygon points="{}"/></g>').format(
        css, route.path, thick, points
    )


def _key(link: Link) -> str:
    return f"{link.source}\x02{link.target}"


def _thick(link: Link, heaviest: float) -> float:
    """By the root of what it carries, so that rare links can still be seen beside frequent ones."""
    return 1.2 + (_WIDEST - 1.2) * math.sqrt(max(link.weight, 0.0) / heaviest)


def _label(graph: Graph, route: Route, room: Room, heaviest: float) -> Markup:
    text = graph.labels[route.link]
    spot = room.place(text, _key(route.link), route.spots, _thick(route.link, heaviest) / 2 + 3)
    if spot is None:
        return Markup("")
    css = "halo apart" if graph.is_apart[route.link] else "halo"
    return Markup('<text class="{}" x="{}" y="{}">{}</text>').format(css, _px(spot[0]), _px(spot[1]), text)


def _px(value: float) -> str:
    return f"{value:.0f}"
