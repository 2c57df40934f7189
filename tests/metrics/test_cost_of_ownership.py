"""Cost of ownership: declared lines by month, hours in failure at what an hour cost, per transaction; by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from metrics.finance.integration import Integration
from metrics.finance.ownership import NO_RATE, NO_ROLE, UNPRICED
from metrics.finance.stored import integration_rows
from metrics.published import COST_OF_OWNERSHIP
from metrics.reports.cost_of_ownership import rows
from tests.metrics.builder import STREAM, World
from tests.metrics.test_freed_capacity import SPRING, _insert, step_row
from tests.metrics.worlds import few

LINES = [
    {"kind": "build", "month": "2026-02", "amount": "500"}, {"kind": "run", "from": "2026-02", "amount": "20.50"},
    {"kind": "licence", "from": "2026-01", "until": "2026-05", "amount": "10"},
]  # fmt: skip


def integration(**told: Any) -> Integration:
    """An integration with these lines, with changes."""
    return Integration.model_validate({"id": "a", "name": "A", "currency": "EUR", "lines": LINES} | told)


def found_in(world: World, one: Integration) -> dict[tuple[str, str], dict[str, Any]]:
    """Rows of the report, by quarter and kind."""
    for row in integration_rows("made", [one]):
        _insert(world, "integration_lines", row)
    found = list(rows(world.connection, STREAM))
    assert all(tuple(row) == COST_OF_OWNERSHIP.column_names for row in found)
    return {(str(row["period"]), str(row["cost_kind"])): row for row in found}


def half_year() -> World:
    """Two quarters with data."""
    return World().case("c1", 1.0, 2.0).case("c2", SPRING, SPRING + 2)


def test_lines_by_hand() -> None:
    """Built for 500 in February, run for 20.50 from then on, a licence of 10 from January until before May."""
    found = found_in(half_year(), integration())
    told = {key: (row["amount"], row["amount_to_date"]) for key, row in found.items()}
    assert told == {
        ("2026-Q1", "build"): (500, 500), ("2026-Q1", "run"): (41, 41), ("2026-Q1", "licence"): (30, 30),
        ("2026-Q1", "(all)"): (571, 571), ("2026-Q2", "build"): (0, 500),
        ("2026-Q2", "run"): (Decimal("61.5"), Decimal("102.5")), ("2026-Q2", "licence"): (10, 40),
        ("2026-Q2", "(all)"): (Decimal("71.5"), Decimal("642.5")),
    }  # fmt: skip
    assert {row["transactions"] for row in found.values()} == {None}


def test_failures_at_what_an_hour_cost() -> None:
    """Two failures that overlap are 18 hours, at 40 an hour: 720; without a role or a price there is no sum."""
    world = half_year().failure("f1", 1.5, 2.0, onset=1.25).failure("f2", 1.75, 2.0, rule="other")
    world.cost("60", quantity=1.5).cost("20", quantity=0.5)
    told = {"failures": ["rejection"], "failure_role": "clerk"}
    found = found_in(world, integration(**told))
    assert found["2026-Q1", "failure hours"]["amount"] == 720
    assert found["2026-Q1", "failure hours"]["failure_hours"] == pytest.approx(18)
    assert found["2026-Q1", "(all)"]["amount"] == 1291
    assert found["2026-Q2", "failure hours"]["amount"] == 0
    world.connection.execute("DELETE FROM integration_lines")
    blocked = found_in(world, integration(failures=["rejection"]))
    assert (blocked["2026-Q1", "failure hours"]["amount"], blocked["2026-Q1", "failure hours"]["reason"]) == (
        None, NO_ROLE,
    )  # fmt: skip
    assert (blocked["2026-Q1", "(all)"]["amount"], blocked["2026-Q1", "(all)"]["reason"]) == (None, UNPRICED)
    assert blocked["2026-Q2", "(all)"]["amount_to_date"] is None
    world.connection.execute("DELETE FROM integration_lines")
    unpriced = found_in(world, integration(failures=["rejection"], failure_role="nobody"))
    assert unpriced["2026-Q1", "failure hours"]["reason"] == NO_RATE


def test_money_for_no_hours_is_no_rate() -> None:
    """Where a role was paid for no time nobody knows what its hour costs."""
    world = half_year().failure("f1", 1.5, 2.0).cost("60", quantity=0.0)
    found = found_in(world, integration(failures=["rejection"], failure_role="clerk"))
    assert (found["2026-Q1", "failure hours"]["amount"], found["2026-Q1", "failure hours"]["reason"]) == (None, NO_RATE)


def test_an_hour_costs_what_people_of_the_role_were_paid_in_the_quarter() -> None:
    """40 an hour: hours without a rate, of another role or quarter, or metered under the same name, are none of it."""
    world = half_year().failure("f1", 1.0, 1.25).cost("60", quantity=1.5)
    world.cost(None, quantity=7.0).cost("900", quantity=1.0, cost_class="compute").cost("900", driver="expert")
    world.cost("900", 87.0).cost("900", stream="other")  # the first of April
    found = found_in(world, integration(failures=["rejection"], failure_role="clerk"))
    assert (found["2026-Q1", "failure hours"]["failure_hours"], found["2026-Q1", "failure hours"]["amount"]) == (6, 240)


def test_per_transaction() -> None:
    """Ended executions of its steps by its performers divide the quarter; without any there is nothing to divide by."""
    world = half_year()
    for place, kind in enumerate(("agent", "agent", "human"), 1):
        world.add_step(step_row("c1", place, 1.0, "check", "x", None) | {"performer_kind": kind})
    world.add_step(step_row("c1", 4, 1.0, "check", "x", None) | {"performer_kind": "agent", "ended_at": None})
    found = found_in(world, integration(steps=["check"], performer_kinds=["agent"]))
    whole = found["2026-Q1", "(all)"]
    assert (whole["transactions"], whole["per_transaction"]) == (2, 285.5)
    assert (found["2026-Q2", "(all)"]["transactions"], found["2026-Q2", "(all)"]["per_transaction"]) == (0, None)


@few
@given(
    told=st.lists(
        st.tuples(
            st.sampled_from(["build", "run", "licence", "change", "incident"]), st.integers(1, 6),
            st.integers(0, 6) | st.none(), st.integers(-(10**9), 10**9),
        ), min_size=1, max_size=8,
    )
)  # fmt: skip
def test_oracle(told: list[tuple[str, int, int | None, int]]) -> None:
    """Kinds and their sum are those of a loop over lines and months; 0 months mean once."""
    lines, expected = [], {"2026-Q1": Decimal(0), "2026-Q2": Decimal(0)}
    for kind, first, length, millionths in told:
        amount, until = Decimal(millionths) / 10**6, 99 if length is None else first + length
        when = {"from": f"2026-{first:02d}"} if length != 0 else {"month": f"2026-{first:02d}"}
        when |= {"until": f"2026-{until:02d}"} if 0 < until - first < 50 else {}
        lines.append({"kind": kind, "amount": str(amount), **when})
        for month in range(1, 7):
            if month == first or first < month < until:
                expected["2026-Q1" if month < 4 else "2026-Q2"] += amount
    found = found_in(half_year(), integration(lines=lines))
    for period, amount in expected.items():
        assert found[period, "(all)"]["amount"] == amount
        kinds = [row["amount"] for (quarter, kind), row in found.items() if quarter == period and kind != "(all)"]
        assert sum(kinds) == amount


@pytest.mark.parametrize(
    "line",
    [
        {"kind": "run", "amount": "1"}, {"kind": "run", "amount": "1", "month": "2026-01", "from": "2026-01"},
        {"kind": "run", "amount": "1", "month": "2026-01", "until": "2026-03"},
        {"kind": "run", "amount": "1", "from": "2026-03", "until": "2026-03"}, {"kind": "fun", "amount": "1"},
    ],
)  # fmt: skip
def test_a_line_is_once_or_monthly(line: dict[str, str]) -> None:
    """Neither or both of month and from, an end before its beginning, and an unknown kind are refused."""
    with pytest.raises(ValidationError):
        integration(lines=[line])
