"""Durations with open work counted: quantiles of the Kaplan–Meier curve, with their intervals.

Knows amounts of which some are still growing; knows no metric, no unit and no clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from metrics.errors import ContractError
from metrics.intervals.border import FEWEST_DAYS, border_of
from metrics.intervals.curve_range import ranges_on_curve
from metrics.intervals.curve_spread import DailyMoves, days_of, information_by_day, moves_by_day, spread_of_curve
from metrics.intervals.daily_variance import spread_of_ratio, sum_by_day
from metrics.intervals.level import Range, halves_of_spread
from metrics.intervals.quantile import fewest_for_range, spread_or_independent
from metrics.intervals.result import with_interval, without_interval, without_value
from metrics.metric import Observations, Statistic, Summary
from metrics.summarise import NOTHING_OBSERVED, QUANTILES
from metrics.survival_curve import SurvivalCurve, trace_curve

TOO_MUCH_OPEN = "too much work is still open"
MEDIAN = 0.5
FEWEST_DAYS_OF_TAIL = 35
"""The oldest days alone know how long the slowest take; of fewer that follow each other, chance has too much a say."""
HIDDEN = "no interval: open work hides its upper end"


def summarise_survival(observations: Observations, statistic: Statistic) -> Summary:
    """One of p50, p85 and p90; see `summarise_survivals`."""
    return summarise_survivals(observations, (statistic,))[0]


def summarise_survivals(observations: Observations, statistics: Iterable[Statistic]) -> list[Summary]:
    """p50, p85 and p90 of durations, counting open work as at least as long as it has been open.

    The quantile is the first duration by which the share p has ended (no line is drawn between steps, unlike
    `summarise`, so that open work is never interpolated). `n` counts ended and open. Where the curve does not fall
    that far the value is None: too much work is still open. Where only the interval's upper end lies beyond what was
    watched, there is no interval: see `ranges_on_curve`, and docs/coverage.md for how often intervals hold.

    Raises:
        ContractError: a statistic is no quantile, or an amount is no finite number.
    """
    wanted = list(statistics)
    for statistic in wanted:
        if statistic not in QUANTILES:
            raise ContractError(f"{statistic} has no reading that counts open work; expected {', '.join(QUANTILES)}.")
    if len(observations) == 0:
        return [without_value(statistic, NOTHING_OBSERVED) for statistic in wanted]
    sample = _Sample(observations)
    return [_summarise(sample, statistic) for statistic in wanted]


class _Sample:
    """Observations with what several quantiles share, computed when first asked for."""

    def __init__(self, observations: Observations) -> None:
        self.curve = trace_curve(observations.amount, observations.complete)
        self.days = observations.until_day - observations.first_day
        self.offset = observations.day - observations.first_day
        self.by_day = sum_by_day(self.offset, None, self.days)

    @cached_property
    def moves(self) -> DailyMoves:
        """What each day's cases have to do with the curve."""
        return moves_by_day(self.curve, self.offset, self.days)


def _summarise(sample: _Sample, statistic: Statistic) -> Summary:
    curve, p = sample.curve, QUANTILES[statistic]
    n, place = len(curve.order), curve.place_of(p)
    if place is None:
        return without_value(statistic, TOO_MUCH_OPEN, n)
    value = float(curve.times[place])
    if border := border_of(n, sample.by_day, fewest_for_range(p)):
        return without_interval(statistic, value, n, border)
    if curve.complete.all():
        return _all_ended(sample, statistic, place)
    information = information_by_day(curve, sample.offset, place, sample.days)
    fewest_days = FEWEST_DAYS if p <= MEDIAN else FEWEST_DAYS_OF_TAIL
    if days_of(information) < fewest_days:
        return without_interval(statistic, value, n, f"no interval below {fewest_days} days that tell of its end")
    spread = spread_of_curve(curve, sample.moves, information)
    ranges = ranges_on_curve(curve, p, spread)
    if ranges is None:
        return without_interval(statistic, value, n, HIDDEN)
    method = f"times the Kaplan–Meier curve does not contradict, {spread.method}"
    return with_interval(statistic, value, n, ranges, method)


def _all_ended(sample: _Sample, statistic: Statistic, place: int) -> Summary:
    """Nothing is open: the range of a plain quantile, mapped back through the curve."""
    curve, p = sample.curve, QUANTILES[statistic]
    n = len(curve.order)
    until = int(curve.first[place + 1]) if place + 1 < len(curve.first) else n
    below = sum_by_day(sample.offset[curve.order[:until]], None, sample.days)
    spread = spread_or_independent(spread_of_ratio(below, sample.by_day), p, n)
    ranges = [_mapped(curve, p, half) for half in halves_of_spread(spread)]
    value = float(curve.times[place])
    return with_interval(statistic, value, n, ranges, f"share below the quantile mapped back, {spread.method}")


def _mapped(curve: SurvivalCurve, p: float, half: float) -> Range:
    """The times by which the shares p ∓ half have ended; the last at the latest, for all have."""
    low, high = curve.time_at(max(p - half, 0.0)), curve.time_at(min(p + half, 1.0))
    last = float(curve.times[-1])
    return (last if low is None else low, last if high is None else high)
