"""Two summaries → Difference: after minus before, with intervals and the verdict, written once for every cut.

Knows two summaries only; release, quarter, team and pilot differ in where the caller cut.
"""

from __future__ import annotations

import math

from metrics.errors import ContractError
from metrics.metric import Better, Difference, Summary
from metrics.verdicts import Range, judge

NO_RANGE: Range = (None, None)


def compare(before: Summary, after: Summary, *, better: Better, unit: str, meaningful: float) -> Difference:
    """What changed from `before` to `after`, in the unit of the value; `meaningful` is the least change that matters.

    No value on a side gives a difference of None, no interval on a side gives none here; the verdict says which.

    Raises:
        ContractError: the summaries are of two different statistics.
        MetricError: `meaningful` is negative or no number.
    """
    if before.statistic is not after.statistic:
        raise ContractError(f"A {before.statistic} cannot be compared with a {after.statistic}; summarise both alike.")
    change = None if before.value is None or after.value is None else after.value - before.value
    range95 = mover(before.value, before.low, before.high, after.value, after.low, after.high)
    range80 = mover(before.value, before.low80, before.high80, after.value, after.low80, after.high80)
    verdict = judge(before, after, range95, range80, better=better, unit=unit, meaningful=meaningful)
    return Difference(before, after, change, *range95, *range80, verdict)


def mover(
    before: float | None, before_low: float | None, before_high: float | None,
    after: float | None, after_low: float | None, after_high: float | None,
) -> Range:  # fmt: skip
    """The range of after − before at the level of the two given ranges; (None, None) where anything is missing.

    Source: Zou & Donner (2008), "Construction of confidence limits about effect measures: a general approach" (MOVER,
    the method of variance estimates recovery). Each limit takes the arm that points its way, so skewed ranges stay
    skewed. Ours takes the two sides as independent, which also holds for neighbouring periods up to the few days
    around the cut.
    """
    if before is None or before_low is None or before_high is None:
        return NO_RANGE
    if after is None or after_low is None or after_high is None:
        return NO_RANGE
    change = after - before
    return (
        change - math.hypot(after - after_low, before_high - before),
        change + math.hypot(after_high - after, before - before_low),
    )
