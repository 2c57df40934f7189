"""The range of a share on the Wilson scale; never leaves 0 to 1.

Knows a share, how many independent cases it is worth, its heaviest case, and a t quantile; nothing of days or metrics.
"""

from __future__ import annotations

import math

from metrics.intervals.daily_variance import NO_VARIATION, Spread
from metrics.intervals.level import Range, t_values
from metrics.intervals.unseen import NO_PUSH, Push

_ROUNDING = 1e-12


def ranges_of_share(share: float, spread: Spread, n: float, heaviest: float, push: Push = NO_PUSH) -> list[Range]:
    """The 95 % and the 80 % range of a share of `n` cases, at the effective size its spread implies.

    `heaviest` is the part of the base that the heaviest case carries (1/n where cases weigh alike). Where the share
    would be 0 or 1 without that one case, the range reaches there: a single exception may have been the only one.
    `push` is for cases that do not weigh alike; half of it goes to either side.
    """
    size = effective_size(share, spread, n)
    reach = max(push.down, push.up) / 2
    found = [wilson_range(share, size, t) for t in t_values(spread.degrees)]
    return [
        (
            0.0 if share - heaviest <= _ROUNDING else max(0.0, low - reach),
            1.0 if share + heaviest >= 1 - _ROUNDING else min(1.0, high + reach),
        )
        for low, high in found
    ]


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
