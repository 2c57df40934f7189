"""The range of a quantile on a survival curve whose spread is given: every border of it, on curves drawn by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import t as student

from metrics.intervals.curve_range import (
    AMPLE,
    CAREFUL,
    FEWEST_AT_RISK,
    FEWEST_WATCHED_DAYS,
    LEAST_ROOM,
    LEAST_WATCHED,
    ranges_on_curve,
)
from metrics.intervals.curve_spread import CurveSpread
from metrics.survival_curve import SurvivalCurve, trace_curve

T95, T80 = (float(student.ppf(0.5 + level / 2, 9)) for level in (0.95, 0.8))


def falling(n: int, ended: int | None = None) -> SurvivalCurve:
    """One case ends at each of the times 1, 2 … `ended` of `n`; the rest are open, and older than that."""
    count = n if ended is None else ended
    amount = np.concatenate((np.arange(1.0, count + 1), np.full(n - count, count + 1.0)))
    return trace_curve(amount, np.arange(n) < count)


def spread(curve: SurvivalCurve, error: float, independent: float = 0.0) -> CurveSpread:
    """The same standard error everywhere."""
    k = len(curve.times)
    return CurveSpread(np.full(k, error**2), np.full(k, independent**2), np.full(k, 90), 9, 90)


def even(left: float, p: float, error: float) -> float:
    return (left - (1 - p)) / (error * math.sqrt(p * (1 - p) / (left * (1 - left))))


def test_the_borders_are_the_documented_ones() -> None:
    """Ten in hand of ten days, a twentieth watched; room for 1.25 half widths, ample from 1.6, 1.4 times as far out."""
    assert (FEWEST_AT_RISK, FEWEST_WATCHED_DAYS) == (10, 10)
    assert (LEAST_WATCHED, LEAST_ROOM, AMPLE, CAREFUL) == (0.05, 1.25, 1.6, 1.4)


@pytest.mark.parametrize("p", [0.5, 0.85])
def test_the_range_is_what_the_curve_does_not_contradict(p: float) -> None:
    """With room enough it runs from where the curve first is within t standard errors of 1 − p to where no more."""
    curve = falling(1000)
    found = ranges_on_curve(curve, p, spread(curve, 0.01))
    assert found is not None
    for (low, high), t in zip(found, (T95, T80), strict=True):
        apart = [even(1 - time / 1000, p, 0.01) for time in range(1, 1000)]
        assert low == 1 + next(i for i, z in enumerate(apart) if z <= t)
        assert high == 1 + next(i for i, z in enumerate(apart) if z <= -t)


def room_of(curve: SurvivalCurve, p: float, error: float, end: int) -> float:
    return max(-even(1 - time / 1000, p, error) for time in range(1, end + 1)) / T95


@pytest.mark.parametrize("room", [1.24, 1.26, 1.39, 1.41, 1.59, 1.61])
def test_room_decides(room: float) -> None:
    """Below 1.25 there is no range; below 1.6 its upper end is further out, by the room and at most 1.4 times."""
    curve = falling(1000, ended=700)
    error = 0.01 * room_of(curve, 0.5, 0.01, 700) / room
    found = ranges_on_curve(curve, 0.5, spread(curve, error, independent=error))
    if room < 1.25:
        assert found is None
        return
    assert found is not None
    further = min(1.4, room) if room < 1.6 else 1.0
    for (_, high), t in zip(found, (T95, T80), strict=True):
        assert high == next(x for x in range(1, 701) if even(1 - x / 1000, 0.5, error) <= 1e-9 - t * further)


def test_room_is_measured_with_at_least_the_variance_of_independent_cases() -> None:
    """A small variance by day does not make room; where room is short the range keeps the larger one on both sides."""
    curve = falling(1000, ended=700)
    short = 0.01 * room_of(curve, 0.5, 0.01, 700)
    assert ranges_on_curve(curve, 0.5, spread(curve, short / 5, independent=short / 1.24)) is None
    one, other = (
        ranges_on_curve(curve, 0.5, spread(curve, error, independent=short / 1.45))
        for error in (short / 5, short / 1.45)
    )
    assert one == other is not None
    ample = ranges_on_curve(curve, 0.5, spread(curve, short / 5, independent=short / 1.7))
    assert ample == ranges_on_curve(curve, 0.5, spread(curve, short / 5))


def test_days_that_show_nothing_do_not_make_certain() -> None:
    """Without any variance by day the range is the quantile itself, if independent cases leave ample room."""
    curve = falling(1000)
    found = ranges_on_curve(curve, 0.5, spread(curve, 0.0, independent=0.005))
    assert found is not None
    assert all(low <= 500.0 <= high for low, high in found)


@pytest.mark.parametrize(("at_risk", "is_seen"), [(9, False), (10, True)])
def test_sight_ends_where_fewer_than_ten_are_in_hand(at_risk: int, is_seen: bool) -> None:
    """What would make room lies at the last ten cases, or at the last nine."""
    n = 100
    last = n - at_risk + 1
    curve = falling(n)
    variance = np.full(n, 1.0)
    variance[last - 1] = 1e-12
    found = ranges_on_curve(curve, 0.5, CurveSpread(variance, np.zeros(n), np.full(n, 90), 9, 90))
    assert (found is not None) == is_seen


@pytest.mark.parametrize(("days", "is_seen"), [(9, False), (10, True)])
def test_sight_ends_where_too_few_days_were_watched_as_long(days: int, is_seen: bool) -> None:
    """What would make room lies at a time at which cases of ten days are in hand, or of nine."""
    n = 100
    curve = falling(n)
    variance, watched = np.full(n, 1.0), np.full(n, 90)
    variance[59], watched[59:] = 1e-12, days
    watched[60:] = 1
    found = ranges_on_curve(curve, 0.5, CurveSpread(variance, np.zeros(n), watched, 9, 90))
    assert (found is not None) == is_seen


@pytest.mark.parametrize(("open_before", "is_seen"), [(0.949, True), (0.951, False)])
def test_sight_ends_where_too_few_were_watched_as_long(open_before: float, is_seen: bool) -> None:
    """Where all but a twentieth dropped out while open, what follows is not seen, however many are in hand."""
    n = 2000
    dropped = round(open_before * n)
    ages = np.concatenate((np.full(dropped, 0.5), np.arange(1.0, n - dropped + 1)))
    curve = trace_curve(ages, np.arange(n) >= dropped)
    k = len(curve.times)
    variance = np.full(k, 1e-8)
    found = ranges_on_curve(curve, 0.5, CurveSpread(variance, np.zeros(k), np.full(k, 90), 9, 90))
    assert (found is not None) == is_seen


def test_a_quantile_that_is_not_reached_or_not_seen_has_no_range() -> None:
    """Where half is open nothing can be said of p90, nor where the value itself lies beyond sight."""
    curve = falling(1000, ended=500)
    assert ranges_on_curve(curve, 0.9, spread(curve, 0.001)) is None
    few = falling(12)
    assert ranges_on_curve(few, 0.9, spread(few, 0.001)) is None
    none = falling(9)
    assert all(ranges_on_curve(none, p, spread(none, 0.001)) is None for p in (0.05, 0.5))


def test_an_end_at_which_all_the_rest_end_at_once_is_not_seen() -> None:
    """Where the last fifteen of a hundred end together nothing is left to say how sure that is."""
    curve = trace_curve(np.concatenate((np.arange(1.0, 86.0), np.full(15, 90.0))), np.ones(100, dtype=np.bool_))
    assert curve.time_at(0.9) == 90.0
    assert ranges_on_curve(curve, 0.9, spread(curve, 0.001)) is None
