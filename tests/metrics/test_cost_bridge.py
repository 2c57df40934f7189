"""The bridge from one cost to the next: each term by hand, and nothing left over whatever the numbers are."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.cost.bridge import TERMS, Bridge, Spent, Used, bridges, whole_of

DRIVERS = ("a", "b", "c")
quantities = st.fractions(0, 10**6, max_denominator=10**9)
money = st.integers(-(10**15), 10**15).map(lambda millionths: Fraction(millionths, 10**6))
used = st.builds(Used, quantities, money)
groups = st.dictionaries(st.sampled_from(("", "x")), st.dictionaries(st.sampled_from(DRIVERS), used), max_size=2)
sides = st.lists(st.builds(Spent, groups, money, money), min_size=3, max_size=3)
cases = st.tuples(st.integers(1, 10**6), st.integers(1, 10**6))


def _spent(
    *roles: tuple[str, int, int], idle: int = 0, spread: int = 0, group: str = ""
) -> Spent:  # fmt: skip
    """Roles with hours and what they cost."""
    told = {name: Used(Fraction(hours), Fraction(amount)) for name, hours, amount in roles}
    return Spent({group: told} if told else {}, Fraction(idle), Fraction(spread))


def _terms(before: Spent, after: Spent, counted: tuple[int, int], *, per_case: bool = False) -> dict[str, Decimal]:
    """What is not 0."""
    (bridge,) = bridges([before], [after], counted, per_case=per_case)
    assert bridge.residual == 0
    return {name: term for name, term in zip(TERMS, bridge.terms, strict=True) if term}


def test_only_more_cases() -> None:
    """Half as many cases again, each with the same hours: all of it is volume, and the unit cost stands still."""
    before, after = _spent(("clerk", 10, 500)), _spent(("clerk", 15, 750))
    assert _terms(before, after, (100, 150)) == {"volume": 250}
    assert _terms(before, after, (100, 150), per_case=True) == {}


def test_only_quicker_work() -> None:
    """Fewer hours for as many cases: efficiency."""
    assert _terms(_spent(("clerk", 10, 500)), _spent(("clerk", 8, 400)), (100, 100)) == {"efficiency": -100}


def test_only_a_raise() -> None:
    """The same hours at another rate: rate."""
    assert _terms(_spent(("clerk", 10, 500)), _spent(("clerk", 10, 520)), (100, 100)) == {"rate": 20}


def test_only_other_roles() -> None:
    """As many hours, moved from the dear role to the cheap one: mix."""
    before = _spent(("clerk", 10, 300), ("expert", 10, 900))
    assert _terms(before, _spent(("clerk", 15, 450), ("expert", 5, 450)), (10, 10)) == {"mix": -300}


def test_by_hand_all_at_once() -> None:
    """100 cases with 10 h at 50 become 80 with 9 h at 52: −100 volume, 50 efficiency, 18 rate; 30 idle, 7 of bills."""
    before, after = _spent(("clerk", 10, 500), idle=5, spread=40), _spent(("clerk", 9, 468), idle=35, spread=47)
    assert _terms(before, after, (100, 80)) == {"volume": -100, "efficiency": 50, "rate": 18, "idle": 30, "spending": 7}
    # For a case: 45/80 − 45/100 by volume; the others as above, by 80.
    assert _terms(before, after, (100, 80), per_case=True) == {
        "volume": Decimal("0.1125"), "efficiency": Decimal("0.625"), "rate": Decimal("0.225"),
        "idle": Decimal("0.375"), "spending": Decimal("0.0875"),
    }  # fmt: skip


def test_a_volume_dip_is_no_inefficiency() -> None:
    """A third fewer cases, each with the same use, on the same bills: volume and idle only, in total and for a case."""
    people = [_spent(("clerk", 90, 4500)), _spent(("clerk", 60, 3000))]
    compute = [_spent(("cpu", 600, 600), idle=300, group="cpu"), _spent(("cpu", 400, 400), idle=500, group="cpu")]
    licence = [_spent(spread=2190), _spent(spread=2190)]
    for per_case in (False, True):
        before, after = ([part[side] for part in (people, compute, licence)] for side in (0, 1))
        whole = whole_of(bridges(before, after, (300, 200), per_case=per_case))
        told = dict(zip(TERMS, whole.terms, strict=True))
        assert [told[name] for name in ("efficiency", "mix", "rate", "spending")] == [0, 0, 0, 0]
        assert told["idle"] == (1 if per_case else 200)
        assert told["volume"] == (Decimal("4.15") if per_case else -1700)


def test_a_role_that_began_is_never_a_rate() -> None:
    """A role that is new has no rate before: its hours move the mix, at what they cost."""
    told = _terms(_spent(("clerk", 10, 300)), _spent(("clerk", 5, 150), ("expert", 5, 450)), (10, 10))
    assert told == {"mix": 300}


def test_a_role_without_hours_before_has_no_rate_either() -> None:
    """A role that stood on the card and worked no hour is as good as new."""
    before = _spent(("clerk", 10, 300), ("expert", 0, 0))
    assert _terms(before, _spent(("clerk", 5, 150), ("expert", 5, 450)), (10, 10)) == {"mix": 300}


def test_work_that_began_and_work_that_ended() -> None:
    """A class without work before, or after, differs by efficiency only."""
    assert _terms(_spent(), _spent(("clerk", 5, 150)), (10, 20)) == {"efficiency": 150}
    assert _terms(_spent(("clerk", 5, 150)), _spent(), (10, 20)) == {"volume": 150, "efficiency": -300}


def test_drivers_with_units_of_their_own_have_no_mix() -> None:
    """Each driver that is a group of its own is held against itself."""
    before = Spent({name: {name: Used(Fraction(10), Fraction(cost))} for name, cost in (("cpu", 10), ("disk", 90))})
    after = Spent(
        {name: {name: Used(Fraction(q), Fraction(cost))} for name, q, cost in (("cpu", 15, 15), ("disk", 5, 45))}
    )
    assert _terms(before, after, (10, 10)) == {"efficiency": -40}


@given(before=sides, after=sides, counted=cases, per_case=st.booleans())
def test_terms_tie_to_the_change(
    before: Sequence[Spent], after: Sequence[Spent], counted: tuple[int, int], per_case: bool
) -> None:  # fmt: skip
    """Whatever the numbers: residual 0.000000 for each class and for all, and both ends are the money there was."""
    parts = bridges(before, after, counted, per_case=per_case)
    whole = whole_of(parts)
    for bridge in (*parts, whole):
        assert bridge.residual == 0
        assert all(term == term.quantize(Decimal("0.000001")) for term in bridge.terms)
    for side, amount, number in ((before, whole.before, counted[0]), (after, whole.after, counted[1])):
        spent = sum((one.idle + one.spread + _used(one) for one in side), Fraction(0))
        assert amount == _rounded(spent / number if per_case else spent)
    assert _sum(parts, "before") == whole.before


@given(before=sides, after=sides, counted=cases)
def test_each_term_by_its_formula(before: Sequence[Spent], after: Sequence[Spent], counted: tuple[int, int]) -> None:
    """Volume, rate, idle and spending are the formulas of the docstring, to a millionth, not what is left over."""
    growth = Fraction(counted[1], counted[0])
    volume = sum(_used(old) * (growth - 1) for old in before)
    idle = sum(new.idle - old.idle for old, new in zip(before, after, strict=True))
    spending = sum(new.spread - old.spread for old, new in zip(before, after, strict=True))
    told = dict(zip(TERMS, whole_of(bridges(before, after, counted, per_case=False)).terms, strict=True))
    for name, expected in (("volume", volume), ("idle", idle), ("spending", spending)):
        assert abs(Fraction(told[name]) - expected) <= Fraction(1, 10**6)
    rate = Fraction(0)
    for old, new in zip(before, after, strict=True):
        for group, drivers in new.used.items():
            for driver, now in drivers.items():
                was = old.used.get(group, {}).get(driver)
                if was is not None and was.quantity:
                    rate += now.amount - now.quantity * was.amount / was.quantity
    assert abs(Fraction(told["rate"]) - rate) <= Fraction(1, 10**6)


def _used(spent: Spent) -> Fraction:
    return sum((one.amount for group in spent.used.values() for one in group.values()), Fraction(0))


def _sum(parts: Sequence[Bridge], name: str) -> Decimal:
    return sum((getattr(part, name) for part in parts), Decimal(0))


def _rounded(value: Fraction) -> Decimal:
    return Decimal(f"{round(value * 10**6)}e-6")


def test_sides_must_match() -> None:
    """A class that one side lacks is a programmer's mistake."""
    with pytest.raises(ValueError, match="shorter"):
        bridges([_spent()], [], (1, 1), per_case=False)


def test_a_class_of_which_nothing_is_told_costs_nothing() -> None:
    """Neither use nor idle capacity nor bills: from nothing to nothing, whatever stands on the other side."""
    (bridge,) = bridges([Spent()], [Spent()], (1, 2), per_case=False)
    assert (bridge.before, bridge.terms, bridge.after) == (0, (0,) * len(TERMS), 0)
