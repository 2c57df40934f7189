"""Cost per transaction: its example, its edge cases, and a plain loop over random costs."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.cost.cost_per_transaction import COST_PER_TRANSACTION
from metrics.cost.incurred import INCURRED
from metrics.evaluate import evaluate
from metrics.periods import whole
from tests.metrics.builder import STREAM, World, assert_no_data
from tests.metrics.worlds import few


def _delivered(count: int) -> World:
    world = World()
    for number in range(count):
        world.case(f"c{number}", 1.0, 2.0)
    return world


def test_example() -> None:
    """EUR 30 of work and EUR 10 of licences in a month, 4 delivered: EUR 10."""
    world = _delivered(4).cost("30").cost("10", cost_class="licence", driver="seats")
    assert world.value(COST_PER_TRANSACTION) == pytest.approx(10.0)


def test_n_counts_what_was_paid_for() -> None:
    """n is the number of completed cases, not of cost rows."""
    assert _delivered(4).cost("1").cost("2").summary(COST_PER_TRANSACTION).n == 4


def test_work_without_a_rate() -> None:
    """A row that no rate covers blocks the number, and the reason says how many there are."""
    summary = _delivered(2).cost("30").cost(None).summary(COST_PER_TRANSACTION)
    assert_no_data(summary)
    assert summary.reason is not None
    assert summary.reason.startswith("1 row of cost")


def test_unrated_work_elsewhere_does_not_block() -> None:
    """Only the period with the missing rate is blocked."""
    world = _delivered(2).cost("30").cost(None, day=40.0)
    january = whole(dt.date(2026, 1, 1), dt.date(2026, 1, 31))
    assert world.value(COST_PER_TRANSACTION, period=january) == pytest.approx(15.0)


def test_no_cost_at_all() -> None:
    """Without any cost row there is no data; nothing is never called free."""
    assert_no_data(_delivered(3).summary(COST_PER_TRANSACTION))


def test_nothing_completed() -> None:
    """Cost without a completed case has nothing to be divided by."""
    world = World().case("a", 1.0).case("b", 1.0, 2.0, outcome_kind="rejected").cost("30")
    assert_no_data(world.summary(COST_PER_TRANSACTION))


def test_idle_capacity() -> None:
    """Idle capacity is in the sum, and a line of its own."""
    world = _delivered(2).cost("10").cost("6", case_id=None, basis="idle", cost_class="licence")
    assert world.value(COST_PER_TRANSACTION) == pytest.approx(8.0)
    assert world.connection.execute("SELECT sum(amount) FROM costs WHERE basis = 'idle'").fetchone() == (Decimal(6),)


def test_cost_of_cases_that_failed() -> None:
    """What rejected and open cases cost is borne by the completed ones."""
    world = _delivered(1).case("x", 1.0, 2.0, outcome_kind="rejected").cost("5").cost("7", case_id="x")
    assert world.value(COST_PER_TRANSACTION) == pytest.approx(12.0)


@few
@given(
    cents=st.lists(st.integers(0, 10**7), min_size=1, max_size=20),
    delivered=st.integers(0, 5),
)
def test_oracle(cents: list[int], delivered: int) -> None:
    """SQL agrees with exact decimal arithmetic to a millionth of a cent."""
    world = _delivered(delivered)
    for amount in cents:
        world.cost(str(Decimal(amount) / 100))
    expected = pytest.approx(float(Decimal(sum(cents)) / 100 / delivered), rel=1e-12) if delivered else None
    assert world.value(COST_PER_TRANSACTION) == expected


def test_cost_before_the_first_trigger_of_its_month_counts() -> None:
    """A bill of a month whose first case came late counts from its first day on: whole in it, ten days of it in all."""
    world = World().case("a", 5.0, 6.0).cost("100", day=1.0, case_id=None, basis="idle")
    whole, month = (next(iter(evaluate(world.connection, COST_PER_TRANSACTION, STREAM, [g]))) for g in ("all", "month"))
    assert whole.summary.value == pytest.approx(100.0 * 10 / 31)
    assert month.summary.value == pytest.approx(100.0)


def test_a_bill_stands_evenly_on_its_month() -> None:
    """Weeks of unlike many cases have the same cost of a bill that cases share; its days sum to it exactly."""
    world = World()
    for number in range(7):
        world.case(f"a{number}", 11.0, 12.0)
    world.case("b", 18.0, 19.0).cost("70", day=12.0, case_id="a0", basis="started cases")
    world.cost("0.01", day=19.0, case_id="b", basis="started cases")
    rows = world.connection.execute(
        f"SELECT observed_on, amount FROM ({INCURRED}) WHERE base = 0", {"stream": STREAM.stream}
    )
    found = dict(rows.fetchall())
    assert len(found) == 31
    assert sum(round(amount * 1e6) for amount in found.values()) == 70_010_000
    assert max(found.values()) - min(found.values()) <= 1.1e-6


def test_use_that_no_bill_covers_blocks_its_day() -> None:
    """It has no amount to spread over its month: other days of the month have their number."""
    world = World().case("a", 20.0, 21.0).cost("5", 21.0, case_id="a").cost(None, 2.0, basis="no bill")
    days = whole(dt.date(2026, 1, 20), dt.date(2026, 1, 31))
    assert world.value(COST_PER_TRANSACTION, period=days) == 5.0
    assert world.value(COST_PER_TRANSACTION, period=whole(dt.date(2026, 1, 1), dt.date(2026, 1, 31))) is None


def test_what_is_billed_and_what_is_metered_of_a_class_are_two_costs() -> None:
    """310 of licences in January are 10 a day, and 10 more were metered on one of them: 320 for one delivered."""
    world = World().case("a", 1.0, 2.0).cost("310", 3.0, cost_class="licence", basis="started cases", case_id="a")
    world.cost("10", 3.0, cost_class="licence", basis="measured quantity", case_id="a")
    assert world.value(COST_PER_TRANSACTION) == pytest.approx(320.0)


def test_work_without_a_rate_is_told_row_by_row() -> None:
    """Two rows of one case, day and class that no rate covers are two."""
    assert "2 rows of cost" in str(_delivered(2).cost(None).cost(None).summary(COST_PER_TRANSACTION).reason)
