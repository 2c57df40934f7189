"""The variance of a total whose days follow each other, from its sums by day.

Knows one number per calendar day; knows neither cases nor metrics.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from metrics.intervals.contrasts import even_contrasts

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
        return f"daily sums, {self.degrees} equal-weighted cosines over {self.days} days, weekdays out, Student t"


def sum_by_day(offset: NDArray[np.int64], weight: NDArray[np.float64] | None, days: int) -> NDArray[np.float64]:
    """One sum per calendar day, shape (days,): of `weight`, or of ones; days without observations are 0 sums."""
    return np.bincount(offset, weights=weight, minlength=days).astype(np.float64, copy=False)


def variance_of_total(daily: NDArray[np.float64]) -> Spread:
    """Variance of the sum over all days of a series with mean zero, shape (G,), G ≥ 2: see `contrasts_of`.

    Sums over the cases of a day go in, so that dependence within a day is counted without being modelled; between days
    the contrasts count it. Each contrast is one degree of freedom.
    """
    weighted = even_contrasts(len(daily)) @ daily
    return Spread(float(np.mean(weighted**2)), len(weighted), len(daily))


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
