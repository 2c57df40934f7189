"""The interval of a summary: oracles for every step, and the borders beyond which none is given."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.fft import dct
from scipy.stats import binomtest
from scipy.stats import t as student

from metrics.intervals.border import FEWEST_DAYS, FEWEST_HELD_DAYS
from metrics.intervals.daily_variance import cosines_for, span_of, spread_of_ratio, sum_by_day, variance_of_total
from metrics.intervals.quantile import fewest_for_range
from metrics.intervals.share import wilson_range
from metrics.intervals.student import student_quantile
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


@pytest.mark.parametrize(("days", "cosines"), [(2, 1), (4, 3), (14, 4), (31, 5), (90, 9), (365, 21)])
def test_number_of_cosines(days: int, cosines: int) -> None:
    """B = max(4, ⌈0.41·G^(2/3)⌉), and always below G."""
    assert cosines_for(days) == cosines


def test_variance_equals_a_naive_loop() -> None:
    """Equal-weighted cosines written out term by term give the same variance of the total."""
    daily = DRAW.normal(size=30)
    days, count = 30, cosines_for(30)
    mean = sum(daily) / days
    squares = [
        sum(math.cos(math.pi * j * (t - 0.5) / days) * (daily[t - 1] - mean) for t in range(1, days + 1)) ** 2
        * 2
        / days
        for j in range(1, count + 1)
    ]
    assert variance_of_total(daily).variance == pytest.approx(days * sum(squares) / count, rel=1e-12)


def test_variance_equals_scipys_cosine_transform() -> None:
    """The weights are those of the orthonormal type-II cosine transform, the first one left out."""
    daily = DRAW.normal(size=90)
    weights = dct(daily, type=2, norm="ortho")[1 : 1 + cosines_for(90)]
    assert variance_of_total(daily).variance == pytest.approx(90 * np.mean(weights**2), rel=1e-12)


def test_variance_of_independent_days_is_that_of_a_sum() -> None:
    """Over many trials the variance of a total of independent days is on average G·σ²."""
    found = [variance_of_total(DRAW.normal(0, 2, 60)).variance for _ in range(2000)]
    assert np.mean(found) == pytest.approx(60 * 4, rel=0.05)


def test_empty_edges_of_a_window_change_nothing() -> None:
    """A quarter that has only begun has the interval of the days it has, not of the days still to come."""
    amount, day = DRAW.lognormal(size=600), DRAW.integers(0, 30, 600)
    short, long = observed(amount, day=day, days=30), observed(amount, day=day, days=90)
    assert summarise_all(short, WITH_INTERVAL[:4]) == summarise_all(long, WITH_INTERVAL[:4])
    assert span_of(np.array([False, True, False, True, False])) == slice(1, 4)
    assert span_of(np.zeros(5, dtype=np.bool_)) == slice(0, 0)


def test_median_interval_equals_a_naive_loop() -> None:
    """Influence per case, summed per day, varied by cosines, mapped back through the quantiles: step by step."""
    amount, day = DRAW.lognormal(size=400), DRAW.integers(0, 60, 400)
    value = float(np.quantile(amount, 0.5))
    share = sum(x <= value for x in amount) / 400
    daily = [sum((x <= value) - share for x, d in zip(amount, day, strict=True) if d == t) for t in range(60)]
    spread = variance_of_total(np.array(daily))
    half = student.ppf(0.975, spread.degrees) * math.sqrt(spread.variance) / 400
    found = summarise(observed(amount, day=day, days=60), Statistic.P50)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(amount, (0.5 - half, 0.5 + half))), rel=1e-9)


def test_mean_share_and_ratio_are_one_spread() -> None:
    """A mean is a ratio over ones, so both have the same value and interval."""
    sample = spread_over(DRAW.lognormal(size=300))
    mean, ratio = summarise_all(sample, (Statistic.MEAN, Statistic.RATIO))
    assert (mean.value, mean.low, mean.high) == pytest.approx((ratio.value, ratio.low, ratio.high))


def test_ratio_interval_is_the_spread_on_the_relative_scale() -> None:
    """Sums of nothing negative get value ×/÷ exp(t·se/value), which never reaches 0."""
    amount, day = DRAW.lognormal(size=300), DRAW.integers(0, 60, 300)
    found = summarise(observed(amount, day=day, days=60), Statistic.MEAN)
    spread = spread_of_ratio(sum_by_day(day, amount, 60), sum_by_day(day, None, 60))
    factor = math.exp(student.ppf(0.975, spread.degrees) * math.sqrt(spread.variance) / amount.mean())
    assert (found.low, found.high) == pytest.approx((amount.mean() / factor, amount.mean() * factor), rel=1e-9)


def test_ratios_that_may_be_negative_get_a_symmetric_interval() -> None:
    """Where amounts may fall below 0 the interval is value ± t·se and may hold 0."""
    found = summarise(spread_over(DRAW.normal(size=300)), Statistic.MEAN)
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert found.high - found.value == pytest.approx(found.value - found.low)


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


def test_more_of_the_same_days_narrow_the_interval() -> None:
    """Four times the days with the same spread about halve the width."""
    widths = []
    for days in (90, 360):
        found = [summarise(_noise(days, seed), Statistic.MEAN) for seed in range(40)]
        widths.append(np.mean([s.high - s.low for s in found if s.high is not None and s.low is not None]))
    assert 1.8 < widths[0] / widths[1] < 2.6


def _noise(days: int, seed: int) -> Observations:
    return spread_over(np.random.default_rng(seed).normal(10, 1, 5 * days), days=days)
