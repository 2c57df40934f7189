"""The two levels every value is published at, 95 % and 80 %, and how wide they are in standard errors.

Knows degrees of freedom; knows no data.
"""

from __future__ import annotations

import math

from metrics.intervals.daily_variance import Spread
from metrics.intervals.student import student_quantile

LEVELS = (0.95, 0.80)
Range = tuple[float, float]


def t_values(degrees: int) -> list[float]:
    """Student's t for each of LEVELS."""
    return [student_quantile(level, degrees) for level in LEVELS]


def halves_of_spread(spread: Spread) -> list[float]:
    """Half the width of a symmetric interval at each of LEVELS: t standard errors."""
    error = math.sqrt(spread.variance)
    return [t * error for t in t_values(spread.degrees)]
