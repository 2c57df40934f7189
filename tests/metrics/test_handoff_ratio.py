"""Handoff ratio: its example, its edge cases, and a plain loop over random cases."""

from __future__ import annotations

import pytest
from hypothesis import given

from metrics.handoff.handoff_ratio import HANDOFF_RATIO
from tests.metrics.builder import World, assert_no_data
from tests.metrics.worlds import CaseRow, case_rows, few, world_of_cases


def test_example() -> None:
    """System→system twice and system→human once: 2 automated for every manual one."""
    assert World().case("a", 1.0, 2.0, automated_handoffs=2, manual_handoffs=1).value(HANDOFF_RATIO) == 2.0


def test_sums_before_dividing() -> None:
    """It is the ratio of sums, not the mean of each case's ratio."""
    world = World().case("a", 1.0, 2.0, automated_handoffs=4, manual_handoffs=1)
    assert world.case("b", 1.0, 2.0, automated_handoffs=0, manual_handoffs=3).value(HANDOFF_RATIO) == 1.0


def test_unknown_kind() -> None:
    """A handoff of unknown kind is in neither sum, and the value is bounded by all of them manual and all automated."""
    world = World().case("a", 1.0, 2.0, automated_handoffs=4, manual_handoffs=2, unknown_handoffs=6)
    found = world.summary(HANDOFF_RATIO)
    assert found.value == 2.0
    assert found.least is not None
    assert found.most is not None
    assert (found.least.value, found.most.value) == (0.5, 5.0)


def test_all_known() -> None:
    """Where every kind is known there are no bounds."""
    found = World().case("a", 1.0, 2.0, automated_handoffs=4, manual_handoffs=2).summary(HANDOFF_RATIO)
    assert (found.least, found.most) == (None, None)


def test_no_manual_handoff() -> None:
    """Without a manual handoff there is nothing to divide by: no data, never infinity."""
    assert_no_data(World().case("a", 1.0, 2.0, automated_handoffs=5).summary(HANDOFF_RATIO))


def test_no_automated_handoff() -> None:
    """No automated handoff beside manual ones is a true 0."""
    assert World().case("a", 1.0, 2.0, manual_handoffs=2).value(HANDOFF_RATIO) == 0.0


def test_no_rows() -> None:
    """Nothing completed is no data, never 0."""
    world = World().case("a", 1.0, manual_handoffs=1).case("b", 1.0, 2.0, manual_handoffs=1, outcome_kind="rejected")
    assert_no_data(world.summary(HANDOFF_RATIO))


@few
@given(rows=case_rows)
def test_oracle(rows: list[CaseRow]) -> None:
    """SQL agrees with a loop over the completed cases."""
    done = [(automated, manual) for _, _, kind, _, automated, manual in rows if kind == "completed"]
    manual = sum(times for _, times in done)
    expected = None if not manual else pytest.approx(sum(times for times, _ in done) / manual)
    assert world_of_cases(rows).value(HANDOFF_RATIO) == expected
