"""Stratified samples: shares of the sample, seeded lots, and totals as a textbook works them."""

from __future__ import annotations

import math
import statistics
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.audit.allocation import Allocation
from metrics.audit.item import Item
from metrics.audit.stratified import Checked, Stratum, allocate, by_size, draw, project
from metrics.errors import ContractError

counted = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 50), min_size=1)


def _items(**counts: int) -> list[Item]:
    return [Item(f"{name}{n:03d}", Decimal(n + 1), name) for name, count in counts.items() for n in range(count)]


@given(counts=counted, size=st.integers(1, 80))
def test_an_allocation_ties(counts: dict[str, int], size: int) -> None:
    """No stratum gives more than it has or fewer than two of what it has, and the sizes sum to what was asked."""
    sizes = allocate({name: float(count) for name, count in counts.items()}, counts, size)
    assert all(min(2, counts[name]) <= sizes[name] <= counts[name] for name in counts)
    least = sum(min(2, count) for count in counts.values())
    assert sum(sizes.values()) == max(least, min(size, sum(counts.values())))


def test_proportional_and_neyman_by_hand() -> None:
    """60, 30 and 10 of 100 get 12, 6 and 2 of 20; with weights N·S of 60, 300 and 40 they get 3, 15 and 2."""
    counts = {"a": 60, "b": 30, "c": 10}
    assert allocate({"a": 60, "b": 30, "c": 10}, counts, 20) == {"a": 12, "b": 6, "c": 2}
    assert allocate({"a": 60, "b": 300, "c": 40}, counts, 20) == {"a": 3, "b": 15, "c": 2}


def test_the_same_seed_draws_the_same_whatever_the_order() -> None:
    """A sample hangs on seed and keys alone; another seed draws others."""
    items = _items(a=40, b=20)
    one = draw(items, 10, "7", Allocation.PROPORTIONAL)
    assert draw(items[::-1], 10, "7", Allocation.PROPORTIONAL) == one
    assert draw(items, 10, "8", Allocation.PROPORTIONAL)[1] != one[1]
    assert [stratum.size for stratum in one[0]] == [7, 3]


def test_every_item_has_the_same_chance_in_its_stratum() -> None:
    """Over 3,000 seeds each of 12 items is among the 3 drawn a quarter of the times, within 4 standard errors."""
    items = _items(a=12)
    seen = [one.item.key for seed in range(3000) for one in draw(items, 3, str(seed), Allocation.PROPORTIONAL)[1]]
    error = math.sqrt(0.25 * 0.75 / 3000)
    assert all(abs(seen.count(item.key) / 3000 - 0.25) <= 4 * error for item in items)


def test_bands_of_size() -> None:
    """Bands hold about the same sum, equal amounts stand in the same band, and nothing is left out."""
    items = [Item(f"i{n}", Decimal(amount)) for n, amount in enumerate([1, 1, 1, 1, 4, 4, 8, 12])]
    assert [item.stratum for item in by_size(items)] == [f"size {band} of 4" for band in (1, 1, 1, 1, 2, 2, 3, 4)]
    assert {item.stratum for item in by_size([Item("a", Decimal(0))])} == {"size 1 of 4"}


def test_mean_per_unit_by_hand() -> None:
    """Strata of 100 and 50 with found means 10 and 20: 100·10 + 50·20 = 2,000, with the variance of Cochran (5.6)."""
    told = {"a": [8.0, 10.0, 12.0], "b": [15.0, 20.0, 25.0]}
    checked = [Checked(name, 10.0, value) for name, values in told.items() for value in values]
    strata = [Stratum("a", 100, 1000.0, 3), Stratum("b", 50, 500.0, 3)]
    found = project(checked, strata)
    parts = [n * n * (1 - 3 / n) * statistics.variance(told[name]) / 3 for name, n in (("a", 100), ("b", 50))]
    degrees = int(sum(parts) ** 2 / sum(part * part / 2 for part in parts))
    half = stats.t.ppf(0.975, degrees) * math.sqrt(sum(parts))
    assert found.by_mean.value == pytest.approx(2000)
    assert (found.by_mean.low, found.by_mean.high) == pytest.approx((2000 - half, 2000 + half))
    assert found.exceptions == 5
    assert found.projected_exceptions == pytest.approx(100 * 2 / 3 + 50)


def test_a_ratio_that_holds_everywhere_is_exact() -> None:
    """Where every item is found at nine tenths of its book amount, so is the whole, without any doubt."""
    checked = [Checked("a", float(book), book * 0.9) for book in (10, 20, 50)]
    found = project(checked, [Stratum("a", 30, 1000.0, 3)]).by_ratio
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((900, 900, 900))


def test_a_stratum_taken_whole_leaves_no_doubt() -> None:
    """All items seen: the total is their sum, and its interval has no width."""
    found = project([Checked("a", 1.0, 2.0), Checked("a", 3.0, 3.0)], [Stratum("a", 2, 4.0, 2)]).by_mean
    assert (found.value, found.low, found.high) == (5.0, 5.0, 5.0)


def test_one_item_of_many_tells_no_spread() -> None:
    """With one item of a stratum of ten there is a value and no interval."""
    found = project([Checked("a", 1.0, 2.0)], [Stratum("a", 10, 10.0, 1)])
    assert (found.by_mean.value, found.by_mean.low, found.by_mean.high) == (20.0, None, None)


def test_nothing_cannot_be_sampled() -> None:
    """No items, or a size below one, is refused."""
    for items, size in (([], 5), (_items(a=3), 0)):
        with pytest.raises(ContractError, match="cannot be drawn"):
            draw(items, size, "1", Allocation.NEYMAN)
