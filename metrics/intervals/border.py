"""Where no interval can be defended: too few observations, or too few days that hold any.

Knows counts only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.intervals.daily_variance import span_of

FEWEST_OBSERVATIONS = 5
FEWEST_FOR_SUMS = 30
FEWEST_DAYS = 21
FEWEST_HELD_DAYS = 8


def border_of(n: int, by_day: NDArray[np.float64], fewest: int = FEWEST_OBSERVATIONS) -> str | None:
    """Why `n` observations, counted `by_day` with shape (G,), get no interval; None when they get one.

    Three weeks are the shortest period that shows each weekday often enough to tell it from chance, and five
    observations, or 30 where amounts of any size are summed, the fewest with which every cell of docs/coverage.md
    holds. One busy day among empty ones would even look certain.
    """
    needed = max(fewest, FEWEST_OBSERVATIONS)
    if n < needed:
        return f"no interval below {needed} observations"
    span = by_day[span_of(by_day != 0)]
    if len(span) < FEWEST_DAYS or np.count_nonzero(span) < FEWEST_HELD_DAYS:
        return f"no interval below {FEWEST_DAYS} days from first to last, {FEWEST_HELD_DAYS} of them with observations"
    return None
