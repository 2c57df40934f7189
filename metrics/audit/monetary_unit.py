"""Monetary-unit sampling: systematic, with probability in proportion to the amount; exceptions projected by tainting.

Exact in whole numbers and fractions; only the Poisson factors are floats. Source: AICPA (2019), Audit Guide: Audit
Sampling; Stringer (1963) for the limit. Ours keeps the interval total ÷ size where items are taken with certainty.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from metrics.audit.item import Drawn, Item, chance
from metrics.errors import ContractError

LEVEL = 0.95
_CENTS = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sample of money was drawn from: `total` of positive items, `interval` = total ÷ size, `apart` the rest.

    An item of zero or less has no chance in proportion to its amount: those are listed apart, to be looked at as such.
    """

    total: Decimal
    interval: Fraction
    drawn: tuple[Drawn, ...]
    apart: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """An item of the sample with the auditor's amount."""

    drawn: Drawn
    found: Decimal


@dataclass(frozen=True, slots=True)
class Projection:
    """What the exceptions say of the whole, in currency, to six decimals.

    `projected` is net: overstatements less understatements. Each of the two has an upper limit at 95 %.
    """

    exceptions: int
    projected: Decimal
    over_limit: Decimal
    under_limit: Decimal


def draw(items: Iterable[Item], size: int, seed: str) -> Plan:
    """Every item of at least an interval, and of the others each with probability amount ÷ interval.

    Raises:
        ContractError: the size is below 1, or nothing has an amount above zero.
    """
    ordered = sorted(items, key=lambda item: item.key)
    positive = [item for item in ordered if item.amount > 0]
    total = sum((item.amount for item in positive), Decimal(0))
    if size < 1 or not total:
        raise ContractError(f"A sample of {size} from amounts of {total} cannot be drawn; both must be above zero.")
    interval = Fraction(total) / size
    certain = [item for item in positive if Fraction(item.amount) >= interval]
    small = [item for item in positive if Fraction(item.amount) < interval]
    hit = set(_systematic(small, interval, interval * chance(seed, "start")))
    drawn = [Drawn(item, is_certain=True) for item in certain] + [Drawn(item) for item in small if item.key in hit]
    return Plan(total, interval, tuple(sorted(drawn, key=lambda one: one.item.key)),
                tuple(item for item in ordered if item.amount <= 0))  # fmt: skip


def project(checked: Sequence[Checked], interval: Fraction, level: float = LEVEL) -> Projection:
    """Exceptions projected: in full where the item was certain, else tainting × interval; with the Stringer limit."""
    known = sum((_error(one) for one in checked if one.drawn.is_certain), Fraction(0))
    taints = [_error(one) / Fraction(one.drawn.item.amount) for one in checked if not one.drawn.is_certain]
    over = [_error(one) for one in checked if one.drawn.is_certain and _error(one) > 0]
    under = [-_error(one) for one in checked if one.drawn.is_certain and _error(one) < 0]
    return Projection(
        sum(1 for one in checked if _error(one)), _money(known + sum(taints, Fraction(0)) * interval),
        _limit([taint for taint in taints if taint > 0], over, interval, level),
        _limit([-taint for taint in taints if taint < 0], under, interval, level),
    )  # fmt: skip


@lru_cache(maxsize=512)
def poisson_factor(errors: int, level: float = LEVEL) -> float:
    """The expected number of errors under which only `errors` or fewer come with probability 1 − level: 3.00, 4.74 …"""
    low, high = 0.0, 20.0 + 3.0 * errors
    for _ in range(200):
        middle = (low + high) / 2
        term, held = math.exp(-middle), 0.0
        for k in range(errors + 1):
            held += term
            term *= middle / (k + 1)
        low, high = (middle, high) if held > 1 - level else (low, middle)
    return (low + high) / 2


def _systematic(items: Iterable[Item], interval: Fraction, start: Fraction) -> Iterable[str]:
    """Keys of the items in which a hit lies: at the start, and every interval after it along the running total."""
    reached, following = Fraction(0), start
    for item in items:
        reached += Fraction(item.amount)
        if following < reached:
            yield item.key
            following += interval


def _limit(taints: Sequence[Fraction], certain: Sequence[Fraction], interval: Fraction, level: float) -> Decimal:
    """Stringer: R0 × interval, and for each taint, the largest first, its share of the step between factors."""
    steps = (poisson_factor(rank, level) - poisson_factor(rank - 1, level) for rank in range(1, len(taints) + 1))
    weighed = sum(float(taint) * step for taint, step in zip(sorted(taints, reverse=True), steps, strict=True))
    bound = Fraction(poisson_factor(0, level) + weighed) * interval
    return _money(bound + sum(certain, Fraction(0)))


def _error(one: Checked) -> Fraction:
    """Book less found: above zero where the book says too much."""
    return Fraction(one.drawn.item.amount) - Fraction(one.found)


def _money(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_CENTS)
