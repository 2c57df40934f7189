"""The Kaplan–Meier curve and the spread of its points: lifelines, Greenwood and plain quantiles as oracles."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from metrics.errors import ContractError
from metrics.intervals.curve_spread import days_of, information_by_day, moves_by_day, spread_of_curve
from metrics.survival_curve import kaplan_meier, trace_curve

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


def test_by_hand() -> None:
    """Of 1, 2 (open), 3, 4: the curve falls to 3/4, stays, falls to 3/8, then to 0."""
    times, survival = kaplan_meier(np.array([3.0, 1.0, 4.0, 2.0]), np.array([True, True, True, False]))
    assert list(times) == [1, 2, 3, 4]
    assert list(survival) == [0.75, 0.75, 0.375, 0.0]


def test_nothing_has_no_curve() -> None:
    """No case, no time."""
    times, survival = kaplan_meier(np.array([]), np.array([], dtype=np.bool_))
    assert (len(times), len(survival)) == (0, 0)


def test_an_unknown_age_is_refused() -> None:
    """Open work needs its age so far; unknown does not become a duration."""
    with pytest.raises(ContractError, match="age so far"):
        kaplan_meier(np.array([1.0, np.nan]), np.array([True, False]))


@pytest.mark.parametrize(("p", "time_at"), [(0.25, 1.0), (0.26, 3.0), (0.625, 3.0), (0.63, 4.0), (1.0, 4.0)])
def test_the_time_of_a_share(p: float, time_at: float) -> None:
    """The first time by which at least that share has ended, the share itself included."""
    curve = trace_curve(np.array([1.0, 2.0, 3.0, 4.0]), np.array([True, False, True, True]))
    assert curve.time_at(p) == time_at


def test_a_share_never_reached_has_no_time() -> None:
    """Where half is still open, the curve never falls below a half."""
    curve = trace_curve(np.array([1.0, 2.0, 2.0, 2.0]), np.array([True, False, False, False]))
    assert curve.time_at(0.25) == 1.0
    assert curve.time_at(0.3) is None


def test_a_million_cases_take_seconds() -> None:
    """One sort and sums: a million cases well within two seconds of work."""
    amount, complete = DRAW.exponential(5, 1_000_000), DRAW.random(1_000_000) < 0.7
    start = time.process_time()
    kaplan_meier(amount, complete)
    assert time.process_time() - start < 2.0


def test_moves_without_open_work_are_those_of_a_plain_share() -> None:
    """At each time the moves of a day, times −S, are its cases above the time less S times all its cases; ties too."""
    amount, offset = DRAW.integers(0, 9, 200).astype(float), DRAW.integers(0, 28, 200)  # four days of each weekday
    curve = trace_curve(amount, np.ones(200, dtype=np.bool_))
    daily = moves_by_day(curve, offset, 28)
    assert list(daily.marks) == list(range(9))
    for place, t in enumerate(curve.times[:-1]):
        above = np.bincount(offset[amount > t], minlength=28)
        told = (above - curve.survival[place] * np.bincount(offset, minlength=28)) / 200
        np.testing.assert_allclose(-curve.survival[place] * daily.moves[:, place], told, atol=1e-12)


def test_moves_of_the_days_of_a_weekday_sum_to_nothing() -> None:
    """What ended and what was expected to end are the same for each weekday, while five of its days are at risk."""
    offset = DRAW.integers(0, 90, 3000)
    amount, complete = DRAW.exponential(5, 3000) * (1 + offset % 7), DRAW.random(3000) < 0.7
    curve = trace_curve(amount, complete)
    daily = moves_by_day(curve, offset, 90)
    for weekday in range(7):
        last_of_days = [amount[offset == day].max(initial=0) for day in range(weekday, 90, 7)]
        held = daily.marks[curve.times[daily.marks] <= sorted(last_of_days)[-5]]
        assert len(held) > 100
        np.testing.assert_allclose(daily.moves[weekday::7, : len(held)].sum(axis=0), 0, atol=1e-9)
    assert len(daily.marks) == 250 and daily.marks[0] == 0 and daily.marks[-1] == 2999


def test_a_weekday_of_few_days_is_held_against_all() -> None:
    """With four days of each weekday at risk, what is expected is the same for all: the moves of all sum to nothing."""
    offset = DRAW.integers(0, 28, 3000)
    daily = moves_by_day(trace_curve(DRAW.exponential(5, 3000), DRAW.random(3000) < 0.7), offset, 28)
    np.testing.assert_allclose(daily.moves.sum(axis=0), 0, atol=1e-9)
    assert abs(daily.moves[::7].sum(axis=0)).max() > 1e-3


def test_the_independent_variance_is_greenwoods() -> None:
    """Greenwood's variance at each time, as a loop has it; 0 where nothing is left."""
    amount, complete = DRAW.exponential(5, 300), DRAW.random(300) < 0.7
    curve = trace_curve(amount, complete)
    found = moves_by_day(curve, np.zeros(300, dtype=np.int64), 1).independent
    total, left, told = 0.0, 1.0, []
    for at_risk, ended in zip(curve.at_risk, curve.ended, strict=True):
        left *= 1 - ended / at_risk
        total += ended / (at_risk * (at_risk - ended)) if at_risk > ended else 0.0
        told.append(left**2 * total)
    np.testing.assert_allclose(found, told, rtol=1e-9, atol=1e-15)


def test_independent_cases_vary_as_greenwood_says() -> None:
    """Over many draws the variance that days show is on average Greenwood's, up to the price of holding at AR 0.6."""
    ratios = []
    for _ in range(300):
        true, offset = DRAW.exponential(5, 400), DRAW.integers(0, 180, 400)
        age = 20 * (180 - offset) / 180
        curve = trace_curve(np.minimum(true, age), true <= age)
        place = curve.place_of(0.5)
        assert place is not None
        known = information_by_day(curve, offset, place, 180)
        daily = moves_by_day(curve, offset, 180)
        ratios.append(spread_of_curve(curve, daily, known).variance[place] / daily.independent[place])
    assert 1.0 < np.mean(ratios) < 1.35


def test_information_by_day_is_greenwoods_sum_taken_apart() -> None:
    """The parts of the days add up to Greenwood's sum for single endings, and days without endings know nothing."""
    amount, complete, offset = DRAW.exponential(5, 300), DRAW.random(300) < 0.7, DRAW.integers(0, 40, 300)
    curve = trace_curve(amount, complete)
    place = curve.place_of(0.6)
    assert place is not None
    known = information_by_day(curve, offset, place, 41)
    independent = moves_by_day(curve, offset, 41).independent[place]
    assert known.sum() * curve.survival[place] ** 2 == pytest.approx(independent)
    assert known[40] == 0
    for day in range(40):
        has_ended = complete & (offset == day) & (amount <= curve.times[place])
        assert (known[day] > 0) == has_ended.any()


@pytest.mark.parametrize("place", range(5))
def test_information_up_to_each_time(place: int) -> None:
    """Of 5 cases on 5 days that end one by one, each adds 1/(Y·(Y − 1)), and the last, after which none is left, 0."""
    curve = trace_curve(np.arange(5.0), np.ones(5, dtype=np.bool_))
    told = [1 / 20, 1 / 12, 1 / 6, 1 / 2, 0.0]
    found = information_by_day(curve, np.arange(5), place, 5)
    np.testing.assert_allclose(found, told[: place + 1] + [0.0] * (4 - place), rtol=1e-12)


@pytest.mark.parametrize(
    ("known", "days"), [(np.ones(90), 90), (np.concatenate((np.ones(45), np.zeros(45))), 44), (np.zeros(9), 0)]
)
def test_days_that_hold_what_is_known(known: np.ndarray, days: int) -> None:
    """Even information stems from all days, that of the older half from half of them, none from none."""
    assert days_of(known) == days
