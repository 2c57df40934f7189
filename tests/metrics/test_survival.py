"""Durations with open work counted: the curve against lifelines, and what open work hides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from metrics.errors import ContractError
from metrics.metric import Statistic
from metrics.summarise import NOTHING_OBSERVED, summarise
from metrics.survival import TOO_MUCH_OPEN, _influence_at, _trace, kaplan_meier, summarise_survival
from tests.metrics.test_summarise import observed, spread_over

DRAW = np.random.default_rng(5)
ROWS = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=80)


@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_curve_equals_lifelines(rows: list[tuple[int, bool]]) -> None:
    """With ties, open work and durations of 0 the curve is that of lifelines to 1e-9."""
    amount, complete = (np.array(column) for column in zip(*rows, strict=True))
    times, survival = kaplan_meier(amount.astype(float), complete)
    oracle = KaplanMeierFitter().fit(amount, complete).survival_function_["KM_estimate"]
    assert set(times) <= set(oracle.index)
    np.testing.assert_allclose(survival, oracle.loc[times].to_numpy(), atol=1e-9)


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


def test_by_hand() -> None:
    """Of 1, 2 (open), 3, 4: the curve falls to 3/4, stays, falls to 3/8, then to 0."""
    times, survival = kaplan_meier(np.array([3.0, 1.0, 4.0, 2.0]), np.array([True, True, True, False]))
    assert list(times) == [1, 2, 3, 4]
    assert list(survival) == [0.75, 0.75, 0.375, 0.0]


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
    """Nothing observed has no value, and no curve."""
    assert summarise_survival(observed([]), Statistic.P50).reason == NOTHING_OBSERVED
    times, survival = kaplan_meier(np.array([]), np.array([], dtype=np.bool_))
    assert (len(times), len(survival)) == (0, 0)


@pytest.mark.parametrize("statistic", [Statistic.MEAN, Statistic.SHARE])
def test_only_quantiles_count_open_work(statistic: Statistic) -> None:
    """A mean of durations that have not ended does not exist."""
    with pytest.raises(ContractError, match="expected p50, p85, p90"):
        summarise_survival(observed([1.0]), statistic)


def test_an_unknown_age_is_refused() -> None:
    """Open work needs its age so far; unknown does not become a duration."""
    with pytest.raises(ContractError, match="age so far"):
        kaplan_meier(np.array([1.0, np.nan]), np.array([True, False]))


def test_influence_without_open_work_is_that_of_a_plain_quantile() -> None:
    """1{x > t} − S(t) for every case, ties included."""
    amount = DRAW.integers(0, 9, 200).astype(float)
    found = _influence_at(_trace(amount, np.ones(200, dtype=np.bool_)), 4.0)
    np.testing.assert_allclose(found, (amount > 4) - np.mean(amount > 4), atol=1e-12)


def test_influence_squared_is_greenwoods_variance() -> None:
    """For independent cases the sum of squares is Greenwood's variance of the curve, as lifelines has it."""
    amount, complete = DRAW.exponential(5, 3000), DRAW.random(3000) < 0.7
    influence = _influence_at(_trace(amount, complete), 4.0)
    fitted = KaplanMeierFitter().fit(amount, complete)
    place = np.searchsorted(np.sort(np.unique(amount[complete])), 4.0, side="right")
    ended = np.sort(np.unique(amount[complete]))[:place]
    at_risk = np.array([np.sum(amount >= time) for time in ended])
    greenwood = float(fitted.predict(4.0)) ** 2 * np.sum(1 / (at_risk * (at_risk - 1)))
    assert np.sum(influence**2) / 3000**2 == pytest.approx(greenwood, rel=1e-3)
    assert np.sum(influence) == pytest.approx(0, abs=1e-9)


def test_a_hidden_upper_end_gives_no_interval() -> None:
    """Where the upper end lies behind open work the value stands alone, and the method says why."""
    amount = np.concatenate((np.arange(1.0, 56.0), np.full(45, 60.0)))
    sample = spread_over(DRAW.permutation(amount), complete=True)
    sample = spread_over(sample.amount, complete=sample.amount < 60)
    found = summarise_survival(sample, Statistic.P50)
    assert found.value == 50.0
    assert found.low is None
    assert "open work hides its upper end" in found.method


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.booleans(), st.integers(0, 59)), min_size=1, max_size=120))
def test_intervals_enclose_their_value(rows: list[tuple[int, bool, int]]) -> None:
    """low ≤ low80 ≤ value ≤ high80 ≤ high, or no interval at all."""
    amount, complete, day = (np.array(column) for column in zip(*rows, strict=True))
    found = summarise_survival(observed(amount, day=day, complete=complete, days=60), Statistic.P50)
    ends = [found.low, found.low80, found.value, found.high80, found.high]
    known = [end for end in ends if end is not None]
    assert known == sorted(known)
    assert len(known) in (0, 1, 5)
