"""Ping-pong rate: its example, its edge cases, and a plain loop over random step sequences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.handoff.ping_pong_rate import PING_PONG_RATE
from tests.metrics.builder import World, assert_no_data
from tests.metrics.worlds import few


def _world(*paths: str) -> World:
    """A case for each path; a letter is who was responsible for a step."""
    world = World()
    for number, path in enumerate(paths):
        world.case(f"c{number}", 1.0, 2.0).steps(f"c{number}", *((letter, "human") for letter in path))
    return world


def test_example() -> None:
    """First line, second line, first line again: 1."""
    assert _world("121").value(PING_PONG_RATE) == 1.0


def test_detour_is_no_ping_pong() -> None:
    """A → B → C → A did not come straight back."""
    assert _world("ABCA").value(PING_PONG_RATE) == 0.0


def test_several_steps_by_one_responsible() -> None:
    """Steps that stay with one responsible do not hide the return."""
    assert _world("AABBA").value(PING_PONG_RATE) == 1.0


def test_no_handoff() -> None:
    """A case without a handoff counts as 0, also when it has no step at all."""
    assert _world("AAA", "").amounts(PING_PONG_RATE) == [0.0, 0.0]


def test_open_cases_count() -> None:
    """It looks at started cases, so an open one counts."""
    world = World().case("c", 1.0).steps("c", ("A", "human"), ("B", "human"), ("A", "human"))
    assert world.value(PING_PONG_RATE) == 1.0


def test_no_rows() -> None:
    """Nothing started is no data, never 0."""
    assert_no_data(World().summary(PING_PONG_RATE))


@few
@given(paths=st.lists(st.text("ABC", max_size=7), min_size=1, max_size=12))
def test_oracle(paths: list[str]) -> None:
    """SQL agrees with a loop over the changes of the responsible."""
    hits = 0
    for path in paths:
        owners = [letter for place, letter in enumerate(path) if place == 0 or path[place - 1] != letter]
        hits += any(owners[place] == owners[place - 2] for place in range(2, len(owners)))
    assert _world(*paths).value(PING_PONG_RATE) == pytest.approx(hits / len(paths))
