"""The range of a share on the Wilson scale; never leaves 0 to 1.

Knows a share, how many independent cases it is worth, and a t quantile; nothing of days or metrics.
"""

from __future__ import annotations

import math

from metrics.intervals.daily_variance import NO_VARIATION, Spread
from metrics.intervals.level import Range, t_values


def ranges_of_share(share: float, spread: Spread, n: float) -> list[Range]:
    """The 95 % and the 80 % range of a share of `n` cases, at the effective size its spread implies."""
    size = effective_size(share, spread, n)
    return [wilson_range(share, size, t) for t in t_values(spread.degrees)]


def effective_size(share: float, spread: Spread, n: float) -> float:
    """The number of independent draws whose share would vary as this one does; `n` where the days show no variation.

    Source: Kish (1965), the design effect; ours takes the variance from the order of days and not only from clusters.
    """
    even = share * (1 - share)
    if spread.variance <= NO_VARIATION * even / n:
        return n
    return even / spread.variance


def wilson_range(share: float, size: float, t: float) -> Range:
    """The interval of a share (0–1) worth `size` independent draws, at ± `t` standard errors.

    Source: Wilson (1927). Ours puts Student's t in the place of the normal quantile and the effective size in the
    place of n, as Korn & Graubard (1998) do for the exact interval.
    """
    square = t * t
    centre = (share + square / (2 * size)) / (1 + square / size)
    half = t / (1 + square / size) * math.sqrt(share * (1 - share) / size + square / (4 * size * size))
    return max(0.0, min(centre - half, share)), min(1.0, max(centre + half, share))
