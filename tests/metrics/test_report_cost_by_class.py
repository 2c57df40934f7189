"""Cost by class: the classes of a quarter tie to the unit cost to the last digit, and what has no price is told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.cost.cost_per_transaction import COST_PER_TRANSACTION
from metrics.published import COST_BY_CLASS
from metrics.reports.cost_by_class import rows
from tests.metrics.builder import STREAM, World
from tests.metrics.worlds import few

CLASSES = ("people", "compute", "licence", "shared")


def _rows(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    found = list(rows(world.connection, STREAM))
    assert all(tuple(row) == COST_BY_CLASS.column_names for row in found)
    return {(row["period"], row["cost_class"]): dict(row) for row in found}


def _delivered(count: int) -> World:
    world = World()
    for number in range(count):
        world.case(f"c{number}", 1.0, 2.0)
    return world


def test_classes_stand_by_name() -> None:
    """In every quarter alike, whatever was told first."""
    world = _delivered(1).case("late", 100.0, 101.0)
    for day in (100.0, 1.0):
        for cost_class in ("shared", "people", "compute", "licence"):
            world.cost("1", day, cost_class=cost_class)
    assert list(_rows(world)) == [
        (quarter, name) for quarter in ("2026-Q1", "2026-Q2") for name in ("compute", "licence", "people", "shared")
    ]


def test_by_hand() -> None:
    """EUR 30 of work, 10 of it by standard minutes, and EUR 10 of licences, 4 idle; four delivered."""
    world = _delivered(4).cost("20").cost("10", basis="standard minutes", rate_id="r2")
    world.cost("6", cost_class="licence", basis="usage of the bill").cost("4", cost_class="licence", basis="idle")
    found = _rows(world)
    assert found["2026-Q1", "people"] == {
        "stream": "made", "period": "2026-Q1", "cost_class": "people", "amount": Decimal(30), "idle_amount": 0,
        "standard_amount": Decimal(10), "unpriced_rows": 0, "completed_cases": 4, "unit_cost": 7.5, "currency": "EUR",
    }  # fmt: skip
    assert [found["2026-Q1", "licence"][name] for name in ("amount", "idle_amount", "unit_cost")] == [10, 4, 2.5]
    assert len(found) == 2


def test_a_row_without_a_price_blocks_every_class() -> None:
    """No class has a unit cost where any row has no price; what is priced is summed, and what is not is counted."""
    found = _rows(_delivered(2).cost("8").cost(None).cost("4", cost_class="compute"))
    assert [found["2026-Q1", "people"][name] for name in ("amount", "unpriced_rows", "unit_cost")] == [8, 1, None]
    assert found["2026-Q1", "compute"]["unit_cost"] is None
    assert _rows(_delivered(2).cost(None))["2026-Q1", "people"]["amount"] is None


def test_nothing_completed_has_no_unit_cost() -> None:
    """Cost without a completed case stands as an amount only."""
    found = _rows(World().case("x", 1.0, 2.0, outcome_kind="rejected").cost("5"))
    assert [found["2026-Q1", "people"][name] for name in ("amount", "completed_cases", "unit_cost")] == [5, 0, None]


def test_no_cost_has_no_row() -> None:
    """A quarter without cost has no row: nothing told is not nothing spent."""
    assert _rows(_delivered(3)) == {}


@few
@given(
    told=st.lists(st.tuples(st.sampled_from(CLASSES), st.integers(-(10**9), 10**12), st.integers(0, 150)), max_size=20),
    delivered=st.integers(1, 5),
)
def test_oracle(told: list[tuple[str, int, int]], delivered: int) -> None:
    """Amounts are those a loop sums as decimals, to the last digit, and unit costs sum to the published one."""
    world = _delivered(delivered)
    world.case("late", 151.0)  # open: its trigger makes the second quarter one with data
    expected: dict[tuple[str, str], Decimal] = {}
    for cost_class, millionths, day in told:
        amount = Decimal(millionths) / 10**6
        world.cost(str(amount), day=float(day), cost_class=cost_class)
        key = ("2026-Q1" if day < 87 else "2026-Q2", cost_class)
        expected[key] = expected.get(key, Decimal(0)) + amount
    found = _rows(world)
    assert {key: row["amount"] for key, row in found.items()} == expected
    spring = [row for (period, _), row in found.items() if period == "2026-Q1"]
    if spring:
        unit = world.value(COST_PER_TRANSACTION)
        assert sum(row["unit_cost"] for row in spring) == pytest.approx(unit, rel=1e-12, abs=1e-9)
