"""Completion rate: its example, its edge cases, and a plain loop over random cases."""

from __future__ import annotations

import pytest
from hypothesis import given

from metrics.flow.completion_rate import COMPLETION_RATE
from tests.metrics.builder import World, assert_no_data
from tests.metrics.worlds import CaseRow, case_rows, few, share, world_of_cases


def test_example() -> None:
    """Three paid and one withdrawn: 0.75."""
    world = World().case("a", 1.0, 2.0).case("b", 1.0, 2.0).case("c", 1.0, 2.0)
    assert world.case("d", 1.0, 2.0, outcome_kind="cancelled").value(COMPLETION_RATE) == 0.75


def test_open_case() -> None:
    """An open case has no row, so it neither helps nor hurts."""
    assert World().case("a", 1.0, 2.0).case("b", 1.0).amounts(COMPLETION_RATE) == [1.0]


def test_no_rows() -> None:
    """Nothing ended is no data, never 0."""
    assert_no_data(World().case("a", 1.0).summary(COMPLETION_RATE))


@few
@given(rows=case_rows)
def test_oracle(rows: list[CaseRow]) -> None:
    """SQL agrees with a loop over the ended cases."""
    expected = share([kind == "completed" for _, _, kind, *_ in rows if kind is not None])
    assert world_of_cases(rows).value(COMPLETION_RATE) == (None if expected is None else pytest.approx(expected))
