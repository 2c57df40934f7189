"""Changes of percentiles taken apart by reweighting: by hand, against a loop that repeats cases, and exact."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.metric import Observations, Statistic
from metrics.mix.quantiles import Durations, read_weighted, read_weighted_survival, take_apart
from metrics.summarise import summarise
from metrics.survival import summarise_survival
from metrics.survival_curve import kaplan_meier

calm = settings(deadline=None)  # a busy machine is no failure
P = [0.5, 0.85, 0.9]
cases = st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=12)
sides = st.lists(st.tuples(cases, cases), min_size=1, max_size=4)


def durations(*told: float | tuple[float, bool]) -> Durations:
    """Durations; a pair says whether it is complete, a number is."""
    rows = [pair if isinstance(pair, tuple) else (pair, True) for pair in told]
    return Durations(np.array([amount for amount, _ in rows], float), np.array([done for _, done in rows], bool))


def test_example() -> None:
    """Three quick and one slow become two and two, none of them slower: the median rises by the mix alone."""
    found = take_apart([durations(1, 1, 1), durations(9)], [durations(1, 1), durations(9, 9)], 0.5, counts_open=False)
    assert found is not None
    assert (found.before, found.after) == (1.0, 5.0)
    assert (found.within, found.mix, found.interaction) == (0.0, 4.0, None)


def test_only_the_values_changed() -> None:
    """At an unchanged mix all of the change is within, and is that of the plain percentile."""
    found = take_apart(
        [durations(1, 3, 5), durations(9, 9, 9)], [durations(2, 4, 6), durations(8, 8, 8)], 0.85, counts_open=False
    )
    assert found is not None
    assert found.mix == 0.0
    assert found.within == found.after - found.before == pytest.approx(-1.0)
    assert found.largest == 1


def test_segments_without_a_counterpart_are_all_mix() -> None:
    """What came and what went is left out of the change within; with nothing in common all of it is mix."""
    found = take_apart(
        [durations(2, 2), durations(8, 8), durations()], [durations(3, 3), durations(), durations(1, 1)], 0.5,
        counts_open=False,
    )  # fmt: skip
    assert found is not None
    assert (found.before, found.after) == (5.0, 2.0)
    assert (found.within, found.mix) == (1.0, -4.0)
    apart = take_apart([durations(2), durations()], [durations(), durations(7)], 0.5, counts_open=False)
    assert apart is not None
    assert (apart.within, apart.mix) == (0.0, 5.0)


def test_single_cases_are_segments_too() -> None:
    """One case on either side is enough to be reweighted; a segment of one that came is all mix."""
    found = take_apart([durations(2), durations(4)], [durations(3), durations(4)], 0.5, counts_open=False)
    assert found is not None
    assert (found.within, found.mix) == (0.5, 0.0)
    came = take_apart([durations(2), durations()], [durations(2), durations(8)], 0.5, counts_open=False)
    assert came is not None
    assert (came.within, came.mix) == (0.0, 3.0)
    assert [part.difference for part in came.parts] == [1.5, 1.5]  # fewer quick ones, and more slow ones


def test_an_empty_side_is_no_change() -> None:
    """No case, and none that has ended, is no percentile; nor is a curve that does not fall so far."""
    assert take_apart([durations()], [durations(1)], 0.5, counts_open=False) is None
    assert take_apart([durations(1)], [durations((4, False))], 0.5, counts_open=False) is None
    assert take_apart([durations(1)], [durations(2, (4, False), (4, False))], 0.5, counts_open=True) is None
    assert take_apart([], [], 0.5, counts_open=False) is None


def test_too_much_open_at_the_mix_before_is_told_as_mix() -> None:
    """Where the reweighted curve never falls so far, nothing can be said of the change within."""
    found = take_apart(
        [durations(1, 1, 1), durations(5)],
        [durations((2, False), (2, False), 9), durations(5, 5, 5, 5, 5)], 0.9, counts_open=True,
    )  # fmt: skip
    assert found is not None
    assert math.fsum((found.within, found.mix)) == pytest.approx(found.after - found.before, abs=1e-12)


@pytest.mark.parametrize("p", P)
@calm
@given(told=sides, counts_open=st.booleans())
def test_the_parts_are_the_change(p: float, told: list[tuple[list[tuple[int, bool]], list[tuple[int, bool]]]],
                                  counts_open: bool) -> None:  # fmt: skip
    """within + mix = after − before, and where the parts of segments are told they sum to it, too."""
    before, after = ([durations(*pair[place]) for pair in told] for place in (0, 1))
    found = take_apart(before, after, p, counts_open=counts_open)
    if found is None:
        return
    assert abs(math.fsum((found.within, found.mix)) - (found.after - found.before)) < 1e-9
    for name in ("within", "mix"):
        parts = [getattr(part, name) for part in found.parts]
        assert all(part is None for part in parts) or sum(parts) == pytest.approx(getattr(found, name), abs=1e-9)
    assert sum(part.before_share for part in found.parts) == pytest.approx(1)
    assert sum(part.after_share for part in found.parts) == pytest.approx(1)


@pytest.mark.parametrize("p", P)
@calm
@given(told=sides, counts_open=st.booleans())
def test_the_ends_are_the_published_values(p: float, told: list[tuple[list[tuple[int, bool]], list[tuple[int, bool]]]],
                                           counts_open: bool) -> None:  # fmt: skip
    """Before and after are what `summarise` or `summarise_survival` say of all segments together."""
    statistic = {0.5: Statistic.P50, 0.85: Statistic.P85, 0.9: Statistic.P90}[p]
    values = []
    for place in (0, 1):
        rows = [row for pair in told for row in pair[place]]
        amount, complete = np.array([a for a, _ in rows], float), np.array([c for _, c in rows], bool)
        seen = Observations(np.zeros(len(rows), np.int64), amount, np.ones(len(rows)), complete, 0, 1)
        read = summarise_survival(seen, statistic) if counts_open else summarise(seen, statistic)
        values.append(read.value)
    before, after = ([durations(*pair[place]) for pair in told] for place in (0, 1))
    found = take_apart(before, after, p, counts_open=counts_open)
    if None in values:
        assert found is None
    else:
        assert found is not None
        assert [found.before, found.after] == pytest.approx(values, abs=1e-9)


@pytest.mark.parametrize("p", P)
@calm
@given(told=st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.integers(1, 4)), min_size=1, max_size=12))
def test_oracle(p: float, told: list[tuple[int, bool, int]]) -> None:
    """A case of weight 3 on the curve is the same case three times, counted by a loop over exact fractions."""
    repeated = [(amount, done) for amount, done, weight in told for _ in range(weight)]
    left, found = Fraction(1), None
    for time in sorted({amount for amount, _ in repeated}):
        at_risk = sum(amount >= time for amount, _ in repeated)
        left *= 1 - Fraction(sum(amount == time and done for amount, done in repeated), at_risk)
        if found is None and left <= 1 - Fraction(str(p)):
            found = float(time)
    arrays = [np.array(column) for column in zip(*told, strict=True)]
    amount, complete, weight = arrays[0].astype(float), arrays[1].astype(bool), arrays[2].astype(float)
    assert read_weighted_survival(amount, complete, weight, p) == found
    assert read_weighted_survival(amount, complete, 7 * weight, p) == found


@calm
@given(st.lists(st.floats(0, 100), min_size=1, max_size=30), st.floats(0.1, 9), st.sampled_from(P))
def test_equal_weights_change_nothing(amounts: list[float], weight: float, p: float) -> None:
    """With one weight for all the percentile is numpy's, and the curve lifelines' and ours."""
    amount = np.array(amounts)
    weights = np.full(len(amount), weight)
    assert read_weighted(amount, weights, p) == pytest.approx(float(np.quantile(amount, p)), abs=1e-9)
    everything = np.ones(len(amount), bool)
    times, left = kaplan_meier(amount, everything)
    expected = next(float(time) for time, share in zip(times, left, strict=True) if share <= 1 - p + 1e-12)
    assert read_weighted_survival(amount, everything, weights, p) == expected


def test_weights_move_the_percentile() -> None:
    """By hand: 1, 2, 3 weighing 1, 1, 2 lie at 0, 1 and 2.5 of the way; half of it is 1.25, a sixth past the 2."""
    assert read_weighted(np.array([3.0, 1.0, 2.0]), np.array([2.0, 1.0, 1.0]), 0.5) == pytest.approx(2 + 0.25 / 1.5)
    assert read_weighted(np.array([3.0, 1.0]), np.array([0.0, 1.0]), 0.9) == 1.0
    assert read_weighted(np.array([3.0]), np.array([0.0]), 0.9) is None


def test_parts_that_cancel_are_not_told() -> None:
    """One segment became what the other was: nothing is left to share out, though both moved."""
    one, other = durations(*range(1, 11)), durations(*range(2, 12))
    found = take_apart([one, other], [other, one], 0.5, counts_open=False)
    assert found is not None
    assert (found.within, found.mix) == (0.0, 0.0)
    assert [part.within for part in found.parts] == [None, None]
    assert [part.mix for part in found.parts] == [0.0, 0.0]
    assert found.largest is None


def test_too_much_open_at_the_earlier_mix_is_all_mix() -> None:
    """The later median is known, but at the earlier mix most cases are still open: all of the change is mix."""
    before = [durations(2, 2, 2, 2), durations(1)]
    after = [durations((5, False), (5, False), 2), durations(1, 1, 1, 1, 1)]
    found = take_apart(before, after, 0.5, counts_open=True)
    assert found is not None
    assert (found.before, found.after, found.within, found.mix) == (2.0, 1.0, 0.0, -1.0)
