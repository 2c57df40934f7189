"""Unexplained time: its example, its edge cases, and a plain loop over random cases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.flow.unexplained_time import UNEXPLAINED_TIME
from tests.metrics.builder import World, assert_no_data
from tests.metrics.worlds import few

hours = st.integers(0, 40).map(lambda quarters: quarters / 4)


def test_example() -> None:
    """8 hours with 3 unexplained and 2 hours with 1: 0.4."""
    world = World().case("a", 1.0, 2.0).parts("a", 2.0, queue=3.0, unexplained=3.0)
    assert world.case("b", 1.0, 2.0).parts("b", 1.0, unexplained=1.0).value(UNEXPLAINED_TIME) == 0.4


def test_log_of_instants() -> None:
    """Where nothing but instants was told, all of it is unexplained: that is known, so it is 1 and not missing."""
    assert World().case("a", 1.0, 2.0).parts("a", None, unexplained=24.0).value(UNEXPLAINED_TIME) == 1.0


def test_all_explained() -> None:
    """Every moment known to be work or a wait is a true 0."""
    world = World().case("a", 1.0, 2.0).parts("a", 6.0, queue=6.0, external_wait=6.0, human_wait=6.0)
    assert world.value(UNEXPLAINED_TIME) == 0.0


def test_half_told_steps() -> None:
    """A case of unknown touch counts with what it left unexplained, beside those that told more."""
    world = World().case("a", 1.0, 2.0).parts("a", None, human_wait=1.0, unexplained=3.0)
    assert world.case("b", 1.0, 2.0).parts("b", 4.0).value(UNEXPLAINED_TIME) == 0.375


def test_long_cases_weigh_more() -> None:
    """It is the ratio of sums, not the mean of each case's ratio."""
    world = World().case("a", 1.0, 2.0).parts("a", None, unexplained=1.0)
    assert world.case("b", 1.0, 2.0).parts("b", None, queue=3.0).value(UNEXPLAINED_TIME) == 0.25


def test_no_flow_time() -> None:
    """A case that took no time moves neither sum; alone there is nothing to divide by."""
    assert_no_data(World().case("a", 1.0, 1.0).parts("a").summary(UNEXPLAINED_TIME))


def test_no_rows() -> None:
    """Nothing finished is no data, never 0."""
    assert_no_data(World().case("a", 1.0).summary(UNEXPLAINED_TIME))


@few
@given(told=st.lists(st.tuples(st.none() | hours, hours, hours), max_size=20))
def test_oracle(told: list[tuple[float | None, float, float]]) -> None:
    """SQL agrees with a loop over the finished cases."""
    world = World()
    for number, (touch, wait, unexplained) in enumerate(told):
        world.case(f"c{number}", 1.0, 2.0).parts(f"c{number}", touch, human_wait=wait, unexplained=unexplained)
    flow = sum((touch or 0) + wait + unexplained for touch, wait, unexplained in told)
    expected = pytest.approx(sum(row[2] for row in told) / flow) if flow else None
    assert world.value(UNEXPLAINED_TIME) == expected
