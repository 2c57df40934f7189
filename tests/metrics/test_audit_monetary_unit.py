"""Monetary-unit sampling: chances in proportion to money, certain items in, and limits as the textbooks work them."""

from __future__ import annotations

import math
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.audit.item import Drawn, Item
from metrics.audit.monetary_unit import Checked, draw, poisson_factor, project
from metrics.errors import ContractError

money = st.integers(-5_000_000, 900_000_000).map(lambda micro: Decimal(micro) / 1_000_000)
books = st.lists(money, min_size=1, max_size=30).map(
    lambda amounts: [Item(f"i{number:02d}", amount) for number, amount in enumerate(amounts)]
)


def _checked(book: str, found: str, *, certain: bool = False) -> Checked:
    return Checked(Drawn(Item("x", Decimal(book)), certain), Decimal(found))


def test_the_factors_of_the_tables() -> None:
    """At 95 % the guide's table reads 3.00, 4.75, 6.30, 7.76, 9.16, 10.52; and each is half a chi-square quantile."""
    found = [poisson_factor(errors) for errors in range(6)]
    assert [math.ceil(factor * 100 - 1e-9) / 100 for factor in found] == [3.00, 4.75, 6.30, 7.76, 9.16, 10.52]
    assert found == pytest.approx([stats.chi2.ppf(0.95, 2 * (errors + 1)) / 2 for errors in range(6)], abs=1e-9)


def test_by_hand() -> None:
    """Items of 100 found 75, of 200 found 190 and, certain, of 2,500 found 2,000, at an interval of 1,000."""
    # Projected: 0.25 · 1,000 + 0.05 · 1,000 + 500 = 800. Limit: 1,000 · (2.9957 + 0.25 · 1.7481 + 0.05 · 1.5519) + 500.
    checked = [
        _checked("100", "75"),
        _checked("200", "190"),
        _checked("50", "50"),
        _checked("2500", "2000", certain=True),
    ]
    found = project(checked, Fraction(1000))
    assert found.exceptions == 3
    assert found.projected == Decimal("800.000000")
    r = [stats.chi2.ppf(0.95, 2 * (k + 1)) / 2 for k in range(3)]
    by_hand = 1000 * (r[0] + 0.25 * (r[1] - r[0]) + 0.05 * (r[2] - r[1])) + 500
    assert float(found.over_limit) == pytest.approx(by_hand, abs=1e-5)
    assert float(found.over_limit) == pytest.approx(4010.3, abs=0.1)
    assert float(found.under_limit) == pytest.approx(2995.7, abs=0.1)


def test_without_exceptions_there_is_basic_precision() -> None:
    """A sample without a fault still leaves 3.00 intervals of doubt."""
    found = project([_checked("100", "100")] * 60, Fraction(1000))
    assert (found.exceptions, found.projected) == (0, 0)
    assert float(found.over_limit) == pytest.approx(2995.7, abs=0.1)


def test_overstated_and_understated_are_apart() -> None:
    """An item too low moves the net and its own limit, not the limit of overstatement."""
    found = project([_checked("100", "150")], Fraction(1000))
    assert found.projected == Decimal("-500.000000")
    assert float(found.over_limit) == pytest.approx(2995.7, abs=0.1)
    assert float(found.under_limit) == pytest.approx(2995.7 + 500 * 1.7481, abs=0.2)


def _naive(items: list[Item], size: int, start: Fraction) -> set[str]:
    """Each hit looked up along the running total, unit by unit of the interval."""
    positive = sorted((item for item in items if item.amount > 0), key=lambda item: item.key)
    interval = sum(Fraction(item.amount) for item in positive) / size
    small = [item for item in positive if Fraction(item.amount) < interval]
    found = {item.key for item in positive if Fraction(item.amount) >= interval}
    hit = start
    while hit < sum(Fraction(item.amount) for item in small):
        reached = Fraction(0)
        for item in small:
            reached += Fraction(item.amount)
            if hit < reached:
                found.add(item.key)
                break
        hit += interval
    return found


@given(items=books, size=st.integers(1, 12), seed=st.text(max_size=3))
def test_as_a_naive_loop_draws(items: list[Item], size: int, seed: str) -> None:
    """The same items as looking up every hit; all certain ones in; what has no amount above zero apart."""
    if not any(item.amount > 0 for item in items):
        with pytest.raises(ContractError, match="above zero"):
            draw(items, size, seed)
        return
    from metrics.audit.item import chance

    plan = draw(items, size, seed)
    drawn = {one.item.key for one in plan.drawn}
    assert drawn == _naive(items, size, plan.interval * chance(seed, "start"))
    assert {item.key for item in items if Fraction(item.amount) >= plan.interval} <= drawn
    assert {item.key for item in plan.apart} == {item.key for item in items if item.amount <= 0}
    assert draw(items[::-1], size, seed) == plan


def test_chances_are_in_proportion_to_the_amount() -> None:
    """Over 4,000 seeds an item of x below the interval is drawn x ÷ interval of the times, within 4 standard errors."""
    items = [
        Item(f"i{number:02d}", Decimal(amount)) for number, amount in enumerate([5, 10, 40, 80, 120, 7, 300, 63, 33])
    ]
    trials = 4000
    counts = Counter(one.item.key for seed in range(trials) for one in draw(items, 4, str(seed)).drawn)
    interval = float(draw(items, 4, "0").interval)
    for item in items:
        expected = min(1.0, float(item.amount) / interval)
        error = math.sqrt(expected * (1 - expected) / trials)
        assert abs(counts[item.key] / trials - expected) <= 4 * error, item


def test_the_limit_holds() -> None:
    """Over 400 samples of a book with known overstatement the 95 % limit holds it at least 95 times of 100."""
    book = [Item(f"i{number:03d}", Decimal(10 + number % 37)) for number in range(400)]
    found = {item.key: item.amount * (Decimal("0.6") if number % 11 == 0 else 1) for number, item in enumerate(book)}
    truth = sum(item.amount - found[item.key] for item in book)
    held = 0
    for seed in range(400):
        plan = draw(book, 40, str(seed))
        held += project([Checked(one, found[one.item.key]) for one in plan.drawn], plan.interval).over_limit >= truth
    assert held >= 380
