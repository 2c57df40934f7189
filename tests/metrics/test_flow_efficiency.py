"""Flow efficiency: its example, its edge cases, and a plain loop over random cases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.flow.flow_efficiency import FLOW_EFFICIENCY
from tests.metrics.builder import World, assert_no_data
from tests.metrics.worlds import few

hours = st.integers(0, 40).map(lambda quarters: quarters / 4)


def test_example() -> None:
    """8 hours with 2 worked and 2 hours with 0.5 worked: 0.25."""
    world = World().case("a", 1.0, 2.0).parts("a", 2.0, queue=6.0)
    assert world.case("b", 1.0, 2.0).parts("b", 0.5, human_wait=1.5).value(FLOW_EFFICIENCY) == 0.25


def test_log_of_instants() -> None:
    """Unknown touch is no data, never 0."""
    assert_no_data(World().case("a", 1.0, 2.0).parts("a", None, unexplained=24.0).summary(FLOW_EFFICIENCY))


def test_some_steps_untimed() -> None:
    """A case counts with the work it told; one of unknown touch beside it is in neither sum."""
    world = World().case("a", 1.0, 2.0).parts("a", 6.0, unexplained=18.0)
    assert world.case("b", 1.0, 2.0).parts("b", None, unexplained=24.0).value(FLOW_EFFICIENCY) == 0.25


def test_long_cases_weigh_more() -> None:
    """It is the ratio of sums, not the mean of each case's ratio."""
    world = World().case("a", 1.0, 2.0).parts("a", 1.0)
    assert world.case("b", 1.0, 2.0).parts("b", 0.0, queue=3.0).value(FLOW_EFFICIENCY) == 0.25


def test_no_flow_time() -> None:
    """A case that took no time moves neither sum; alone there is nothing to divide by."""
    assert_no_data(World().case("a", 1.0, 1.0).parts("a", 0.0).summary(FLOW_EFFICIENCY))


def test_no_rows() -> None:
    """Nothing finished is no data, never 0."""
    assert_no_data(World().case("a", 1.0).summary(FLOW_EFFICIENCY))


@few
@given(told=st.lists(st.tuples(st.none() | hours, hours, st.sampled_from(["completed", "cancelled"])), max_size=20))
def test_oracle(told: list[tuple[float | None, float, str]]) -> None:
    """SQL agrees with a loop over the finished cases of known touch, whatever their outcome."""
    world = World()
    for number, (touch, wait, kind) in enumerate(told):
        world.case(f"c{number}", 1.0, 2.0, outcome_kind=kind).parts(f"c{number}", touch, external_wait=wait)
    known = [(touch, wait) for touch, wait, _ in told if touch is not None]
    flow = sum(touch + wait for touch, wait in known)
    expected = pytest.approx(sum(touch for touch, _ in known) / flow) if flow else None
    assert world.value(FLOW_EFFICIENCY) == expected
