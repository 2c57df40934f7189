"""Durations with open work counted: Kaplan–Meier curves and their quantiles.

Knows amounts of which some are still growing; knows no metric, no unit and no clock.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.errors import ContractError
from metrics.intervals.border import border_of
from metrics.intervals.daily_variance import spread_of_ratio, sum_by_day
from metrics.intervals.level import Range, halves_of_spread
from metrics.intervals.quantile import fewest_for_range, spread_or_independent
from metrics.intervals.result import with_interval, without_interval, without_value
from metrics.metric import Observations, Statistic, Summary
from metrics.summarise import NOTHING_OBSERVED, QUANTILES

TOO_MUCH_OPEN = "too much work is still open"
_ROUNDING = 1e-12  # products of (1 − d/Y) miss 1 − p by less than this


@dataclass(frozen=True, slots=True)
class _Curve:
    """At each distinct time, ascending: how many were still in hand just before, how many ended, what share is left.

    `place` and `complete` are per case: the position of its time, and whether it ended there.
    """

    times: NDArray[np.float64]
    place: NDArray[np.intp]
    complete: NDArray[np.bool_]
    at_risk: NDArray[np.int64]
    ended: NDArray[np.int64]
    survival: NDArray[np.float64]

    def time_at(self, p: float) -> float | None:
        """The first time by which at least the share p has ended; None when it never has."""
        reached = np.flatnonzero(self.survival <= 1 - p + _ROUNDING)
        return float(self.times[reached[0]]) if len(reached) else None


def kaplan_meier(
    amount: NDArray[np.float64], complete: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distinct durations, ascending, and the share still open just after each; both of shape (k,), k ≤ n.

    `complete` False is a duration seen so far: the case is open and counts as at risk up to and including it.

    Source: Kaplan & Meier (1958), "Nonparametric estimation from incomplete observations"; ours lists times at which
    only open work drops out too, as lifelines does, and leaves out time 0 unless it is observed.

    Raises:
        ContractError: an amount is no finite number.
    """
    curve = _trace(amount, complete)
    return curve.times, curve.survival


def summarise_survival(observations: Observations, statistic: Statistic) -> Summary:
    """p50, p85 or p90 of durations, counting open work as at least as long as it has been open.

    The quantile is the first duration by which the share p has ended (no line is drawn between steps, unlike
    `summarise`, so that open work is never interpolated). `n` counts ended and open. Where the curve does not fall
    that far the value is None: too much work is still open; where only the interval's upper end lies beyond, there is
    no interval. In a period hardly older than the quantile itself those that still get one are the quick draws: in
    simulation 52 % of them held the truth, three quarters of all trials having none; with room they held 93–96 %.

    Raises:
        ContractError: the statistic is no quantile, or an amount is no finite number.
    """
    if statistic not in QUANTILES:
        raise ContractError(f"{statistic} has no reading that counts open work; expected {', '.join(QUANTILES)}.")
    n, p = len(observations), QUANTILES[statistic]
    if n == 0:
        return without_value(statistic, NOTHING_OBSERVED)
    curve = _trace(observations.amount, observations.complete)
    value = curve.time_at(p)
    if value is None:
        return without_value(statistic, TOO_MUCH_OPEN, n)
    offset, days = observations.day - observations.first_day, observations.until_day - observations.first_day
    by_day = sum_by_day(offset, None, days)
    if border := border_of(n, by_day, fewest_for_range(p)):
        return without_interval(statistic, value, n, border)
    moved = sum_by_day(offset, _influence_at(curve, value), days)
    spread = spread_or_independent(spread_of_ratio(moved, by_day), p, n)
    ranges = [found for half in halves_of_spread(spread) if (found := _range_of(curve, p, half)) is not None]
    if len(ranges) < 2:
        return without_interval(statistic, value, n, "no interval: open work hides its upper end")
    return with_interval(statistic, value, n, ranges, f"Kaplan–Meier curve mapped back, {spread.method}")


def _influence_at(curve: _Curve, time: float) -> NDArray[np.float64]:
    """How far each case moves the share still open at `time`, times n; shape (n,), summing to 0.

    −S(t) · [δ·1{x ≤ t}/(Y − d) − Σ_{s ≤ min(x, t)} d/(Y·(Y − d))] · n: the case's own ending, less what was expected of
    it while it was at risk. Without open work it is 1{x > t} − S(t), the influence of a plain quantile.

    Source: Reid (1981), "Influence functions for censored data"; ours uses the form exact under ties (product limit).
    """
    n = len(curve.place)
    within = int(np.searchsorted(curve.times, time, side="right"))
    if within == 0 or curve.survival[within - 1] <= 0:
        return np.zeros(n)
    left = (curve.at_risk - curve.ended)[:within].astype(np.float64)
    expected = np.cumsum(curve.ended[:within] / (curve.at_risk[:within] * left))
    passed = np.minimum(curve.place, within - 1)
    own = np.where(curve.complete & (curve.place < within), 1 / left[passed], 0.0)
    influence: NDArray[np.float64] = -curve.survival[within - 1] * n * (own - expected[passed])
    return influence


def _trace(amount: NDArray[np.float64], complete: NDArray[np.bool_]) -> _Curve:
    if not np.isfinite(amount).all():
        raise ContractError("A duration is no finite number; give open work its age so far.")
    times, place, count = np.unique(amount, return_inverse=True, return_counts=True)
    ended = np.bincount(place, weights=complete, minlength=len(times)).astype(np.int64)
    at_risk = np.cumsum(count[::-1])[::-1]  # still in hand: this time and every later one
    survival: NDArray[np.float64] = np.cumprod(1 - ended / at_risk).astype(np.float64)
    return _Curve(times, place, complete, at_risk, ended, survival)


def _range_of(curve: _Curve, p: float, half: float) -> Range | None:
    low, high = curve.time_at(max(p - half, 0.0)), curve.time_at(min(p + half, 1.0))
    return None if low is None or high is None else (low, high)
