"""The range of a mean or of a ratio of sums.

Knows a value, its spread and how far unseen cases may push it; nothing of days or metrics.
"""

from __future__ import annotations

import math

from metrics.intervals.daily_variance import Spread
from metrics.intervals.level import Range, halves_of_spread
from metrics.intervals.unseen import Push


def ranges_of_ratio(value: float, spread: Spread, push: Push, *, is_positive: bool) -> list[Range]:
    """The 95 % and the 80 % range, in the unit of the value; relative where everything summed is ≥ 0.

    Unseen cases push the ends outwards. Where nothing can be below 0 they push the upper end only: small cases are
    many and have come.
    """
    halves = halves_of_spread(spread)
    if is_positive and value > 0:
        return [(low, high + push.up) for low, high in (relative_range(value, half) for half in halves)]
    return [(value - half - push.down, value + half + push.up) for half in halves]


def relative_range(value: float, half: float) -> Range:
    """value ×/÷ exp(half / value), for value > 0: the range never reaches 0.

    Source: the delta method on the logarithm, as for rate ratios in Rothman (1986), "Modern Epidemiology".
    """
    factor = math.exp(half / value)
    return value / factor, value * factor
