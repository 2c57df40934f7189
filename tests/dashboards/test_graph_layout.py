"""Laying out a branching graph: layers below what leads to them, loops led back, no box on another, always the same."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.graph.labels import CHARACTER, Box, Room, Spot, wrapped
from dashboards.graph.layers import END, START, Link, layers_of, split
from dashboards.graph.places import Place, Thread, crossings, half_width, lay_out
from dashboards.graph.routes import Shape, back_routes, forward_routes, top_of

SHAPE = Shape(node_width=100, node_height=50, gap=20, layer_gap=40, left=10, right=10)
NODES = "ABCDEFGH"


def _links(*told: str) -> list[Link]:
    """'AB9' is a link from A to B that carries 9; '^' and '$' are start and end; a trailing '!' marks a return."""
    names = {"^": START, "$": END}
    return [
        Link(names.get(one[0], one[0]), names.get(one[1], one[1]), float(one[2:].rstrip("!") or 1), one.endswith("!"))
        for one in told
    ]


graphs = st.lists(
    st.tuples(st.sampled_from("^" + NODES), st.sampled_from(NODES + "$"), st.integers(1, 99), st.booleans()),
    max_size=25, unique_by=lambda one: one[:2],
).map(lambda told: _links(*[f"{a}{b}{w}{'!' if r else ''}" for a, b, w, r in told]))  # fmt: skip


def test_the_heaviest_links_decide_what_leads_back() -> None:
    """Of a loop the lighter link leads back; a link marked as returning does so even where it is heavier."""
    forward, back = split(_links("^A9", "AB9", "BA5", "B$9"))
    assert [link.ends for link in back] == [("B", "A")]
    assert len(forward) == 3
    _, back = split(_links("AB3", "BA9!"))
    assert [link.ends for link in back] == [("B", "A")]


def test_a_link_to_itself_leads_back() -> None:
    """A self-loop never decides on layers."""
    forward, back = split(_links("AA9"))
    assert (forward, len(back)) == ([], 1)


def test_layers_follow_the_longest_way() -> None:
    """A step stands below all that lead to it, also below the longest of the ways there."""
    forward, _ = split(_links("^A9", "AB9", "BC9", "AC5", "C$9"))
    assert layers_of("ABC", forward, 4) == [[START], ["A"], ["B"], ["C"], [END]]


def test_a_full_layer_passes_nodes_on() -> None:
    """Where a layer is full the next node goes one further down, and nothing is lost."""
    forward, _ = split(_links("^A1", "^B1", "^C1", "^D1", "^E1"))
    assert layers_of("ABCDE", forward, 2) == [[START], ["A", "B"], ["C", "D"], ["E"], [END]]


@settings(max_examples=60, deadline=None)
@given(links=graphs, most=st.integers(1, 4))
def test_layers_hold_every_node_below_what_leads_to_it(links: list[Link], most: int) -> None:
    """Each node is in one layer, none is overfull, and every forward link goes down."""
    forward, back = split(links)
    assert sorted(link.ends for link in forward + back) == sorted(link.ends for link in links)
    layers = layers_of(NODES, forward, most)
    depth = {node: index for index, layer in enumerate(layers) for node in layer}
    assert sorted(depth) == sorted([*NODES, START, END])
    assert all(len(layer) <= most for layer in layers)
    assert all(depth[link.source] < depth[link.target] for link in forward)


@settings(max_examples=60, deadline=None)
@given(links=graphs)
def test_no_place_lies_on_another(links: list[Link]) -> None:
    """In each layer nodes and passing links keep their distance, in the order of the layer, inside the width."""
    forward, back = split(links)
    found = lay_out(layers_of(NODES, forward, 3), forward, back, 100.0, 20.0)
    for layer in found.layers:
        for one, other in pairwise(layer):
            apart = found.centre[other] - found.centre[one]
            assert apart >= half_width(one, 100.0) + half_width(other, 100.0) + 20 * 0.4 - 1e-6
        assert found.centre[layer[0]] - half_width(layer[0], 100.0) >= -1e-6
        assert found.centre[layer[-1]] + half_width(layer[-1], 100.0) <= found.width + 1e-6
    for link, way in found.ways.items():
        assert (way[0], way[-1]) == link.ends
        assert all(isinstance(place, Thread) for place in way[1:-1])


@settings(max_examples=20, deadline=None)
@given(links=graphs, seed=st.integers(0, 99))
def test_the_layout_is_the_same_whatever_the_order_of_links(links: list[Link], seed: int) -> None:
    """Shuffled links give the same layers, the same places and the same lines."""
    shuffled = links[:]
    random.Random(seed).shuffle(shuffled)
    drawn = []
    for told in (links, shuffled):
        forward, back = split(told)
        layout = lay_out(layers_of(NODES, forward, 3), forward, back, 100.0, 20.0)
        drawn.append([route.path for route in (*forward_routes(layout, SHAPE), *back_routes(back, layout, SHAPE))])
    assert drawn[0] == drawn[1]


def test_a_crossing_is_undone() -> None:
    """Two links that cross in the order given do not cross in the order found."""
    forward, back = split(_links("^A9", "^B9", "AD9", "BC9", "C$9", "D$9"))
    layers = layers_of("ABCD", forward, 4)
    assert layers[2] == ["C", "D"]
    found = lay_out(layers, forward, back, 100.0, 20.0)
    near: dict[Place, dict[Place, float]] = {"A": {"D": 1.0}, "B": {"C": 1.0}}
    assert crossings(layers, near) == 1
    assert crossings(found.layers, near) == 0


def test_the_main_way_is_straight() -> None:
    """What carries most stands straight below what leads to it; what carries little is pushed aside."""
    forward, back = split(_links("^A99", "AB99", "AC1", "BD99", "CD1", "D$100"))
    found = lay_out(layers_of("ABCD", forward, 4), forward, back, 100.0, 20.0)
    assert found.centre["B"] == pytest.approx(found.centre["A"], abs=3)
    assert found.centre["D"] == pytest.approx(found.centre["B"], abs=3)
    assert abs(found.centre["C"] - found.centre["B"]) == pytest.approx(120)


def test_lanes_of_loops_that_overlap_are_apart() -> None:
    """Two links back over the same layers run in lanes of their own; over others they may share one."""
    forward, back = split(_links("^A9", "AB9", "BC9", "CD9", "D$9", "CA2", "CB1", "DC1"))
    layout = lay_out(layers_of("ABCD", forward, 4), forward, back, 100.0, 20.0)
    lanes = {route.link.ends: max(x for x, _ in route.passes) for route in back_routes(back, layout, SHAPE)}
    assert lanes["C", "A"] > lanes["C", "B"] >= layout.width
    assert len(set(lanes.values())) == 3


def test_lines_begin_and_end_at_their_boxes() -> None:
    """A forward line leaves at the lower edge of its source and ends at the upper edge of its target."""
    forward, back = split(_links("^A9", "AB9", "B$9", "A$1"))
    layout = lay_out(layers_of("AB", forward, 4), forward, back, 100.0, 20.0)
    for route in forward_routes(layout, SHAPE):
        depth = {place: index for index, layer in enumerate(layout.layers) for place in layer}
        assert route.passes[0][1] == top_of(depth[route.link.source], SHAPE) + SHAPE.node_height
        assert route.passes[-1] == route.tip
        assert route.tip[1] == top_of(depth[route.link.target], SHAPE)
        assert abs(route.tip[0] - layout.centre[route.link.target]) <= 30


def test_labels_take_the_first_spot_that_is_free() -> None:
    """Boxes and labels are never touched, other lines rather not, and where there is no room there is no label."""
    room = Room(0, 200, [Box(0, 0, 60, 30)], {"other": [(120, 12)]})
    spots = [Spot(20, 15, 1), Spot(100, 15, 1), Spot(100, 55, 1)]
    assert room.place("abc", "own", spots, 0) == (100 + 3 * CHARACTER / 2 + 2, 55)
    assert room.place("abc", "other", spots, 0) == (100 + 3 * CHARACTER / 2 + 2, 15)
    assert room.place("abc", "other", spots, 0) is None
    assert room.place("a" * 99, "own", [Spot(100, 200, 1)], 0) is None


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Check", ["Check"]), ("Question to the customer", ["Question to the", "customer"]),
        ("one two three four five six seven", ["one two three", "four five six …"]), ("x" * 300, ["x" * 14 + "…"]),
        ("   ", [""]), ("", [""]),
    ],
)  # fmt: skip
def test_long_names_are_wrapped_and_cut(text: str, lines: list[str]) -> None:
    """Two lines of the width there is; what is cut ends with an ellipsis, and no line is longer than the box."""
    found = wrapped(text, 15 * CHARACTER + 1)
    assert found == lines
    assert all(len(line) <= 15 for line in found)
