"""Double claims: what one benefit claims and another claims, too; and capacity beyond what was measured.

Two claims share a *budget line* where both are money of one line in the same months, by different initiatives. They
share *hours* where both free hours of the same step and role of one stream: twice by different initiatives, or once as
time and once as cash by any. The overlap of a month is the lesser of the two; where they are told in different units it
is all of each. What a benefit claims *beyond measure* is its part of what all claims on the same hours exceed them by.
Claims of no or negative amount dispute nothing. Streams of one home are held against each other.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from metrics.finance.benefit import HOURS, MONEY_CLASSES, Benefit, Frees
from metrics.finance.course import NOTHING, amount_in, counted_months, is_reversed, rate_at, rounded
from metrics.finance.history import State
from metrics.periods import Period

ConflictKind = Literal["budget line", "hours", "beyond measure"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A benefit of a stream."""

    stream: str
    benefit: Benefit

    @property
    def key(self) -> tuple[str, str]:
        """Which one it is, in the whole home."""
        return self.stream, self.benefit.id


@dataclass(frozen=True, slots=True)
class Conflict:
    """What `claim` claims of a period and `rival` does, too, in the unit of `claim`; no rival: beyond measure.

    They overlap from `first_month` until before `until_month`; None: without end.
    """

    claim: Claim
    rival: Claim | None
    kind: ConflictKind
    overlap: Decimal
    first_month: dt.date
    until_month: dt.date | None


def amounts_of(claim: Claim, level: State, period: Period) -> dict[dt.date, Decimal]:
    """What a claim comes to in each month of a period, at a level as known at its end; nothing if not there."""
    rate = rate_at(claim.benefit, level, period.until_on)
    if rate is None or is_reversed(claim.benefit, period.until_on):
        return {}
    return {month: amount_in(claim.benefit, rate, month) for month in counted_months(claim.benefit, period)}


def double_claims(own: Iterable[Claim], every: Sequence[Claim], level: State, period: Period) -> Iterator[Conflict]:
    """Every pair of claims on the same money or hours, from the side of `own`, in the order given."""
    lines, hours = defaultdict(list), defaultdict(list)
    for claim in every:
        if claim.benefit.budget_line is not None and claim.benefit.benefit_class in MONEY_CLASSES:
            lines[claim.benefit.budget_line].append(claim)
        if claim.benefit.frees is not None:
            hours[claim.stream].append(claim)
    for claim in own:
        rivals: list[tuple[ConflictKind, list[Claim]]] = [
            ("budget line", lines[claim.benefit.budget_line or ""] if _is_money(claim) else []),
            ("hours", hours[claim.stream] if claim.benefit.frees else []),
        ]
        for kind, found in rivals:
            for rival in found:
                if _is_same(claim, rival, kind):
                    yield from _pair(claim, rival, kind, level, period)


def disputed_months(
    claim: Claim, conflicts: Iterable[Conflict], level: State, period: Period
) -> dict[dt.date, Decimal]:
    """The part of each month that is claimed twice: what the greatest of the rivals claims of it, too."""
    own = amounts_of(claim, level, period)
    found = dict.fromkeys(own, NOTHING)
    for conflict in conflicts:
        if conflict.claim.key == claim.key and conflict.rival is not None:
            for month, overlap in _overlaps(claim, conflict.rival, level, period).items():
                found[month] = max(found[month], overlap)
    return found


def beyond_measure(
    undisputed: Mapping[tuple[str, str], tuple[Claim, Decimal]], measured: Mapping[Frees, Decimal | None]
) -> Iterator[Conflict]:
    """Capacity of a quarter that was not measured: what is claimed of the same hours, less the hours, by its parts.

    Hours that were not measured dispute nothing: nobody knows. Hours lost count as none freed.
    """
    by_scope: dict[Frees, list[tuple[Claim, Decimal]]] = defaultdict(list)
    for claim, amount in undisputed.values():
        if claim.benefit.frees is not None and claim.benefit.measured_in == HOURS and amount > 0:
            by_scope[claim.benefit.frees].append((claim, amount))
    for scope, claims in by_scope.items():
        there, claimed = measured.get(scope), sum(amount for _, amount in claims)
        if there is None or claimed <= there:
            continue
        kept = max(NOTHING, there) / claimed
        for claim, amount in claims:
            excess = amount - rounded(amount * kept)
            yield Conflict(claim, None, "beyond measure", excess, claim.benefit.first_month, claim.benefit.until_month)


def _is_money(claim: Claim) -> bool:
    return claim.benefit.budget_line is not None and claim.benefit.benefit_class in MONEY_CLASSES


def _is_same(one: Claim, other: Claim, kind: ConflictKind) -> bool:
    is_of_others = (one.stream, one.benefit.initiative) != (other.stream, other.benefit.initiative)
    if kind == "budget line":
        return is_of_others
    mine, theirs = one.benefit.frees, other.benefit.frees
    if mine is None or theirs is None:
        return False
    meets = all(None in pair or len(set(pair)) == 1 for pair in ((mine.step, theirs.step), (mine.role, theirs.role)))
    return meets and (is_of_others or one.benefit.measured_in != other.benefit.measured_in)


def _overlaps(one: Claim, other: Claim, level: State, period: Period) -> dict[dt.date, Decimal]:
    """By month, in the unit of the first."""
    mine, theirs = amounts_of(one, level, period), amounts_of(other, level, period)
    alike = one.benefit.measured_in == other.benefit.measured_in
    return {
        month: min(mine[month], theirs[month]) if alike else mine[month]
        for month in mine if month in theirs and mine[month] > 0 and theirs[month] > 0
    }  # fmt: skip


def _pair(one: Claim, other: Claim, kind: ConflictKind, level: State, period: Period) -> Iterator[Conflict]:
    overlap = sum(_overlaps(one, other, level, period).values(), NOTHING)
    if overlap:
        ends = [c.benefit.until_month for c in (one, other) if c.benefit.until_month is not None]
        first = max(one.benefit.first_month, other.benefit.first_month)
        yield Conflict(one, other, kind, overlap, first, min(ends, default=None))
