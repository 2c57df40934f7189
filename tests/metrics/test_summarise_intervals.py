"""The interval of a summary: oracles for every step, and the borders beyond which none is given."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from scipy.stats import t as student

from metrics.intervals.border import FEWEST_DAYS, FEWEST_HELD_DAYS
from metrics.intervals.daily_variance import Spread, span_of, spread_of_ratio, sum_by_day
from metrics.intervals.level import halves_of_spread
from metrics.intervals.quantile import fewest_for_range, spread_or_independent
from metrics.intervals.share import effective_size, ranges_of_share, wilson_range
from metrics.intervals.student import student_quantile
from metrics.intervals.unseen import NO_PUSH, Push, push_of
from metrics.metric import Observations, Statistic
from metrics.summarise import summarise, summarise_all
from tests.metrics.test_summarise import observed, spread_over

DRAW = np.random.default_rng(11)
WITH_INTERVAL = tuple(statistic for statistic in Statistic if statistic is not Statistic.COUNT)


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 9, 10, 21, 100])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_student_equals_scipy(level: float, degrees: int) -> None:
    """The finite sums give Student's t to the last digits."""
    assert student_quantile(level, degrees) == pytest.approx(student.ppf(0.5 + level / 2, degrees), rel=1e-12)


@pytest.mark.parametrize(("level", "degrees"), [(0.0, 4), (1.0, 4), (0.95, 0)])
def test_student_refuses_what_has_no_quantile(level: float, degrees: int) -> None:
    """Certainty has no finite interval, and no degrees of freedom have none at all."""
    with pytest.raises(ValueError, match="expected 0 < level < 1"):
        student_quantile(level, degrees)


def test_empty_edges_of_a_window_change_nothing() -> None:
    """A quarter that has only begun has the interval of the days it has, not of the days still to come."""
    amount, day = DRAW.lognormal(size=600), DRAW.integers(0, 30, 600)
    short, long = observed(amount, day=day, days=30), observed(amount, day=day, days=90)
    assert summarise_all(short, WITH_INTERVAL[:4]) == summarise_all(long, WITH_INTERVAL[:4])
    assert span_of(np.array([False, True, False, True, False])) == slice(1, 4)
    assert span_of(np.zeros(5, dtype=np.bool_)) == slice(0, 0)


def test_mean_share_and_ratio_are_one_spread() -> None:
    """A mean is a ratio over ones, so both have the same value and interval."""
    sample = spread_over(DRAW.lognormal(size=300))
    mean, ratio = summarise_all(sample, (Statistic.MEAN, Statistic.RATIO))
    assert (mean.value, mean.low, mean.high) == pytest.approx((ratio.value, ratio.low, ratio.high))


def test_ratios_that_may_be_negative_get_a_symmetric_interval() -> None:
    """Where amounts may fall below 0 the interval is value ± t·se and may hold 0; unseen cases push either end."""
    amount = DRAW.normal(size=300)
    found = summarise(spread_over(np.concatenate((amount, -amount))), Statistic.MEAN)
    assert found.value == pytest.approx(0, abs=1e-12)
    assert found.low is not None and found.high is not None
    assert found.high == pytest.approx(-found.low)
    assert found.low < 0


def test_one_negative_amount_makes_the_scale_plain() -> None:
    """A mean above 0 of which one amount lies below gets value ± t·se, pushed at either end."""
    amount, day = np.abs(DRAW.normal(5, 1, 600)), np.arange(600) * 60 // 600
    amount[300] = -1.0
    found = summarise(observed(amount, day=day, days=60), Statistic.MEAN)
    half = halves_of_spread(spread_of_ratio(sum_by_day(day, amount, 60), sum_by_day(day, None, 60)))[0]
    push = push_of(amount, 1.0, float(amount.mean()), 600, 600)
    assert (found.low, found.high) == pytest.approx((amount.mean() - half - push.down, amount.mean() + half + push.up))


@pytest.mark.parametrize("negative", ["amount", "base"])
def test_a_ratio_with_a_credit_has_a_plain_scale(negative: str) -> None:
    """A day below 0, of what is summed or of what it is divided by, makes the ends as far away below as above."""
    made = np.random.default_rng(3)
    told = {"amount": made.normal(5, 1, 600), "base": made.normal(3, 0.5, 600)}
    plain = observed(told["amount"], day=np.arange(600) * 60 // 600, base=told["base"], days=60)
    told[negative] = np.where(np.arange(600) // 10 == 30, -1.0, told[negative])  # the ten cases of one day
    credited = observed(told["amount"], day=np.arange(600) * 60 // 600, base=told["base"], days=60)
    ends = []
    for sample in (plain, credited):
        found = summarise(sample, Statistic.RATIO)
        assert found.value is not None and found.low is not None and found.high is not None
        ends.append(found.low * found.high < found.value**2 * (1 - 1e-9))  # equal on a relative scale
    assert ends == [False, True]


def test_nothing_but_zeros_is_zero() -> None:
    """A mean of 0 of amounts that are never negative has no relative scale; its range is 0."""
    found = summarise(spread_over(np.zeros(300)), Statistic.MEAN)
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)


def test_the_effective_size_follows_the_variance() -> None:
    """Days that vary little, but do, are worth many draws; days that do not vary are worth n."""
    assert effective_size(0.5, Spread(1e-10, 9, 90), 100) == pytest.approx(2.5e9)
    assert effective_size(0.5, Spread(1e-12, 9, 90), 100) == 100


@pytest.mark.parametrize("statistic", WITH_INTERVAL)
def test_the_method_says_what_it_was_read_from(statistic: Statistic) -> None:
    """The technical notes can name the number of cosines and of days of every interval."""
    method = summarise(spread_over(DRAW.random(300)), statistic).method
    assert "9 equal-weighted cosines over 90 days, weekdays out, Student t" in method


def test_wilson_equals_scipy_at_the_normal_quantile() -> None:
    """With the normal quantile and n draws the range is Wilson's own."""
    own = wilson_range(0.3, 50, 1.959963984540054)
    oracle = binomtest(15, 50).proportion_ci(method="wilson")
    assert own == pytest.approx((oracle.low, oracle.high), rel=1e-12)


@pytest.mark.parametrize(("value", "amount"), [(0.0, 0.0), (1.0, 1.0)])
def test_all_or_nothing_is_worth_n_draws(value: float, amount: float) -> None:
    """A share of 0 or 1 shows no variation; it gets Wilson's range for n draws, which is not certainty."""
    found = summarise(spread_over(np.full(200, amount)), Statistic.SHARE)
    assert found.value == value
    assert (found.low, found.high) == pytest.approx(wilson_range(value, 200, student_quantile(0.95, 9)))
    assert found.low != found.high


@pytest.mark.parametrize(("exceptions", "reaches"), [(1, True), (2, False)])
def test_a_single_exception_may_have_been_the_only_one(exceptions: int, reaches: bool) -> None:
    """One case in 200 does not exclude a share of 0, nor its counterpart one of 1; two do."""
    few = np.zeros(200)
    few[[60, 130][:exceptions]] = 1
    low, high = (summarise(spread_over(amount), Statistic.SHARE) for amount in (few, 1 - few))
    assert (low.low == 0, high.high == 1) == (reaches, reaches)
    assert (low.low80 == 0, high.high80 == 1) == (reaches, reaches)


def test_unequal_weights_need_more_and_get_less() -> None:
    """A share of time needs 30 cases, and a long case widens it on both sides by half of what it could do again."""
    base = np.ones(400)
    base[[10, 200]] = 2.0, 40.0
    amount = 0.25 * base
    amount[200] = 30.0
    plain, pushed = (summarise(spread_over(amount[:n], base=base[:n]), Statistic.SHARE) for n in (29, 400))
    assert plain.low is None
    assert "no interval below 30 observations" in plain.method
    share = amount.sum() / base.sum()
    spread = spread_of_ratio(*(sum_by_day(np.arange(400) * 90 // 400, x, 90) for x in (amount, base)))
    reach = (30.0 - share * 40.0) / base.sum() / 2
    low, high = wilson_range(share, share * (1 - share) / spread.variance, student_quantile(0.95, 9))
    assert (pushed.low, pushed.high) == pytest.approx((max(0.0, low - reach), high + reach), rel=1e-9)


def test_days_that_all_look_alike_are_worth_n_draws() -> None:
    """One right and one wrong every day vary by rounding only; the range is not nil."""
    sample = observed(np.tile([0.0, 1.0], 90), day=np.repeat(np.arange(90), 2))
    share, median = summarise_all(sample, (Statistic.SHARE, Statistic.P50))
    assert (share.low, share.high) == pytest.approx(wilson_range(0.5, 180, student_quantile(0.95, 9)))
    assert (median.low, median.high) == (0.0, 1.0)


def test_ties_give_the_tied_value() -> None:
    """Where every duration is the same, so are all quantiles and their ranges."""
    for found in summarise_all(spread_over(np.full(100, 2.5)), (Statistic.P50, Statistic.P90, Statistic.MEAN)):
        assert (found.value, found.low, found.high) == (2.5, 2.5, 2.5)


def test_one_busy_day_has_no_interval() -> None:
    """A thousand cases of one day say nothing of how days differ."""
    for found in summarise_all(observed(DRAW.random(1000)), WITH_INTERVAL):
        assert found.value is not None
        assert (found.low, found.high, found.low80, found.high80) == (None, None, None, None)
        assert f"no interval below {FEWEST_DAYS} days" in found.method


def test_the_border_of_days() -> None:
    """An interval needs 21 days from first to last, 8 of them with observations."""
    assert (FEWEST_DAYS, FEWEST_HELD_DAYS) == (21, 8)
    assert _has_interval(np.arange(21))
    assert not _has_interval(np.arange(20))
    assert _has_interval(np.array([0, 1, 2, 3, 4, 5, 6, 20]))
    assert not _has_interval(np.array([0, 1, 2, 3, 4, 5, 20]))


@pytest.mark.parametrize(("n", "says"), [(4, "no interval below 5 observations"), (5, "8 of them with observations")])
def test_the_border_of_observations(n: int, says: str) -> None:
    """Below five observations the reason is their number, from five on the days that hold them."""
    assert says in summarise(spread_over(np.ones(n)), Statistic.SHARE).method


def test_the_border_of_sums() -> None:
    """Means and ratios of skewed amounts need 30 observations; shares and medians fewer."""
    few, enough = spread_over(DRAW.random(29)), spread_over(DRAW.random(30))
    for statistic in (Statistic.MEAN, Statistic.RATIO, Statistic.UNIT_COST):
        assert summarise(few, statistic).low is None
        assert summarise(enough, statistic).low is not None
    assert summarise(few, Statistic.SHARE).low is not None
    assert summarise(few, Statistic.P50).low is not None


def _has_interval(days: np.ndarray) -> bool:
    return summarise(observed(DRAW.random(40 * len(days)), day=np.repeat(days, 40)), Statistic.P50).low is not None


def test_days_that_show_nothing_vary_as_independent_draws() -> None:
    """Without any variance by day a share below a quantile varies as that of n draws; with a little, as it shows."""
    assert spread_or_independent(Spread(0.0, 9, 90), 0.9, 50).variance == pytest.approx(0.9 * 0.1 / 50)
    assert spread_or_independent(Spread(1e-8, 9, 90), 0.9, 50).variance == 1e-8


@pytest.mark.parametrize(("p", "fewest"), [(0.5, 6), (0.85, 23), (0.9, 36)])
def test_a_quantile_needs_a_sample_that_reaches_past_it(p: float, fewest: int) -> None:
    """Below this n even the largest observation lies under the quantile in more than 2.5 % of samples."""
    assert fewest_for_range(p) == fewest
    assert max(p, 1 - p) ** fewest <= 0.025 < max(p, 1 - p) ** (fewest - 1)


COLUMNS = st.lists(st.tuples(st.floats(0, 1e4), st.integers(0, 39), st.floats(0, 1)), min_size=1, max_size=120)


@settings(max_examples=60, deadline=None)
@given(COLUMNS)
def test_intervals_enclose_their_value(rows: list[tuple[float, int, float]]) -> None:
    """low ≤ low80 ≤ value ≤ high80 ≤ high for every statistic, and a share stays within 0 and 1."""
    base, day, part = (np.array(column) for column in zip(*rows, strict=True))
    sample = observed(base * part, day=day, base=base, days=40)
    for found in summarise_all(sample, WITH_INTERVAL):
        _check_nested(found.low, found.low80, found.value, found.high80, found.high)
        if found.statistic is Statistic.SHARE and found.low is not None and found.high is not None:
            assert 0 <= found.low <= found.high <= 1


def _check_nested(*ends: float | None) -> None:
    known = [end for end in ends if end is not None]
    for left, right in pairwise(known):
        assert left <= right or left == pytest.approx(right, rel=1e-9)


@pytest.mark.parametrize(("n", "more"), [(30, 4), (299, 4), (300, 1), (5000, 1)])
def test_unseen_cases(n: int, more: float) -> None:
    """A mean allows for four more cases like the largest below 300 observations, then for one, upwards."""
    amount = np.ones(n)
    amount[n // 2] = 11.0
    push = push_of(amount, 1.0, float(amount.mean()), n, n)
    assert push.up == pytest.approx(more * (11.0 - amount.mean()) / n)
    assert push.down == pytest.approx(more * (amount.mean() - 1.0) / n)


def test_cases_that_are_all_alike_push_nothing() -> None:
    """Without a telling case there is nothing to allow for, on either side."""
    assert push_of(np.full(50, 2.0), 1.0, 2.0, 50, 50) == NO_PUSH


def test_a_heavy_light_share_is_pushed_by_its_larger_side() -> None:
    """What unseen cases could do to a share is the same on both sides, whichever way the most telling case points."""
    ranges = [
        ranges_of_share(0.5, Spread(1e-4, 9, 90), 1000, 0.001, push) for push in (Push(0.04, 0.0), Push(0.0, 0.04))
    ]
    assert ranges[0] == ranges[1]
    plain = ranges_of_share(0.5, Spread(1e-4, 9, 90), 1000, 0.001)
    assert ranges[0][0] == pytest.approx((plain[0][0] - 0.02, plain[0][1] + 0.02))
    wide = ranges_of_share(0.5, Spread(1e-4, 9, 90), 1000, 0.001, Push(2.0, 0.0))
    assert wide == [(0.0, 1.0), (0.0, 1.0)]


def test_weekdays_that_differ_by_plan_are_no_chance() -> None:
    """A pattern that every week repeats adds nothing to the width."""
    noise = DRAW.normal(10, 1, 5 * 84)
    weekly = noise + np.tile(np.repeat([0.0, 0.0, 3.0, 0.0, 0.0, -2.0, -1.0], 5), 12)
    plain, patterned = (summarise(spread_over(x, days=84), Statistic.MEAN) for x in (noise, weekly))
    assert plain.high is not None and plain.low is not None and patterned.high is not None and patterned.low is not None
    assert patterned.high - patterned.low < 1.1 * (plain.high - plain.low)


def test_more_of_the_same_days_narrow_the_interval() -> None:
    """Four times the days with the same spread about halve the width."""
    widths = []
    for days in (90, 360):
        found = [summarise(_noise(days, seed), Statistic.MEAN) for seed in range(40)]
        widths.append(np.mean([s.high - s.low for s in found if s.high is not None and s.low is not None]))
    assert 1.8 < widths[0] / widths[1] < 2.6


def _noise(days: int, seed: int) -> Observations:
    return spread_over(np.random.default_rng(seed).normal(10, 1, 5 * days), days=days)
