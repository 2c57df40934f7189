"""The variance of a total whose days resemble each other and follow each other: equal-weighted cosines over daily sums.

Knows one number per calendar day; knows neither cases nor metrics.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

FEWEST_COSINES = 4
NO_VARIATION = 1e-9  # of the variance of independent draws: below it only rounding is left


@dataclass(frozen=True, slots=True)
class Spread:
    """A variance, the degrees of freedom it was estimated with, and the calendar days it was read from."""

    variance: float
    degrees: int
    days: int

    @property
    def method(self) -> str:
        """For the technical notes."""
        return f"daily sums, {self.degrees} equal-weighted cosines over {self.days} days, Student t"


def sum_by_day(offset: NDArray[np.int64], weight: NDArray[np.float64] | None, days: int) -> NDArray[np.float64]:
    """One sum per calendar day, shape (days,): of `weight`, or of ones; days without observations are 0 sums."""
    return np.bincount(offset, weights=weight, minlength=days).astype(np.float64, copy=False)


def cosines_for(days: int) -> int:
    """B, the number of cosines and degrees of freedom: max(4, ⌈0.41·G^(2/3)⌉), always below G."""
    return min(max(FEWEST_COSINES, math.ceil(0.41 * math.pow(days, 2 / 3))), days - 1)


def variance_of_total(daily: NDArray[np.float64]) -> Spread:
    """Variance of the sum over all days of a series with mean zero, shape (G,), G ≥ 2.

    Λ_j = √(2/G)·Σ_t cos(πj(t−½)/G)·x_t for j = 1…B (type-II cosine transform); the long-run variance of a day is the
    mean of Λ_j², that of the total G times it; B degrees of freedom.

    Source: Lazarus, Lewis, Stock & Watson (2018), "HAR Inference: Recommendations for Practice", with their rule for B.
    Ours keeps at least 4 cosines, so that short periods get a wide interval and not an absurd one, and feeds sums
    over the cases of a day, so that dependence within a day is counted without being modelled.
    """
    days = len(daily)
    table = _cosine_table(days, cosines_for(days))
    weights = table @ (daily - daily.mean())
    return Spread(days * float(np.mean(weights**2)), len(weights), days)


def span_of(is_held: NDArray[np.bool_]) -> slice:
    """The days from the first to the last that holds anything, from one flag per calendar day of the window.

    Quiet days within count; the empty edge of a window that has just begun does not. Over the whole window, slow
    cosines are flat where the data lies and see no variance: 10 days of work in a window of 90 then covered 57–62 %.
    """
    held = np.flatnonzero(is_held)
    return slice(int(held[0]), int(held[-1]) + 1) if len(held) else slice(0, 0)


def spread_of_ratio(over: NDArray[np.float64], under: NDArray[np.float64]) -> Spread:
    """Spread of r = Σover/Σunder from daily sums, both of shape (G,), Σunder ≠ 0, in the squared unit of r.

    Each case moves r by (a − r·b)/Σb; G here counts the days of `span_of` the data. A mean is the ratio with b = 1, a
    share of cases too, and the share of cases at or below a quantile likewise, so this one serves every statistic.

    Source: linearisation of a ratio, Cochran (1977), "Sampling Techniques", 6.4; ours puts the variance of days in
    order in the place of the one of independent draws.
    """
    span = span_of((over != 0) | (under != 0))
    base = float(under.sum())
    total = variance_of_total((over - float(over.sum()) / base * under)[span])
    return replace(total, variance=total.variance / base**2)


@lru_cache(maxsize=64)
def _cosine_table(days: int, count: int) -> NDArray[np.float64]:
    """Shape (count, days); kept because a run asks for the same few period lengths thousands of times."""
    middle = np.arange(days) + 0.5
    order = np.arange(1, count + 1)
    table: NDArray[np.float64] = math.sqrt(2 / days) * np.cos(np.pi / days * np.outer(order, middle))
    table.flags.writeable = False
    return table
