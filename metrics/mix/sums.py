"""Means, shares, ratios and unit costs taken apart exactly: R = Σamount / Σbase = Σ share · value over segments.

Per segment, with share w and value r before (0) and after (1), and R₀ the whole before:
within = w₀·(r₁ − r₀), mix = (w₁ − w₀)·(r₀ − R₀), interaction = (w₁ − w₀)·(r₁ − r₀).
Σ(w₁ − w₀) = 0, so R₀ drops from the sum: it says that a growing segment moves the whole towards itself.

Source: Kitagawa (1955), "Components of a difference between two rates"; Oaxaca and Blinder (1973) with the interaction
kept apart. Ours says what a segment does that is there on one side only: it has no change within, so it is all mix. A
segment with an amount and no base (automated handoffs without any manual one) has no value; what it adds is within.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from metrics.mix.parts import Part, Whole


@dataclass(frozen=True, slots=True)
class Sums:
    """Σamount and Σbase of a segment; both 0 where it is not there."""

    amount: float
    base: float


def take_apart(before: Sequence[Sums], after: Sequence[Sums]) -> Whole | None:
    """A change of Σamount / Σbase by segment, the two sides in the same order; None where a side has no base."""
    base0, base1 = math.fsum(sums.base for sums in before), math.fsum(sums.base for sums in after)
    if base0 == 0 or base1 == 0:
        return None
    whole0, whole1 = (
        math.fsum(sums.amount for sums in side) / base for side, base in ((before, base0), (after, base1))
    )
    parts = [_part(old, new, base0, base1, whole0) for old, new in zip(before, after, strict=True)]
    within, mix, interaction = (
        math.fsum(getattr(part, name) for part in parts) for name in ("within", "mix", "interaction")
    )
    return Whole(whole0, whole1, within, mix, interaction, parts)


def _part(old: Sums, new: Sums, base0: float, base1: float, whole0: float) -> Part:
    share0, share1 = old.base / base0, new.base / base1
    value0, value1 = _value(old), _value(new)
    then = value0 if value0 is not None else value1  # there on one side only: nothing changed within
    now = value1 if value1 is not None else value0
    without_base = _without_base(new, base1) - _without_base(old, base0)
    if then is None or now is None:
        return Part(share0, share1, value0, value1, without_base, 0.0, 0.0)
    return Part(
        share0, share1, value0, value1,
        within=share0 * (now - then) + without_base,
        mix=(share1 - share0) * (then - whole0),
        interaction=(share1 - share0) * (now - then),
    )  # fmt: skip


def _value(sums: Sums) -> float | None:
    return sums.amount / sums.base if sums.base else None


def _without_base(sums: Sums, whole_base: float) -> float:
    """What a segment adds whose amount has no base of its own."""
    return 0.0 if sums.base else sums.amount / whole_base
