"""What a benefit comes to: month by month while it holds, worn off by hand; and when it has paid for itself."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from metrics.finance.course import amount_in, counted_months, left_of, run_cost_in
from metrics.finance.months import month_after, months_between, months_of
from metrics.finance.payback import NEVER, NO_INVESTMENT, NOT_CASH, NOT_WITHIN, payback_of
from tests.metrics.claims import Q1, Q2, Q3, benefit


def _course(count: int, rate: str = "120", **told: Any) -> list[str]:
    found, first = benefit(**told), dt.date(2026, 1, 1)
    return [f"{amount_in(found, Decimal(rate), month_after(first, n)).normalize():f}" for n in range(count)]


def test_decay_by_hand() -> None:
    """None: the same; linear over 4 months: 4, 3, 2, 1 quarters, then nothing; 10 % a quarter: three months each."""
    assert _course(3) == ["120", "120", "120"]
    assert _course(6, decay={"linear_months": 4}) == ["120", "90", "60", "30", "0", "0"]
    assert _course(7, decay={"percent_per_quarter": "10"}) == ["120", "120", "120", "108", "108", "108", "97.2"]
    assert _course(4, "-120", decay={"linear_months": 3}) == ["-120", "-80", "-40", "0"]
    assert _course(4, decay={"percent_per_quarter": "100"}) == ["120", "120", "120", "0"]


def test_it_holds_from_its_first_month_until_before_its_last() -> None:
    """The month of `from` counts, that of `until` does not."""
    assert _course(5, **{"from": "2026-02", "until": "2026-04"}) == ["0", "120", "120", "0", "0"]


def test_a_third_is_rounded_by_the_month() -> None:
    """A month is rounded to the sixth place, half to even; a quarter is the sum of its months."""
    assert _course(3, "1", decay={"linear_months": 3}) == ["1", "0.666667", "0.333333"]
    assert left_of("none", 500) == 1


def test_quality_is_a_level() -> None:
    """Of a quarter the last month counts, not their sum; run cost is a cost of every month."""
    quality = benefit("quality", run_cost="5", until="2026-03")
    assert counted_months(quality, Q1) == [dt.date(2026, 2, 1)]
    assert counted_months(benefit(), Q1) == [dt.date(2026, month, 1) for month in (1, 2, 3)]
    assert (run_cost_in(quality, Q1), run_cost_in(quality, Q2), run_cost_in(benefit("avoidance"), Q1)) == (10, 0, None)


def test_months() -> None:
    """Months are counted by the calendar, over the turn of a year."""
    assert month_after(dt.date(2026, 11, 1), 3) == dt.date(2027, 2, 1)
    assert month_after(dt.date(2026, 1, 1), -1) == dt.date(2025, 12, 1)
    assert months_between(dt.date(2025, 11, 1), dt.date(2026, 2, 1)) == 3
    assert list(months_of(dt.date(2026, 1, 2), dt.date(2026, 3, 2))) == [dt.date(2026, 2, 1), dt.date(2026, 3, 1)]
    assert len(list(months_of(Q3.first_on, Q3.until_on))) == 3


def _payback(rate: str = "100", **told: Any) -> tuple[int | None, str | None]:
    spent = {"amount": "300", "month": "2026-01"}
    found = payback_of(benefit(**({"investment": spent} | told)), Decimal(rate))
    return found.months, found.reason


def test_payback_by_hand() -> None:
    """300 at 100 a month: three months; less 25 of run cost: four; two months before it begins: five."""
    assert _payback() == (3, None)
    assert _payback(run_cost="25") == (4, None)
    assert _payback(investment={"amount": "300", "month": "2025-11"}) == (5, None)
    assert _payback(investment={"amount": "300.01", "month": "2026-01"}) == (4, None)
    assert _payback(investment={"amount": "0", "month": "2026-01"}) == (0, None)
    assert _payback(investment={"amount": "0.01", "month": "2026-01"}) == (1, None)


def test_payback_with_decay_by_hand() -> None:
    """100, 75, 50, 25 are 250: 250 is paid back in the fourth month, 251 never."""
    worn = {"decay": {"linear_months": 4}}
    assert _payback(investment={"amount": "250", "month": "2026-01"}, **worn) == (4, None)
    assert _payback(investment={"amount": "251", "month": "2026-01"}, **worn) == (None, NEVER)


def test_what_never_pays_back_is_said() -> None:
    """Net nothing, a loss, an end that comes too soon, no investment, no cash, or too far away: each its reason."""
    assert _payback(run_cost="100") == (None, NEVER)
    assert _payback("-5") == (None, NEVER)
    assert _payback(until="2026-03") == (None, NEVER)
    assert _payback(investment=None) == (None, NO_INVESTMENT)
    assert _payback("0.01") == (None, NOT_WITHIN)
    assert payback_of(benefit("avoidance"), Decimal(1)).reason == NOT_CASH


@pytest.mark.parametrize("months", [1, 7, 600])
def test_payback_of_even_cash_is_a_division(months: int) -> None:
    """Without decay the months are what was spent divided by a month, rounded up."""
    assert _payback("10", investment={"amount": str(10 * months - 1), "month": "2026-01"}) == (months, None)
