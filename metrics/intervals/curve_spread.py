"""How uncertain a survival curve is at each of its times: contrasts of early against late days, and Greenwood's.

Knows a curve and the day of each of its cases; knows no quantile and no metric.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.intervals.contrasts import WEEK, contrasts_of, cosines_for
from metrics.intervals.daily_variance import sum_by_day
from metrics.survival_curve import SurvivalCurve

MOST_MARKS = 250
FEWEST_ALIKE = 5
_MIDDLE = 0.9


@dataclass(frozen=True, slots=True)
class DailyMoves:
    """Moves of the logarithm of the curve, per day and mark, shape (days, m), and Greenwood's variance at every time.

    `marks` are positions of the curve's times, the first and the last among them. `watched_days`, shape (k,), counts at
    each time the days of which a case was watched as long.
    """

    marks: NDArray[np.intp]
    moves: NDArray[np.float64]
    independent: NDArray[np.float64]
    watched_days: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CurveSpread:
    """The variance of the share still open at each time, as days show it and as independent cases would have it.

    Both of shape (k,), and so is `watched_days`, see `DailyMoves`. `degrees` of freedom, and the `days` that what is
    known stems from.
    """

    variance: NDArray[np.float64]
    independent: NDArray[np.float64]
    watched_days: NDArray[np.int64]
    degrees: int
    days: int

    @property
    def method(self) -> str:
        """For the technical notes."""
        return f"influence by day, {self.degrees} cosines over {self.days} days of information, weekdays out, Student t"


def information_by_day(curve: SurvivalCurve, offset: NDArray[np.int64], place: int, days: int) -> NDArray[np.float64]:
    """How much each day adds to what is known of the curve up to a time: its part of Greenwood's sum, shape (days,).

    Young days add little: their cases have not been watched for long.
    """
    until = int(curve.first[place + 1]) if place + 1 < len(curve.first) else len(curve.order)
    left = curve.at_risk - curve.ended
    part = np.divide(1.0, curve.at_risk * left, out=np.zeros_like(left), where=left > 0)
    each = np.repeat(part[: place + 1], np.diff(np.append(curve.first[: place + 1], until)))
    return sum_by_day(offset[curve.order[:until]], np.where(curve.complete[:until], each, 0.0), days)


def days_of(information: NDArray[np.float64]) -> int:
    """The number of days that what is known stems from: those that hold the middle nine tenths of it, over 0.9."""
    if not information.any():
        return 0
    gathered = np.cumsum(information) / information.sum()
    edge = (1 - _MIDDLE) / 2
    return round(float(np.searchsorted(gathered, 1 - edge) - np.searchsorted(gathered, edge)) / _MIDDLE)


def moves_by_day(curve: SurvivalCurve, offset: NDArray[np.int64], days: int) -> DailyMoves:
    """What each day's cases have to do with where the curve runs, at up to MOST_MARKS of its times.

    A case moves the curve at t by −S(t) · [its own ending by t over those left then, less what was expected of it while
    it was at risk up to t]; the sum of the bracket over the cases of a day is one number of the table. What is expected
    is what befell the cases of its weekday: weekdays differ by plan and not by chance, and end at different ages.

    Source: Reid (1981), "Influence functions for censored data"; ours uses the form exact under ties (product limit),
    and the hazard of a weekday where FEWEST_ALIKE of its days are at risk, that of all where there are fewer.
    """
    k = len(curve.times)
    marks = np.linspace(0, k - 1, min(k, MOST_MARKS)).astype(np.intp)
    left = curve.at_risk - curve.ended
    inverse = np.divide(1.0, left, out=np.zeros_like(left), where=left > 0)
    place = np.repeat(np.arange(k), np.diff(np.append(curve.first, len(curve.order))))
    day = offset[curve.order]
    last_place = np.full(days, -1)
    np.maximum.at(last_place, day, place)
    expected = np.cumsum(_hazards_by_weekday(curve, place, day, last_place) * inverse, axis=1)
    cell = day * len(marks) + np.searchsorted(marks, np.arange(k))[place]
    each = np.where(curve.complete, inverse[place], 0.0) - expected[day % WEEK, place]
    size = days * len(marks)
    passed = np.bincount(cell, minlength=size).reshape(days, -1).cumsum(axis=1)
    moves = np.bincount(cell, weights=each, minlength=size).reshape(days, -1).cumsum(axis=1)
    moves -= expected[:, marks][np.arange(days) % WEEK] * (passed[:, -1:] - passed)
    greenwood = np.cumsum(curve.ended / curve.at_risk * inverse)
    return DailyMoves(marks, moves, curve.survival**2 * greenwood, _days_watched(last_place, k))


def _hazards_by_weekday(
    curve: SurvivalCurve, place: NDArray[np.intp], day: NDArray[np.int64], last_place: NDArray[np.intp]
) -> NDArray[np.float64]:
    """The share of the cases at risk that ended, by weekday and time, shape (WEEK, k)."""
    k = len(curve.times)
    hazards = np.tile(curve.ended / curve.at_risk, (WEEK, 1))
    for weekday in range(WEEK):
        is_own = day % WEEK == weekday
        at_risk = _from_here_on(np.bincount(place[is_own], minlength=k))
        days_at_risk = _days_watched(last_place[weekday::WEEK], k)
        ended = np.bincount(place[is_own & curve.complete], minlength=k)
        np.divide(ended, at_risk, out=hazards[weekday], where=days_at_risk >= FEWEST_ALIKE)
    return hazards


def _days_watched(last_place: NDArray[np.intp], k: int) -> NDArray[np.int64]:
    """How many of these days have a case at risk, at each of k times; −1 is a day without cases."""
    return _from_here_on(np.bincount(last_place[last_place >= 0], minlength=k))


def _from_here_on(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return counts[::-1].cumsum()[::-1]


def spread_of_curve(curve: SurvivalCurve, daily: DailyMoves, information: NDArray[np.float64]) -> CurveSpread:
    """The spread at every time, from contrasts that run in `information`; between marks a straight line is drawn."""
    days = days_of(information)
    table = contrasts_of(information, cosines_for(days))
    at_marks = np.mean((table @ daily.moves) ** 2, axis=0)
    relative = np.interp(np.arange(len(curve.times)), daily.marks, at_marks)
    return CurveSpread(curve.survival**2 * relative, daily.independent, daily.watched_days, len(table), days)
