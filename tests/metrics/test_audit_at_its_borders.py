"""Audit samples where a rule changes sides: an item as large as an interval, nothing, a tie, one item of a stratum."""

from __future__ import annotations

import math
import statistics
from decimal import Decimal
from fractions import Fraction

import pytest
from scipy import stats

from metrics.audit import monetary_unit, stratified
from metrics.audit.allocation import Allocation
from metrics.audit.item import Drawn, Item, chance
from metrics.audit.monetary_unit import poisson_factor
from metrics.audit.stratified import Checked, Stratum, allocate, by_size, project
from metrics.errors import ContractError


def _items(*amounts: str, stratum: str = "") -> list[Item]:
    return [Item(f"{stratum}{number}", Decimal(amount), stratum) for number, amount in enumerate(amounts)]


def test_an_item_as_large_as_an_interval_is_certain() -> None:
    """60 of 120 in a sample of two is a whole interval: it is in, whatever the seed."""
    plan = monetary_unit.draw(_items("60", "30", "30"), 2, "seed")
    assert plan.interval == 60
    assert [one.item.key for one in plan.drawn if one.is_certain] == ["0"]
    assert len(plan.drawn) == 2


def test_one_item_may_be_asked_for() -> None:
    """The smallest sample is of one; the only item there is, is certain."""
    assert [one.is_certain for one in monetary_unit.draw(_items("5"), 1, "seed").drawn] == [True]
    assert len(monetary_unit.draw(_items("5", "7", "9"), 1, "seed").drawn) == 1
    (stratum,), drawn = stratified.draw(_items("5"), 1, "seed", Allocation.PROPORTIONAL)
    assert (stratum.size, [one.item.key for one in drawn]) == (1, ["0"])


@pytest.mark.parametrize(("amounts", "size"), [(["5"], 0), (["5"], -1), ([], 1), (["0", "-3"], 1)])
def test_money_that_is_not_there_is_not_sampled(amounts: list[str], size: int) -> None:
    """No size, no item or no amount above zero: refused in a sentence."""
    with pytest.raises(ContractError, match="cannot be drawn; both must be above zero"):
        monetary_unit.draw(_items(*amounts), size, "seed")


def test_an_item_of_nothing_lies_apart() -> None:
    """What has no amount has no chance in proportion to it, and is listed; so is what is below zero."""
    plan = monetary_unit.draw(_items("0", "8", "-2"), 1, "seed")
    assert [item.key for item in plan.apart] == ["0", "2"]
    assert [one.item.key for one in plan.drawn] == ["1"]


def test_a_hit_between_two_items_is_the_second() -> None:
    """An item holds its amounts from the first on and before the next one's: the hit right behind the first is b."""
    hit = int(chance("seed", "start") * 2**64)
    plan = monetary_unit.draw([Item("a", Decimal(hit)), Item("b", Decimal(2**64 - hit))], 1, "seed")
    assert [one.item.key for one in plan.drawn] == ["b"]


def test_the_factor_of_an_even_chance() -> None:
    """Without an error at 50 % it is ln 2, which is below one; at 99.9 % it is ln 1000."""
    assert poisson_factor(0, 0.5) == pytest.approx(math.log(2), abs=1e-12)
    assert poisson_factor(0, 0.999) == pytest.approx(math.log(1000), abs=1e-9)


def test_what_a_full_stratum_cannot_take_goes_on() -> None:
    """Three items with all the weight: they are taken, and the other six of nine come from where there are more."""
    assert allocate({"a": 100.0, "b": 1.0}, {"a": 3, "b": 10}, 9) == {"a": 3, "b": 6}


def test_a_tie_goes_by_name() -> None:
    """Two strata of one weight and five to share: the odd one is of the first by name, whichever came first."""
    assert allocate({"b": 1.0, "a": 1.0}, {"b": 9, "a": 9}, 5) == {"a": 3, "b": 2}


def test_neyman_weighs_the_spread_of_a_sample() -> None:
    """1, 4, 7 has spread 3 and weight 3 · 3; nine with spread √(72 ÷ 8) = 3 have 9 · 3: of nine they get 2 and 7."""
    items = _items("1", "4", "7", stratum="a") + _items(*"111147777", stratum="b")
    strata, _ = stratified.draw(items, 9, "seed", Allocation.NEYMAN)
    assert [(stratum.name, stratum.size) for stratum in strata] == [("a", 2), ("b", 7)]


def test_two_items_spread_as_a_sample_does() -> None:
    """What a stratum cannot take goes to others by their share of all weights: here 2 · √5000 is that of the first."""
    items = _items("1", "101", stratum="a") + _items(*10 * "12", stratum="b") + _items(*20 * "5", stratum="c")
    strata, _ = stratified.draw(items, 12, "seed", Allocation.NEYMAN)
    assert [(stratum.name, stratum.size) for stratum in strata] == [("a", 2), ("b", 5), ("c", 5)]


def test_a_band_ends_at_its_share() -> None:
    """2 of 7 is more than a quarter, so it lies in the second of four bands; 2 of 8 is a quarter, and in the first."""
    assert [item.stratum for item in by_size(_items("2", "5"))] == ["size 2 of 4", "size 4 of 4"]
    assert [item.stratum for item in by_size(_items("2", "6"))] == ["size 1 of 4", "size 4 of 4"]


def test_one_stratum_of_one_item_leaves_no_range_for_all() -> None:
    """10 items at 2, and 20 at the mean of 1 and 3: 60 in all, and how sure that is cannot be told."""
    checked = [Checked("a", 1.0, 2.0), Checked("b", 1.0, 1.0), Checked("b", 1.0, 3.0)]
    found = project(checked, [Stratum("a", 10, 10.0, 1), Stratum("b", 20, 20.0, 2)]).by_mean
    assert (found.value, found.low, found.high) == (60.0, None, None)


@pytest.mark.parametrize("size", range(2, 40))
def test_one_stratum_has_a_degree_less_than_items(size: int) -> None:
    """Of one stratum the range is that of the mean of n items: Student's t with n − 1 degrees, however floats round."""
    for scale in (0.001, 0.1, 3.7, 1234.5):
        found = [scale * (place * place % 7) for place in range(size)]
        total = project([Checked("a", 1.0, value) for value in found], [Stratum("a", 100, 100.0, size)]).by_mean
        half = stats.t.ppf(0.975, size - 1) * 100 * math.sqrt((1 - size / 100) * statistics.variance(found) / size)
        assert (total.low, total.high) == pytest.approx((total.value - half, total.value + half), rel=1e-9)


def test_a_certain_item_that_is_too_low_raises_its_own_limit() -> None:
    """150 found of 100 booked: 50 too little, on top of three intervals of doubt, and nothing too much."""
    checked = [monetary_unit.Checked(Drawn(Item("x", Decimal(100)), is_certain=True), Decimal(150))]
    found = monetary_unit.project(checked, Fraction(1000))
    assert found.projected == Decimal(-50)
    assert (float(found.over_limit), float(found.under_limit)) == pytest.approx((2995.732, 3045.732), abs=0.001)


def test_too_much_on_one_item_makes_up_for_nothing_on_another() -> None:
    """99.50 found of 100 booked: half a euro too much; of too little there is the doubt of three intervals alone."""
    checked = [monetary_unit.Checked(Drawn(Item("x", Decimal(100)), is_certain=True), Decimal("99.50"))]
    found = monetary_unit.project(checked, Fraction(1000))
    assert found.projected == Decimal("0.5")
    assert (float(found.over_limit), float(found.under_limit)) == pytest.approx((2996.232, 2995.732), abs=0.001)


def test_a_stratum_that_was_taken_whole_ends_no_sum() -> None:
    """2 items of 1 and 3 are 4 for sure; 20 more at a mean of 2, two of them seen, are 40 and all of the doubt."""
    checked = [Checked(name, 1.0, found) for name in ("a", "b") for found in (1.0, 3.0)]
    strata = [Stratum("a", 2, 2.0, 2), Stratum("b", 20, 20.0, 2)]
    both, alone = (project(checked, told).by_mean for told in (strata, strata[1:]))
    assert both.value == 44.0
    assert (alone.low, alone.high) != (40.0, 40.0)
    assert (both.low, both.high) == pytest.approx(((alone.low or 0) + 4, (alone.high or 0) + 4))
