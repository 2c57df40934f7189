"""Stratified sampling: each stratum its part of the sample; totals estimated by mean per unit and by ratio.

Source: Cochran (1977), Sampling Techniques, chapters 5 and 6; Neyman (1934) for the allocation. Ours gives a stratum at
least two items, so that its spread can be told, and takes whole numbers by largest remainder.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from metrics.audit.allocation import Allocation
from metrics.audit.item import Drawn, Item, chance
from metrics.errors import ContractError
from metrics.intervals.student import student_quantile

LEVEL = 0.95
BANDS = 4
_HAIR = 1e-9  # of a degree of freedom, by which floats may fall short of a whole one


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of the population: how many items, the sum of their book amounts, and how many are in the sample."""

    name: str
    items: int
    total: float
    size: int


@dataclass(frozen=True, slots=True)
class Checked:
    """An item of the sample: stratum, book amount, and what the auditor found."""

    stratum: str
    book: float
    found: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A population total with its 95 % interval, in the unit of the amounts; none where a stratum had one item."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Projection:
    """What a sample says of the whole: exceptions in it and projected, and the total by either estimator."""

    exceptions: int
    projected_exceptions: float
    by_mean: Estimate
    by_ratio: Estimate | None


def by_size(items: Sequence[Item], bands: int = BANDS) -> list[Item]:
    """The items with their band of size as stratum: bands of about the same sum, equal amounts in the same band."""
    total = sum((abs(item.amount) for item in items), Decimal(0))
    reached, sums = Decimal(0), dict[Decimal, Decimal]()
    for item in sorted(items, key=lambda item: abs(item.amount)):
        reached += abs(item.amount)
        sums[abs(item.amount)] = reached
    named = {size: max(1, math.ceil(bands * sum_ / total)) if total else 1 for size, sum_ in sums.items()}
    return [Item(item.key, item.amount, f"size {named[abs(item.amount)]} of {bands}") for item in items]


def draw(
    items: Iterable[Item], size: int, seed: str, allocation: Allocation
) -> tuple[tuple[Stratum, ...], tuple[Drawn, ...]]:
    """Strata with their sizes, and the sample: in each stratum those on whom the lot falls first.

    Raises:
        ContractError: the size is below 1, or there is nothing to draw from.
    """
    members: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        members[item.stratum].append(item)
    if size < 1 or not members:
        raise ContractError(f"A sample of {size} from {sum(map(len, members.values()))} items cannot be drawn.")
    sizes = allocate({name: _weight(told, allocation) for name, told in members.items()},
                     {name: len(told) for name, told in members.items()}, size)  # fmt: skip
    drawn = [
        Drawn(item, is_certain=sizes[name] == len(members[name]))
        for name in sorted(members)
        for item in sorted(members[name], key=lambda item: (chance(seed, item.key), item.key))[: sizes[name]]
    ]
    strata = tuple(
        Stratum(name, len(members[name]), float(sum(item.amount for item in members[name])), sizes[name])
        for name in sorted(members)
    )
    return strata, tuple(sorted(drawn, key=lambda one: (one.item.stratum, one.item.key)))


def allocate(weights: Mapping[str, float], counts: Mapping[str, int], size: int) -> dict[str, int]:
    """Whole numbers in proportion to weights, at least two a stratum and at most all of it; Σ = size where it can be.

    Where strata take at least two each, a small size may come out larger.
    """
    least = {name: min(2, counts[name]) for name in counts}
    sizes = dict(least)
    for _ in range(min(size, sum(counts.values())) - sum(least.values())):
        open_ = [name for name in sizes if sizes[name] < counts[name]]
        # One at a time to the stratum that is furthest behind its share: exact, and ties go by name.
        sizes[min(open_, key=lambda name: (-_behind(weights, sizes, size, name), name))] += 1
    return sizes


def project(checked: Sequence[Checked], strata: Sequence[Stratum], level: float = LEVEL) -> Projection:
    """The total an auditor would find in the whole, by mean per unit and by ratio to the book, and exceptions."""
    groups = {stratum.name: [one for one in checked if one.stratum == stratum.name] for stratum in strata}
    exceptions = sum(one.book != one.found for one in checked)
    shares = ((s.items, groups[s.name]) for s in strata)
    projected = sum(n * sum(one.book != one.found for one in group) / len(group) for n, group in shares)
    mean = _estimate(strata, {name: [one.found for one in group] for name, group in groups.items()}, level)
    return Projection(exceptions, projected, mean, _by_ratio(strata, groups, level))


def _by_ratio(strata: Sequence[Stratum], groups: Mapping[str, Sequence[Checked]], level: float) -> Estimate | None:
    """The combined ratio estimator: Σ found ÷ Σ book, both expanded, times the book total; None for a book of zero."""
    book = _estimate(strata, {name: [one.book for one in group] for name, group in groups.items()}, level).value
    total = math.fsum(stratum.total for stratum in strata)
    if not book:
        return None
    found = _estimate(strata, {name: [one.found for one in group] for name, group in groups.items()}, level).value
    ratio = found / book
    residual = {name: [one.found - ratio * one.book for one in group] for name, group in groups.items()}
    spread = _estimate(strata, residual, level)
    half = None if spread.high is None else (spread.high - spread.value) * abs(total / book)
    value = ratio * total
    return Estimate(value, None if half is None else value - half, None if half is None else value + half)


def _estimate(strata: Sequence[Stratum], groups: Mapping[str, Sequence[float]], level: float) -> Estimate:
    """Σ N · mean, with Student's t at Satterthwaite's degrees of freedom; a stratum taken whole adds no uncertainty."""
    value, variance, over = 0.0, 0.0, 0.0
    for stratum in strata:
        told = groups[stratum.name]
        n, whole = len(told), stratum.items
        mean = math.fsum(told) / n
        value += whole * mean
        if n == whole:
            continue
        if n < 2:
            return Estimate(
                math.fsum(s.items * math.fsum(groups[s.name]) / len(groups[s.name]) for s in strata), None, None
            )
        part = whole * whole * (1 - n / whole) * math.fsum((x - mean) ** 2 for x in told) / (n - 1) / n
        variance += part
        over += part * part / (n - 1)
    degrees = max(1, int(variance * variance / over + _HAIR)) if over else 1
    half = student_quantile(level, degrees) * math.sqrt(variance) if variance else 0.0
    return Estimate(value, value - half, value + half)


def _weight(items: Sequence[Item], allocation: Allocation) -> float:
    if allocation is Allocation.PROPORTIONAL:
        return float(len(items))
    amounts = [float(item.amount) for item in items]
    mean = math.fsum(amounts) / len(amounts)
    return len(items) * math.sqrt(math.fsum((x - mean) ** 2 for x in amounts) / max(1, len(amounts) - 1))


def _behind(weights: Mapping[str, float], sizes: Mapping[str, int], size: int, name: str) -> float:
    total = math.fsum(weights.values())
    return (weights[name] / total * size if total else size / len(weights)) - sizes[name]
