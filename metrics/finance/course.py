"""What a benefit comes to in a month and in a quarter: its amount while it holds, worn off by its decay.

All of it DECIMAL; a month is rounded once, to the sixth place, and a quarter is the sum of its months.
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_EVEN, Decimal

from metrics.finance.benefit import Benefit, Decay
from metrics.finance.history import State
from metrics.finance.months import months_between, months_of
from metrics.periods import Period

LEVELS: tuple[State, ...] = ("proposed", "validated", "booked")
"""How far finance went with a benefit; what is booked was validated, what is validated was proposed."""
NOTHING = Decimal("0.000000")
_PLACES = Decimal("0.000001")


def rounded(amount: Decimal) -> Decimal:
    """To the sixth place, half to even; nothing has no sign."""
    return amount.quantize(_PLACES, ROUND_HALF_EVEN) + NOTHING


def left_of(decay: Decay | str, months: int) -> Decimal:
    """The share that is left in a month, so many months after the first; the first has all of it.

    linear over N months: 1 − months ÷ N, never below 0. percent a quarter: (1 − percent ÷ 100) for each whole quarter
    of a year since the first month.
    """
    if not isinstance(decay, Decay):
        return Decimal(1)
    if decay.linear_months is not None:
        return max(Decimal(0), 1 - Decimal(months) / decay.linear_months)
    if months < 3:
        return Decimal(1)
    return Decimal((1 - (decay.percent_per_quarter or Decimal(0)) / 100) ** (months // 3))


def holds_in(benefit: Benefit, month: dt.date) -> bool:
    """Does it claim this month?"""
    return benefit.first_month <= month and (benefit.until_month is None or month < benefit.until_month)


def amount_in(benefit: Benefit, rate: Decimal, month: dt.date) -> Decimal:
    """What it comes to in a month, at so much in its first."""
    if not holds_in(benefit, month):
        return NOTHING
    return rounded(rate * left_of(benefit.decay, months_between(benefit.first_month, month)))


def months_in(benefit: Benefit, period: Period) -> list[dt.date]:
    """The months of a period that it claims."""
    return [month for month in months_of(period.first_on, period.until_on) if holds_in(benefit, month)]


def counted_months(benefit: Benefit, period: Period) -> list[dt.date]:
    """The months whose amounts a period counts: all it claims; of quality, which is a level, the last of them."""
    months = months_in(benefit, period)
    return months[-1:] if benefit.benefit_class == "quality" else months


def rate_at(benefit: Benefit, level: State, by: dt.date) -> Decimal | None:
    """Its amount a month at a level, as known at the beginning of a day; None where it had not come so far.

    A benefit that was reversed by then still had its amount before: see `is_reversed`.
    """
    entry = benefit.entry(level)
    return entry.amount if entry is not None and entry.day < by else None


def is_reversed(benefit: Benefit, by: dt.date) -> bool:
    """Was it taken back before this day?"""
    return benefit.state_by(by) == "reversed"


def run_cost_in(benefit: Benefit, period: Period) -> Decimal | None:
    """Its new cost in a period; None where it was not told."""
    if benefit.run_cost is None:
        return None
    return rounded(benefit.run_cost * len(months_in(benefit, period)))
