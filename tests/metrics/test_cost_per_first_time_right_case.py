"""Cost per first-time-right case: its example, its edge cases, and a plain loop over random cases and costs."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.cost.cost_per_first_time_right_case import COST_PER_FIRST_TIME_RIGHT_CASE
from metrics.evaluate import evaluate_period
from metrics.periods import parse_period
from tests.metrics.builder import STREAM, World, assert_no_data
from tests.metrics.worlds import CaseRow, case_rows, few, world_of_cases


def _delivered(right: int, reworked: int = 0) -> World:
    world = World()
    for number in range(right + reworked):
        world.case(f"c{number}", 1.0, 2.0, loops=int(number >= right))
    return world


def test_example() -> None:
    """EUR 30 of work and EUR 10 of licences in a month, 4 delivered, 1 of them reworked: EUR 13.33."""
    world = _delivered(3, 1).cost("30").cost("10", cost_class="licence", driver="seats")
    assert world.value(COST_PER_FIRST_TIME_RIGHT_CASE) == pytest.approx(40 / 3)
    assert world.summary(COST_PER_FIRST_TIME_RIGHT_CASE).n == 3


def test_work_without_a_rate() -> None:
    """A row that no rate covers blocks the number."""
    assert_no_data(_delivered(2).cost("30").cost(None).summary(COST_PER_FIRST_TIME_RIGHT_CASE))


def test_no_cost_at_all() -> None:
    """Without any cost row there is no data; nothing is never called free."""
    assert_no_data(_delivered(3).summary(COST_PER_FIRST_TIME_RIGHT_CASE))


def test_nothing_right() -> None:
    """Cost of a period in which nothing came out right has nothing to be divided by."""
    assert_no_data(_delivered(0, 3).cost("30").summary(COST_PER_FIRST_TIME_RIGHT_CASE))


def test_reworked_case() -> None:
    """What a reworked case cost is borne by those that were right."""
    world = _delivered(1, 1).cost("5").cost("7", case_id="c0")
    assert world.value(COST_PER_FIRST_TIME_RIGHT_CASE) == pytest.approx(12.0)


@pytest.mark.parametrize("kind", ["abandoned", "cancelled", "rejected"])
def test_not_completed_is_not_right(kind: str) -> None:
    """A case that was not completed is not in the base, however smoothly it went."""
    world = _delivered(1).case("x", 1.0, 2.0, outcome_kind=kind).cost("12")
    assert world.value(COST_PER_FIRST_TIME_RIGHT_CASE) == pytest.approx(12.0)


def test_young_period() -> None:
    """A period whose cases may still turn out wrong may still rise, until they have had the time for it."""
    world = World().case("a", 1.0, 2.0).case("b", 1.0, 2.0, loops=1, first_rework_at=9.0, last_event=9.0).cost("5")
    (value,) = evaluate_period(world.connection, COST_PER_FIRST_TIME_RIGHT_CASE, STREAM, parse_period("2026-01"))
    assert (value.may_still, value.matures_on) == ("rise", dt.date(2026, 2, 8))


@few
@given(rows=case_rows, cents=st.lists(st.integers(0, 10**7), min_size=1, max_size=12))
def test_oracle(rows: list[CaseRow], cents: list[int]) -> None:
    """SQL agrees with a loop over the completed cases and exact decimals."""
    world = world_of_cases(rows)
    for amount in cents:
        world.cost(str(Decimal(amount) / 100))
    right = sum(row[2] == "completed" and sum(row[3][:4]) == 0 for row in rows)
    expected = pytest.approx(float(Decimal(sum(cents)) / 100 / right), rel=1e-12) if right else None
    assert world.value(COST_PER_FIRST_TIME_RIGHT_CASE) == expected
