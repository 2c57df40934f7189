"""How far cases that have not come yet may move a ratio of sums: as far as some more like the one that moves it most.

Knows amounts, bases and their ratio; nothing of days or metrics.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ENOUGH = 300
MORE_OF_FEW, MORE = 4.0, 1.0


@dataclass(frozen=True, slots=True)
class Push:
    """How far unseen cases may move a ratio down and up, both ≥ 0, in its unit."""

    down: float
    up: float


NO_PUSH = Push(0.0, 0.0)


def more_like_it(n: int) -> float:
    """How many unseen cases like the most telling one are allowed for: four below 300 observations, then one."""
    return MORE if n >= ENOUGH else MORE_OF_FEW


def push_of(amount: NDArray[np.float64], base: NDArray[np.float64] | float, value: float, total: float, n: int) -> Push:
    """What `more_like_it` further cases would do to value = Σamount/Σbase (`total` = Σbase), worst case either way.

    Where amounts are skewed, most samples lack the rare large case that makes up much of the mean, and the variance
    they show is too small for the same reason: a symmetric 95 % interval of a lognormal mean (σ 1.5) held the truth
    in 84 to 94 % of samples of 30 to 1,000, and missed upwards. The allowance vanishes as n grows.

    Source: our own, found on the grid of docs/coverage.md; the skewness corrections of Johnson (1978) and Hall (1992)
    estimate a third moment, which such samples lack just as well.
    """
    moved = (amount - value * base) / total
    more = more_like_it(n)
    return Push(more * max(0.0, -float(moved.min())), more * max(0.0, float(moved.max())))
