"""Many comparisons at once: how often chance alone moves so far, and which of a family remain when all are counted.

Knows differences and verdicts; knows no metric and no table.

Of twenty segments one looks changed at 95 % where nothing changed. So the p-values of a family, all comparisons a
reader meets together, are adjusted by Benjamini & Hochberg (1995), "Controlling the false discovery rate". Its
guarantee needs positive dependence, and that is what is here: tests of a family share cases and days, and two-sided
p-values of jointly normal estimates rise and fall together whatever the sign of the correlation. Benjamini & Yekutieli
(2001) would hold under any dependence, at the price of 1 + 1/2 + … + 1/m: nearly five times as strict for 60 tests.
Measured in tests/metrics/test_discovery.py on correlated tests without any effect.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from metrics.intervals.student import student_quantile
from metrics.metric import Difference, Verdict

SURE, LIKELY = 0.05, 0.20
"""The risks of the two published levels: a sure word needs an adjusted p of the first, a likely one of the second."""
_FEWEST, _MOST = 4, 30  # degrees of freedom that intervals of this room have, near enough
_LIKELY = {
    Verdict.FASTER: Verdict.LIKELY_FASTER, Verdict.SLOWER: Verdict.LIKELY_SLOWER,
    Verdict.CHEAPER: Verdict.LIKELY_CHEAPER, Verdict.DEARER: Verdict.LIKELY_DEARER,
    Verdict.BETTER: Verdict.LIKELY_BETTER, Verdict.WORSE: Verdict.LIKELY_WORSE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """What a comparison is worth among the `size` comparisons of its family."""

    family: str
    size: int
    adjusted_p: float | None

    @property
    def is_discovery(self) -> bool | None:
        """Does it remain when all of the family are counted? None where nothing was tested."""
        return None if self.adjusted_p is None else self.adjusted_p <= SURE


def p_value(difference: Difference) -> float | None:
    """The two-sided p-value against no change, read off the two published ranges; None where there are none.

    It is the risk 1 − level at which the range of the difference would just touch 0. The ranges are known at 95 % and
    80 %, so p is 0.05 where the 95 % range touches 0 and 0.20 where the 80 % one does. Between the two, and to 0 and
    beyond, the distance is counted in Student's t, with the degrees of freedom that the widths of the two imply.
    """
    found = difference
    if found.value is None or found.low is None or found.high is None or found.low80 is None or found.high80 is None:
        return None
    moved = abs(found.value)
    if moved == 0:
        return 1.0
    wide, narrow = (
        (found.value - found.low, found.value - found.low80)
        if found.value > 0
        else (found.high - found.value, found.high80 - found.value)
    )
    if wide <= 0:
        return 0.0
    return _two_sided(*_distance(moved, wide, min(max(narrow, 0.0), wide)))


def adjust(p_values: Sequence[float]) -> list[float]:
    """Each p as the least rate of false discoveries at which it would still be one, in the order given.

    p · m / rank, made monotone from the largest down.

    Source: Benjamini & Hochberg (1995), the step-up procedure; as adjusted values in Yekutieli & Benjamini (1999).
    """
    order = sorted(range(len(p_values)), key=lambda place: p_values[place], reverse=True)
    adjusted, least, count = list(p_values), math.inf, len(p_values)
    for rank, place in zip(range(count, 0, -1), order, strict=True):
        least = min(least, p_values[place] * count / rank)
        adjusted[place] = least
    return adjusted


def temper(verdict: Verdict, adjusted_p: float | None) -> Verdict:
    """The verdict that remains when the family is counted: a sure word may become a likely one, and that no change."""
    if adjusted_p is None or (verdict not in _LIKELY and verdict not in _LIKELY.values()):
        return verdict
    if adjusted_p > LIKELY:
        return Verdict.UNCLEAR
    return _LIKELY.get(verdict, verdict) if adjusted_p > SURE else verdict


def _distance(moved: float, wide: float, narrow: float) -> tuple[float, int]:
    """How far 0 is from the difference, in Student's t, and its degrees of freedom."""
    degrees = _degrees_of(wide / narrow if narrow > 0 else math.inf)
    far, near = student_quantile(1 - SURE, degrees), student_quantile(1 - LIKELY, degrees)
    if moved >= wide:
        return moved / wide * far, degrees
    if moved <= narrow:
        return moved / narrow * near, degrees
    return near + (moved - narrow) / (wide - narrow) * (far - near), degrees


@lru_cache(maxsize=1)
def _width_ratios() -> dict[int, float]:
    """How much wider 95 % is than 80 %, by degrees of freedom; falling."""
    return {
        degrees: student_quantile(1 - SURE, degrees) / student_quantile(1 - LIKELY, degrees)
        for degrees in range(_FEWEST, _MOST + 1)
    }


def _degrees_of(ratio: float) -> int:
    ratios = _width_ratios()
    return min(ratios, key=lambda degrees: (abs(ratios[degrees] - ratio), degrees))


def _two_sided(t: float, degrees: int) -> float:
    """P(|T| > t), for whole degrees of freedom.

    Source: Abramowitz & Stegun (1964), 26.7.3 and 26.7.4, the finite sums.
    """
    angle = math.atan(t / math.sqrt(degrees))
    sine, square = math.sin(angle), math.cos(angle) ** 2
    is_odd = degrees % 2 == 1
    terms, term = [], math.cos(angle) if is_odd else 1.0
    for k in range(2 if is_odd else 1, degrees, 2):
        terms.append(term)
        term *= k / (k + 1) * square
    within = 2 / math.pi * (angle + sine * math.fsum(terms)) if is_odd else sine * math.fsum(terms)
    return max(1 - within, 0.0)  # not below 0 by rounding
