"""The range of a quantile of a survival curve: every time that the curve does not contradict.

Knows a curve and its spread; knows no days and no metric.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.intervals.curve_spread import CurveSpread
from metrics.intervals.daily_variance import NO_VARIATION
from metrics.intervals.level import Range, t_values
from metrics.survival_curve import SurvivalCurve

FEWEST_AT_RISK = 10
LEAST_WATCHED = 0.05
FEWEST_WATCHED_DAYS = 10
LEAST_ROOM = 1.25
AMPLE = 1.6
CAREFUL = 1.4
_ROUNDING = 1e-9


def ranges_on_curve(curve: SurvivalCurve, p: float, spread: CurveSpread) -> list[Range] | None:
    """The 95 % and the 80 % range of the p-quantile; None where open work hides the upper end.

    A time is contradicted where the curve there is further from 1 − p than t standard errors, the variance being taken
    to what it would be at 1 − p. The range runs from the first time that is not contradicted to the first, past the
    quantile, that is again.

    Sight ends where fewer than FEWEST_AT_RISK cases are in hand, or fewer than LEAST_WATCHED of all or cases of fewer
    than FEWEST_WATCHED_DAYS days were watched as long: few days that follow each other know little, however many their
    cases. `room` is how far below 1 − p the curve falls within sight, in half widths, with a variance never below that
    of independent cases. Below LEAST_ROOM there is no range. Below AMPLE those periods that get one are those with
    quick draws, so the variance keeps that floor and the upper end is set up to CAREFUL as far out.
    """
    place = curve.place_of(p)
    end = _end_of_sight(curve, spread.watched_days)
    if place is None or end <= place:
        return None
    wide, narrow = t_values(spread.degrees)
    floor = NO_VARIATION * p * (1 - p) / len(curve.order)
    distance = _distance(curve, p, np.maximum(spread.variance, floor))
    careful = _distance(curve, p, np.maximum(spread.variance, spread.independent))
    room = -float(careful[place:end].min()) / wide
    if room < LEAST_ROOM:
        return None
    further = 1.0
    if room < AMPLE:
        distance, further = careful, min(CAREFUL, room)
    return [_range_within(curve, distance, place, t, further * t) for t in (wide, narrow)]


def _end_of_sight(curve: SurvivalCurve, watched_days: NDArray[np.int64]) -> int:
    """The position just after the last time at which enough cases were in hand, and watched for as long."""
    before = np.concatenate(([1.0], curve.survival[:-1]))
    with np.errstate(divide="ignore"):
        watched = curve.at_risk / before / len(curve.order)
    is_seen = (curve.at_risk >= FEWEST_AT_RISK) & (watched >= LEAST_WATCHED) & (curve.survival > 0)
    is_seen &= watched_days >= FEWEST_WATCHED_DAYS
    seen = np.flatnonzero(is_seen)
    return int(seen[-1]) + 1 if len(seen) else 0


def _distance(curve: SurvivalCurve, p: float, variance: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the curve lies above 1 − p at each time, in standard errors; infinite where it is 1, or 0."""
    even = curve.survival * (1 - curve.survival)
    is_inside = (even > 0) & (variance > 0)
    error = np.sqrt(np.divide(variance * p * (1 - p), even, out=np.ones_like(even), where=is_inside))
    apart = curve.survival - (1 - p)
    return np.where(is_inside, apart / error, np.copysign(np.inf, apart))


def _range_within(curve: SurvivalCurve, distance: NDArray[np.float64], place: int, below: float, above: float) -> Range:
    first = int(np.flatnonzero(distance <= below)[0])
    last = place + int(np.flatnonzero(distance[place:] <= _ROUNDING - above)[0])
    return float(curve.times[first]), float(curve.times[last])
