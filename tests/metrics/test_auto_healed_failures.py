"""Failures healed by themselves: the example, the edge cases, and a plain loop over random episodes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.failure.auto_healed_failures import AUTO_HEALED_FAILURES
from tests.metrics.builder import World, assert_no_data
from tests.metrics.worlds import few, share

rows = st.lists(st.tuples(st.booleans(), st.none() | st.booleans()), min_size=1, max_size=12)


def _bounds(world: World) -> tuple[float | None, float | None, float | None]:
    found = world.summary(AUTO_HEALED_FAILURES)
    return (found.least or found).value, found.value, (found.most or found).value


def test_example() -> None:
    """Of four failures a machine tried one again and it passed: 0.25."""
    world = World().failure("a", 1.0, 2.0, is_auto_healed=True)
    for name in "bcd":
        world.failure(name, 1.0, 2.0, is_auto_healed=False)
    assert _bounds(world) == (0.25, 0.25, 0.25)


def test_unknown_performer() -> None:
    """Where nobody knows who took part it may be any of them: from none to all."""
    world = World().failure("a", 1.0, 2.0, is_auto_healed=True).failure("b", 1.0, 2.0, is_auto_healed=None)
    assert _bounds(world) == (0.5, 0.5, 1.0)


def test_open_episode() -> None:
    """What is open may still be healed by anybody: it has no row."""
    assert_no_data(World().failure("a", 1.0, is_auto_healed=None).summary(AUTO_HEALED_FAILURES))


def test_no_rows() -> None:
    """No failure is no data, never 0."""
    assert_no_data(World().summary(AUTO_HEALED_FAILURES))


@few
@given(rows=rows)
def test_oracle(rows: list[tuple[bool, bool | None]]) -> None:
    """SQL agrees with a loop over the closed episodes, at both ends of what is unknown."""
    world = World()
    for number, (is_open, healed) in enumerate(rows):
        world.failure(f"f{number}", 1.0, None if is_open else 2.0, is_auto_healed=healed)
    closed = [healed for is_open, healed in rows if not is_open]
    ends = (share([healed is True for healed in closed]), share([healed is not False for healed in closed]))
    assert _bounds(world) == (pytest.approx(ends[0]), pytest.approx(ends[0]), pytest.approx(ends[1]))
