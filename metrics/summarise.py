"""Observations → Summary: one value with its 95 % and 80 % interval, written once for every metric.

Knows the statistics and when an interval cannot be defended; knows no metric, no unit and no period name.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from metrics.errors import ContractError
from metrics.intervals.border import FEWEST_FOR_SUMS, FEWEST_OBSERVATIONS, border_of
from metrics.intervals.daily_variance import spread_of_ratio, sum_by_day
from metrics.intervals.level import halves_of_spread
from metrics.intervals.quantile import fewest_for_range, range_of_quantile, read_quantile, spread_or_independent
from metrics.intervals.ratio import ranges_of_ratio
from metrics.intervals.result import with_interval, without_interval, without_value
from metrics.intervals.share import ranges_of_share
from metrics.intervals.unseen import NO_PUSH, Push, push_of
from metrics.metric import Observations, Statistic, Summary

QUANTILES = {Statistic.P50: 0.5, Statistic.P85: 0.85, Statistic.P90: 0.9}
NOTHING_OBSERVED = "nothing observed in this period"
NOTHING_ENDED = "nothing ended in this period: everything observed is still open"
NOTHING_TO_DIVIDE_BY = "nothing to divide by in this period"


def summarise(observations: Observations, statistic: Statistic) -> Summary:
    """One statistic of the observations; see `summarise_all`."""
    return summarise_all(observations, (statistic,))[0]


def summarise_all(observations: Observations, statistics: Iterable[Statistic]) -> list[Summary]:
    """Several statistics of the same observations, in the order asked for; amounts are sorted once.

    p50, p85, p90 and mean are of `amount` over complete observations; share, ratio and unit_cost are Σamount/Σbase over
    all; count is the number of observations. No data gives value None with a reason, never 0.

    Raises:
        ContractError: a day outside the window, an amount or base that is no finite number, a share outside 0–1.
    """
    sample = _Sample(observations)
    return [_summarise(sample, statistic) for statistic in statistics]


class _Sample:
    """Observations with what several statistics share, computed when first asked for."""

    def __init__(self, observations: Observations) -> None:
        self.size = len(observations)
        self.days = observations.until_day - observations.first_day
        self.offset = observations.day - observations.first_day
        if self.size and (self.offset.min() < 0 or self.offset.max() >= self.days):
            raise ContractError("An observation lies outside its window; cut observations and window by the same days.")
        self._observations = observations

    @cached_property
    def ended(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Amounts and day offsets of complete observations."""
        complete = self._observations.complete
        if complete.all():
            return _finite("amount", self._observations.amount), self.offset
        return _finite("amount", self._observations.amount[complete]), self.offset[complete]

    @cached_property
    def ordered(self) -> NDArray[np.float64]:
        """Amounts of complete observations, ascending."""
        return np.sort(self.ended[0])

    @cached_property
    def ended_by_day(self) -> NDArray[np.float64]:
        """Complete observations per day."""
        return sum_by_day(self.ended[1], None, self.days)

    @cached_property
    def sums(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Amount and base per day, over all observations."""
        amount = _finite("amount", self._observations.amount)
        base = _finite("base", self._observations.base)
        return sum_by_day(self.offset, amount, self.days), sum_by_day(self.offset, base, self.days)

    @cached_property
    def counted(self) -> NDArray[np.bool_]:
        """Observations that move Σamount or Σbase at all."""
        counted: NDArray[np.bool_] = (self._observations.amount != 0) | (self._observations.base != 0)
        return counted

    @property
    def counted_by_day(self) -> NDArray[np.float64]:
        """Observations that count, per day."""
        return sum_by_day(self.offset[self.counted], None, self.days)

    @property
    def heaviest(self) -> float:
        """The largest base of one observation."""
        return float(self._observations.base.max())

    @property
    def weighs_alike(self) -> bool:
        """Has every observation that counts the same base?"""
        return bool(self._observations.base[self.counted].min() == self.heaviest)

    def push(self, value: float, total: float, n: int) -> Push:
        """How far unseen cases may move Σamount/Σbase."""
        return push_of(self._observations.amount, self._observations.base, value, total, n)


def _summarise(sample: _Sample, statistic: Statistic) -> Summary:
    if sample.size == 0:
        return without_value(statistic, NOTHING_OBSERVED)
    if statistic is Statistic.COUNT:
        return without_interval(statistic, float(sample.size), sample.size, "a count of all cases, not an estimate")
    if statistic in (Statistic.SHARE, Statistic.RATIO, Statistic.UNIT_COST):
        return _ratio(sample, statistic)
    if len(sample.ended[0]) == 0:
        return without_value(statistic, NOTHING_ENDED)
    return _mean(sample) if statistic is Statistic.MEAN else _quantile(sample, statistic)


def _quantile(sample: _Sample, statistic: Statistic) -> Summary:
    p = QUANTILES[statistic]
    amount, offset = sample.ended
    n = len(amount)
    value = read_quantile(sample.ordered, p)
    if border := border_of(n, sample.ended_by_day, fewest_for_range(p)):
        return without_interval(statistic, value, n, border)
    below = sum_by_day(offset[amount <= value], None, sample.days)
    spread = spread_or_independent(spread_of_ratio(below, sample.ended_by_day), p, n)
    ranges = [range_of_quantile(sample.ordered, p, half) for half in halves_of_spread(spread)]
    return with_interval(statistic, value, n, ranges, f"share below the quantile mapped back, {spread.method}")


def _mean(sample: _Sample) -> Summary:
    amount, offset = sample.ended
    value = float(amount.mean())
    if border := border_of(len(amount), sample.ended_by_day, FEWEST_FOR_SUMS):
        return without_interval(Statistic.MEAN, value, len(amount), border)
    spread = spread_of_ratio(sum_by_day(offset, amount, sample.days), sample.ended_by_day)
    push = push_of(amount, 1.0, value, len(amount), len(amount))
    ranges = ranges_of_ratio(value, spread, push, is_positive=bool(amount.min() >= 0))
    return with_interval(Statistic.MEAN, value, len(amount), ranges, f"mean, {spread.method}")


def _ratio(sample: _Sample, statistic: Statistic) -> Summary:
    over, under = sample.sums
    base, n = float(under.sum()), int(np.count_nonzero(sample.counted))
    if base == 0:
        return without_value(statistic, NOTHING_TO_DIVIDE_BY, n)
    value = float(over.sum()) / base
    if statistic is Statistic.SHARE and not 0 <= value <= 1:
        raise ContractError(f"A share came out as {value}; its amount must lie between 0 and its base.")
    is_plain = statistic is Statistic.SHARE and sample.weighs_alike
    if border := border_of(n, sample.counted_by_day, FEWEST_OBSERVATIONS if is_plain else FEWEST_FOR_SUMS):
        return without_interval(statistic, value, n, border)
    spread = spread_of_ratio(over, under)
    push = NO_PUSH if is_plain else sample.push(value, base, n)
    if statistic is Statistic.SHARE:
        ranges = ranges_of_share(value, spread, n, sample.heaviest / base, push)
        return with_interval(statistic, value, n, ranges, f"Wilson scale at the effective size, {spread.method}")
    ranges = ranges_of_ratio(value, spread, push, is_positive=bool(over.min() >= 0 and under.min() >= 0))
    return with_interval(statistic, value, n, ranges, f"ratio of sums, {spread.method}")


def _finite(name: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
    if not np.isfinite(values).all():
        raise ContractError(
            f"Column {name!r} holds a value that is no finite number; leave unknown rows out of the query."
        )
    return values
