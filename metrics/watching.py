"""How much must be watched until a change of a given size would show; told from one published range.

A verdict needs a range of after − before that excludes 0 (`verdicts`), made by MOVER (`compare`): for a fall it ends at
change + √(before's lower arm² + after's upper arm²), for a rise likewise with the other arms. What the later side will
look like nobody knows; the plan takes it to spread as today, and an arm of m observations to be √(n/m) of one of n:

    change that is just called one = √(b² + a²·n/m)      b: arm before, a: arm after, at n observations

A true change of just that size is called one only every second time, as chance takes half of them below it. To be
called one in 4 of 5 it must be (z.975 + z.80)/z.975 = 1.43 times as large; all plans here are of that size.
Source: Bloom (1995), "Minimum detectable effects: a simple way to report the statistical power of experimental designs"
(2.8 standard errors); ours keeps the two arms of a range apart. Knows no metric and no calendar.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from metrics.verdicts import FIRM

REACH = (1.959964 + 0.841621) / 1.959964
"""By how much the planned size is above the one that is just called a change: it is then called one 4 times of 5."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A value of `n` observations with its 95 % range; a value at the edge of its range has an arm of 0."""

    value: float
    low: float
    high: float
    n: int

    def arms(self, *, falls: bool) -> tuple[float, float]:
        """The arms that count for a fall, or for a rise: of the side before, and of the side after at as many."""
        below, above = max(0.0, self.value - self.low), max(0.0, self.high - self.value)
        return (below, above) if falls else (above, below)


def smallest_change(before: Spread, observations: float, *, falls: bool) -> float | None:
    """The least change that so many later observations show in 4 of 5, in the unit of the value.

    None: fewer than 100 on a side, of which no verdict is spoken.
    """
    if observations < FIRM or before.n < FIRM:
        return None
    arm_before, arm_after = before.arms(falls=falls)
    return REACH * math.hypot(arm_before, arm_after * math.sqrt(before.n / observations))


def observations_needed(before: Spread, change: float) -> int | None:
    """How many later observations show such a change in 4 of 5; at least 100, as a verdict needs them.

    None: no number of them does, as what is known of the side before is too uncertain, or has fewer than 100 itself.
    """
    arm_before, arm_after = before.arms(falls=change < 0)
    room = (abs(change) / REACH) ** 2 - arm_before**2
    if room <= 0 or before.n < FIRM:
        return None
    return max(FIRM, math.ceil(before.n * arm_after**2 / room))
