"""Cost per started case: its example, its edge cases, its interval, and a plain loop over random cases and costs."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.cost.cost_per_started_case import COST_PER_STARTED_CASE
from tests.metrics.builder import JANUARY, World, assert_no_data, day_of
from tests.metrics.worlds import CaseRow, case_rows, few, world_of_cases


def _received(count: int, delivered: int = 0) -> World:
    world = World()
    for number in range(count):
        world.case(f"c{number}", 1.0, 2.0 if number < delivered else None)
    return world


def test_example() -> None:
    """EUR 30 of work and EUR 10 of licences in a month, 5 received, 4 delivered: EUR 8."""
    world = _received(5, 4).cost("30").cost("10", cost_class="licence", driver="seats")
    assert world.value(COST_PER_STARTED_CASE) == pytest.approx(8.0)
    assert world.summary(COST_PER_STARTED_CASE).n == 5


def test_work_without_a_rate() -> None:
    """A row that no rate covers blocks the number, and the reason says how many there are."""
    summary = _received(2).cost("30").cost(None).cost(None).summary(COST_PER_STARTED_CASE)
    assert_no_data(summary)
    assert summary.reason is not None
    assert summary.reason.startswith("2 rows of cost")


def test_no_cost_at_all() -> None:
    """Without any cost row there is no data; nothing is never called free."""
    assert_no_data(_received(3).summary(COST_PER_STARTED_CASE))


def test_nothing_started() -> None:
    """Cost of a period in which nothing came in has nothing to be divided by, though work was completed."""
    world = World().case("a", -20.0, 2.0).cost("30")
    assert_no_data(world.summary(COST_PER_STARTED_CASE))


def test_open_or_cancelled_case() -> None:
    """What came in counts, whatever became of it."""
    world = _received(1).case("x", 1.0, 2.0, outcome_kind="cancelled").case("y", 1.0, 2.0).cost("12")
    assert world.value(COST_PER_STARTED_CASE) == pytest.approx(4.0)


def test_idle_capacity() -> None:
    """Idle capacity is in the sum."""
    world = _received(2).cost("10").cost("6", case_id=None, basis="idle", cost_class="licence")
    assert world.value(COST_PER_STARTED_CASE) == pytest.approx(8.0)


@few
@given(rows=case_rows, cents=st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 60)), min_size=1, max_size=12))
def test_oracle(rows: list[CaseRow], cents: list[tuple[int, int]]) -> None:
    """SQL agrees with a loop over cases and exact decimals."""
    world = world_of_cases(rows)
    for amount, day in cents:
        world.cost(str(Decimal(amount) / 100), day=float(day))
    started = sum(JANUARY.first_on <= (day_of(row[0]) or JANUARY.until_on) < JANUARY.until_on for row in rows)
    expected = float(Decimal(sum(amount for amount, _ in cents)) / 100 / started)
    assert world.value(COST_PER_STARTED_CASE) == pytest.approx(expected, rel=1e-12)
