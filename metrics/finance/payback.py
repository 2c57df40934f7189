"""Payback: after how many months the net cash of a benefit has paid for what was spent on it once.

Counted from the month of the investment. The cash of a month is the claim, worn off, less its new run cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from metrics.finance.benefit import Benefit
from metrics.finance.course import amount_in, holds_in, rounded
from metrics.finance.months import month_after, months_between

MOST_MONTHS = 600
NO_INVESTMENT = "no investment is told"
NOT_CASH = "only cash pays back"
NEVER = "never: the net cash does not reach what was spent"
NOT_WITHIN = f"not within {MOST_MONTHS // 12} years"


@dataclass(frozen=True, slots=True)
class Payback:
    """`months` from the investment to the end of the month that has paid for it; None, and `reason` says why."""

    months: int | None
    reason: str | None = None


def payback_of(benefit: Benefit, rate: Decimal) -> Payback:
    """The payback of a benefit at so much in its first month."""
    if benefit.benefit_class != "cashable":
        return Payback(None, NOT_CASH)
    if benefit.investment is None or benefit.run_cost is None:
        return Payback(None, NO_INVESTMENT)
    left = benefit.investment.amount
    if left <= 0:
        return Payback(0)
    for number in range(MOST_MONTHS):
        month = month_after(benefit.first_month, number)
        if not holds_in(benefit, month):
            return Payback(None, NEVER)
        net = amount_in(benefit, rate, month) - rounded(benefit.run_cost)
        if net <= 0:  # it only gets less: what is above 0 wears off, what is below stays below the run cost
            return Payback(None, NEVER)
        left -= net
        if left <= 0:
            return Payback(max(0, months_between(benefit.investment.month, month) + 1))
    return Payback(None, NOT_WITHIN)
