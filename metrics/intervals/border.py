"""Where no interval can be defended: too few observations, or too few days that hold any.

Knows counts only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FEWEST_OBSERVATIONS = 5
FEWEST_DAYS = 8


def border_of(n: int, by_day: NDArray[np.float64], fewest: int = FEWEST_OBSERVATIONS) -> str | None:
    """Why `n` observations, counted `by_day` with shape (G,), get no interval; None when they get one.

    Four cosines need more than a week of days to tell a quiet day from a quiet week: below 8 days with observations
    the variance is a guess, and one busy day among empty ones would even look certain.
    """
    needed = max(fewest, FEWEST_OBSERVATIONS)
    if n < needed:
        return f"no interval below {needed} observations"
    if np.count_nonzero(by_day) < FEWEST_DAYS:
        return f"no interval below {FEWEST_DAYS} days with observations"
    return None
