"""What an integration costs to own in a period: declared lines, and its hours in failure at the cost of an hour.

The cost of an hour is what people of the role really cost in that period: their priced hours, as the rate card has it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from metrics.finance.course import NOTHING, rounded
from metrics.finance.integration import CostKind, CostLine
from metrics.finance.months import months_of
from metrics.periods import Period

NO_ROLE = "no role is named whose hours failures take"
NO_RATE = "no hour of that role has a price in the quarter"
UNPRICED = "hours in failure have no price"


@dataclass(frozen=True, slots=True)
class Priced:
    """An amount, or why there is none."""

    amount: Decimal | None
    reason: str | None = None


def line_amount(line: CostLine, first_on: dt.date, until_on: dt.date) -> Decimal:
    """What a line comes to in the months that begin in these days."""
    if line.month is not None:
        return line.amount if first_on <= line.month < until_on else NOTHING
    paid = [
        month for month in months_of(first_on, until_on)
        if line.first_month is not None and month >= line.first_month
        and (line.until_month is None or month < line.until_month)
    ]  # fmt: skip
    return line.amount * len(paid)


def declared(lines: Iterable[CostLine], period: Period) -> dict[CostKind, Decimal]:
    """The declared cost of a period by kind; kinds without a line are left out."""
    found: dict[CostKind, Decimal] = {}
    for line in lines:
        found[line.kind] = found.get(line.kind, NOTHING) + line_amount(line, period.first_on, period.until_on)
    return found


def price_of_failures(hours: float | None, role: str | None, per_hour: Decimal | None) -> Priced:
    """Hours in failure at the cost of an hour; no failure costs nothing, an hour without a price is not known."""
    if hours is None:
        return Priced(None, None)
    if hours == 0:
        return Priced(NOTHING)
    if role is None:
        return Priced(None, NO_ROLE)
    if per_hour is None:
        return Priced(None, NO_RATE)
    return Priced(rounded(Decimal(repr(hours)) * per_hour))
