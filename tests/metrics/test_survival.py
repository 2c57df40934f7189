"""Durations with open work counted: quantiles against lifelines, intervals, and what open work hides."""

from __future__ import annotations

import re
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from numpy.typing import NDArray

from metrics.errors import ContractError
from metrics.intervals.daily_variance import spread_of_ratio, sum_by_day
from metrics.intervals.level import halves_of_spread
from metrics.metric import Observations, Statistic
from metrics.summarise import NOTHING_OBSERVED, QUANTILES, summarise
from metrics.survival import HIDDEN, TOO_MUCH_OPEN, summarise_survival, summarise_survivals
from metrics.survival_curve import trace_curve
from tests.metrics.test_summarise import observed, spread_over

DRAW = np.random.default_rng(5)


@pytest.mark.filterwarnings("ignore:Approximating using:lifelines.exceptions.ApproximationWarning")
@pytest.mark.parametrize("open_share", [0.0, 0.3])
def test_quantiles_equal_lifelines(open_share: float) -> None:
    """p50, p85 and p90 are the durations at which lifelines' curve has fallen that far."""
    amount, complete = DRAW.exponential(5, 801), DRAW.random(801) >= open_share
    fitted = KaplanMeierFitter().fit(amount, complete)
    for statistic, left in ((Statistic.P50, 0.5), (Statistic.P85, 0.15), (Statistic.P90, 0.1)):
        found = summarise_survival(spread_over(amount, complete=complete), statistic)
        assert found.value == pytest.approx(fitted.percentile(left))
        assert found.n == 801


def test_open_work_makes_the_number_larger() -> None:
    """Leaving open work out flatters: counting it never lowers a quantile here."""
    true = DRAW.exponential(10, 2000)
    age = DRAW.uniform(0, 30, 2000)
    sample = spread_over(np.minimum(true, age), complete=true <= age)
    counted, ended = summarise_survival(sample, Statistic.P50), summarise(sample, Statistic.P50)
    assert counted.value is not None
    assert ended.value is not None
    assert counted.value > 1.3 * ended.value
    assert counted.value == pytest.approx(10 * np.log(2), rel=0.1)


def test_too_much_open_work_has_no_value() -> None:
    """Where half is still open, nobody knows by when 9 in 10 will have ended; the half that ended is known."""
    sample = observed([1.0, 2.0, 9.0, 9.0], complete=[True, True, False, False])
    assert summarise_survival(sample, Statistic.P50).value == 2.0
    found = summarise_survival(sample, Statistic.P90)
    assert (found.value, found.reason, found.n) == (None, TOO_MUCH_OPEN, 4)


def test_no_data_is_no_data() -> None:
    """Nothing observed has no value."""
    assert summarise_survival(observed([]), Statistic.P50).reason == NOTHING_OBSERVED


@pytest.mark.parametrize("statistic", [Statistic.MEAN, Statistic.SHARE])
def test_only_quantiles_count_open_work(statistic: Statistic) -> None:
    """A mean of durations that have not ended does not exist."""
    with pytest.raises(ContractError, match="expected p50, p85, p90"):
        summarise_survival(observed([1.0]), statistic)


def watched(true: NDArray[np.float64], oldest: float, days: int = 90) -> Observations:
    """Cases spread over the days, looked at on one evening: those of the first day are `oldest` old then."""
    day = np.arange(len(true)) * days // len(true)
    age = oldest * (days - day) / days
    return observed(np.minimum(true, age), day=day, complete=true <= age, days=days)


def test_a_hidden_upper_end_gives_no_interval() -> None:
    """Where the upper end lies beyond what was watched the value stands alone, and the method says why."""
    true = np.random.default_rng(7).exponential(10, 900)
    near, far = (summarise_survival(watched(true, oldest), Statistic.P90) for oldest in (28.0, 90.0))
    assert near.value is not None
    assert (near.low, near.high, near.method) == (None, None, HIDDEN)
    assert far.low is not None
    assert far.high is not None
    assert re.search(
        "curve does not contradict, influence by day, 8 cosines over 7[0-9] days of information", far.method
    )


def test_few_days_that_tell_of_its_end_give_no_interval() -> None:
    """Of 28 days whose older half alone was watched long enough, fewer than 21 tell of the quantile."""
    true = np.random.default_rng(8).uniform(9.0, 11.0, 3000)
    found = summarise_survival(watched(true, 20.0, days=28), Statistic.P50)
    assert found.value is not None
    assert found.low is None
    assert "no interval below 21 days that tell of its end" in found.method


def test_work_that_has_all_ended_has_the_interval_of_a_plain_quantile() -> None:
    """Without open work both readings have the same range, up to the line the plain one draws between cases."""
    sample = spread_over(np.random.default_rng(9).lognormal(size=4000))
    for statistic in (Statistic.P50, Statistic.P85, Statistic.P90):
        counted, plain = summarise_survival(sample, statistic), summarise(sample, statistic)
        for end in ("value", "low", "high", "low80", "high80"):
            assert getattr(counted, end) == pytest.approx(getattr(plain, end), rel=0.01)


@pytest.mark.parametrize("statistic", [Statistic.P50, Statistic.P90])
def test_the_interval_of_all_ended_work_step_by_step(statistic: Statistic) -> None:
    """With ties: the cases up to the quantile by day, their spread, and the times by which p ∓ half have ended."""
    amount, day = np.random.default_rng(12).integers(0, 40, 900).astype(float), np.arange(900) // 10
    found = summarise_survival(observed(amount, day=day), statistic)
    assert found.value is not None
    below = sum_by_day(day[amount <= found.value], None, 90)
    spread, p = spread_of_ratio(below, sum_by_day(day, None, 90)), QUANTILES[statistic]
    curve = trace_curve(amount, np.ones(900, dtype=np.bool_))
    told = [curve.time_at(p + sign * half) for half in halves_of_spread(spread) for sign in (-1, 1)]
    assert [found.low, found.high, found.low80, found.high80] == told


def test_the_last_time_but_one_is_told_from_the_last() -> None:
    """Slow cases come in blocks of days: their share moves by more than their 9 %, so 9 in 10 may take a day longer."""
    day = np.repeat(np.arange(90), 40)
    is_slow = (np.arange(3600) % 40 < 7) & (day // 15 % 2 == 0)
    found = summarise_survival(observed(np.where(is_slow, 2.0, 1.0), day=day), Statistic.P90)
    assert (found.value, found.low, found.high) == (1.0, 1.0, 2.0)


def test_all_alike_and_all_ended_is_certain_of_the_one_value() -> None:
    """Where every duration is the same, so are all quantiles and their ranges."""
    found = summarise_survival(spread_over(np.full(100, 2.5)), Statistic.P90)
    assert (found.value, found.low, found.high) == (2.5, 2.5, 2.5)


@pytest.mark.parametrize(("days", "has_interval"), [(20, False), (21, True)])
def test_the_border_of_days_that_tell(days: int, has_interval: bool) -> None:
    """With a newborn case open, 21 even days hold 21 days of information here, and 20 only 20."""
    day = np.repeat(np.arange(days), 40)
    amount = np.random.default_rng(1).lognormal(size=len(day))
    newborn = np.arange(len(day)) == len(day) - 1
    sample = observed(np.where(newborn, 0.001, amount), day=day, complete=~newborn, days=days)
    assert (summarise_survival(sample, Statistic.P50).low is not None) == has_interval


def test_a_small_sample_that_has_all_ended_ends_at_its_largest() -> None:
    """Where the upper share lies above 1 the range ends at the largest: all have ended."""
    amount = np.arange(40.0)
    found = summarise_survival(spread_over(DRAW.permutation(amount)), Statistic.P90)
    assert found.high == 39.0
    assert found.low is not None and found.low < 35.0


def test_several_quantiles_are_those_asked_for_one_by_one() -> None:
    """One curve serves all quantiles, in the order asked for."""
    sample = watched(np.random.default_rng(10).exponential(10, 2000), 90.0)
    wanted = (Statistic.P85, Statistic.P50)
    assert summarise_survivals(sample, wanted) == [summarise_survival(sample, statistic) for statistic in wanted]


def test_a_little_open_work_hardly_moves_the_interval() -> None:
    """The inverted curve and the plain quantile agree where a single newborn case is open."""
    true = np.random.default_rng(11).lognormal(size=4000)
    whole = spread_over(true)
    last = np.arange(4000) == 3999
    seen = observed(np.where(last, 0.01, true), day=whole.day - whole.first_day, complete=~last)
    for statistic in (Statistic.P50, Statistic.P90):
        one, other = summarise_survival(seen, statistic), summarise_survival(whole, statistic)
        assert one.low == pytest.approx(other.low, rel=0.03)
        assert one.high == pytest.approx(other.high, rel=0.03)


def test_a_million_cases_take_seconds() -> None:
    """Three quantiles of a million cases, a tenth of them open, with their intervals: one sort and a few passes."""
    draw = np.random.default_rng(1)
    sample = watched(draw.exponential(9, 1_000_000), 90.0)
    start = time.process_time()
    found = summarise_survivals(sample, (Statistic.P50, Statistic.P85, Statistic.P90))
    assert time.process_time() - start < 8.0
    assert all(summary.low is not None for summary in found)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.booleans(), st.integers(0, 59)), min_size=1, max_size=200))
def test_intervals_enclose_their_value(rows: list[tuple[int, bool, int]]) -> None:
    """low ≤ low80 ≤ value ≤ high80 ≤ high, or no interval at all."""
    amount, complete, day = (np.array(column) for column in zip(*rows, strict=True))
    found = summarise_survival(observed(amount, day=day, complete=complete, days=60), Statistic.P50)
    ends = [found.low, found.low80, found.value, found.high80, found.high]
    known = [end for end in ends if end is not None]
    assert known == sorted(known)
    assert len(known) in (0, 1, 5)
