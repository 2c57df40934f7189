"""Boomerang rate: its example, its edge cases, apart from ping-pong, and a plain loop over random step sequences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.handoff.boomerang_rate import BOOMERANG_RATE
from metrics.handoff.ping_pong_rate import PING_PONG_RATE
from metrics.handoff.returns import RETURNS
from tests.metrics.builder import World, assert_no_data
from tests.metrics.worlds import few


def _world(*paths: str) -> World:
    """A case for each path; a letter is who was responsible for a step, a dash is nobody named."""
    world = World()
    for number, path in enumerate(paths):
        told = ((None if letter == "-" else letter, "human") for letter in path)
        world.case(f"c{number}", 1.0, 2.0).steps(f"c{number}", *told)
    return world


def _rates(*paths: str) -> tuple[float | None, float | None]:
    """Ping-pong and boomerang rate."""
    world = _world(*paths)
    return world.value(PING_PONG_RATE), world.value(BOOMERANG_RATE)


def test_example() -> None:
    """First line, second line, supplier, first line: it came back by a detour."""
    assert _rates("12S1") == (0.0, 1.0)


def test_straight_back() -> None:
    """A → B → A is a ping-pong and no boomerang, however often."""
    assert _rates("ABA") == (1.0, 0.0)
    assert _rates("ABABAB") == (1.0, 0.0)


def test_both_in_one_case() -> None:
    """A → B → C → B → A: B came straight back, A by a detour over two others."""
    assert _rates("ABCBA") == (1.0, 1.0)


def test_a_stay_of_several_steps_is_one() -> None:
    """Steps in a row by one responsible neither make a detour nor hide one."""
    assert _rates("ABBBA") == (1.0, 0.0)
    assert _rates("AABBCCA") == (0.0, 1.0)


def test_never_back() -> None:
    """Who never had it before is no return."""
    assert _rates("ABCD") == (0.0, 0.0)


def test_nobody_is_named() -> None:
    """Two who are unknown need not be the same; somebody known who comes back past an unknown does."""
    assert _rates("-A-") == (0.0, 0.0)
    assert _rates("-AB-") == (0.0, 0.0)
    assert _rates("A-B A".replace(" ", "")) == (0.0, 1.0)


def test_no_handoff() -> None:
    """A case without a handoff counts as 0, also when it has no step at all."""
    assert _world("AAA", "").amounts(BOOMERANG_RATE) == [0.0, 0.0]


def test_no_rows() -> None:
    """Nothing started is no data, never 0."""
    assert_no_data(World().summary(BOOMERANG_RATE))


paths_of = st.lists(st.text("ABCD", max_size=9), min_size=1, max_size=8)


@few
@given(paths=paths_of)
def test_oracle(paths: list[str]) -> None:
    """SQL agrees with a loop over stays: from the latest stay of the same one, three or more on."""
    hits = sum(any(distance > 2 for distance in _distances(path)) for path in paths)
    assert _world(*paths).value(BOOMERANG_RATE) == pytest.approx(hits / len(paths))


@few
@given(paths=paths_of)
def test_a_return_is_one_of_the_two_and_never_both(paths: list[str]) -> None:
    """Every stay of somebody who had one before is at distance 2 or more, so the two conditions split them all."""
    found = _world(*paths).connection.execute(f"SELECT distance FROM ({RETURNS})", {"stream": "made"}).fetchall()
    distances = sorted(distance for (distance,) in found if distance is not None)
    assert distances == sorted(distance for path in paths for distance in _distances(path))
    assert all(distance >= 2 for distance in distances)


def _distances(path: str) -> list[int]:
    stays = [letter for place, letter in enumerate(path) if place == 0 or path[place - 1] != letter]
    if len(stays) == 1:
        return []
    found = []
    for place, who in enumerate(stays):
        before = [earlier for earlier in range(place) if stays[earlier] == who]
        found += [place - before[-1]] if before else []
    return found
