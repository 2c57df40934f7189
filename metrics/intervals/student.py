"""Quantiles of Student's t for whole degrees of freedom; knows no data.

Kept here because this room needs numpy only; the test holds it against scipy.
"""

from __future__ import annotations

import math
from functools import lru_cache

_STEPS = 200


@lru_cache(maxsize=1024)
def student_quantile(level: float, degrees: int) -> float:
    """The t that holds `level` (0–1) of the distribution between −t and t.

    Source: Abramowitz & Stegun (1964), 26.7.3 and 26.7.4, the finite sums for whole degrees of freedom; ours halves an
    interval of the angle θ = atan(t/√degrees) until floats run out instead of using an approximation.

    Raises:
        ValueError: `level` is not between 0 and 1, or `degrees` is below 1.
    """
    if not 0 < level < 1 or degrees < 1:
        raise ValueError(f"level {level} and degrees {degrees}: expected 0 < level < 1 and degrees >= 1")
    below, above = 0.0, math.pi / 2
    for _ in range(_STEPS):
        middle = (below + above) / 2
        if middle in (below, above):
            break
        below, above = (middle, above) if _held_within(middle, degrees) < level else (below, middle)
    return math.sqrt(degrees) * math.tan((below + above) / 2)


def _held_within(angle: float, degrees: int) -> float:
    """P(−t < T < t) with t = √degrees · tan(angle)."""
    sine, cosine = math.sin(angle), math.cos(angle)
    is_odd = degrees % 2 == 1
    term = cosine if is_odd else 1.0
    total = 0.0
    for k in range(2 if not is_odd else 3, degrees + 1, 2):
        total += term
        term *= (k - 1) / k * cosine * cosine
    return 2 / math.pi * (angle + sine * total) if is_odd else sine * total
