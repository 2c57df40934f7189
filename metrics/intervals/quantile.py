"""Quantiles of durations and their ranges, read off one sorted array.

Knows order statistics; knows no days and no units.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from metrics.intervals.daily_variance import NO_VARIATION, Spread

_RISK = 0.025  # at either end of a 95 % range


def read_quantile(ordered: NDArray[np.float64], p: float) -> float:
    """The p-quantile of an ascending array (n ≥ 1): linear between order statistics, p·(n−1) steps from the first.

    Source: Hyndman & Fan (1996), definition 7: numpy's default and DuckDB's quantile_cont.
    """
    place = min(max(p, 0.0), 1.0) * (len(ordered) - 1)
    left = math.floor(place)
    low = float(ordered[left])
    part = place - left
    if part == 0.0:
        return low
    high = float(ordered[left + 1])
    # Written as numpy does it, and bounded, so that rounding never leaves [low, high].
    value = low + (high - low) * part if part < 0.5 else high - (high - low) * (1 - part)
    return min(max(value, low), high)


def range_of_quantile(ordered: NDArray[np.float64], p: float, half: float) -> tuple[float, float]:
    """The values at p − half and p + half, clipped to the smallest and largest; they enclose the p-quantile.

    Source: Woodruff (1952), "Confidence intervals for medians and other position measures": an interval for the share
    at or below the quantile, mapped back through the empirical quantile function. It needs no density.
    """
    return read_quantile(ordered, p - half), read_quantile(ordered, p + half)


def fewest_for_range(p: float) -> int:
    """The n from which the largest (or smallest) of n draws bounds the p-quantile at 97.5 %: 6 for p50, 36 for p90."""
    return math.ceil(math.log(_RISK) / math.log(max(p, 1 - p)))


def spread_or_independent(spread: Spread, p: float, n: int) -> Spread:
    """The spread of the share below a quantile; that of `n` independent draws where the days show none at all.

    Without it a period in which every day looks alike, or most amounts are tied, would claim to be certain.
    """
    independent = p * (1 - p) / n
    return spread if spread.variance > NO_VARIATION * independent else replace(spread, variance=independent)
