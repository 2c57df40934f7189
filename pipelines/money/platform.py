"""The bills of a platform that several streams share: each stream's part, and what no stream used.

Parts are differences of rounded running totals in the currency of the bill, so that they and the idle part sum to it
to the last millionth. Knows nothing of where the quantities come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from metrics.tables.bills import PLATFORM
from pipelines.money.lines import Bill

IDLE = "idle"
_MILLION = 1_000_000


def share_bill(bill: Bill, used: Mapping[str, Fraction]) -> dict[str, Bill]:
    """A bill a stream that used some of it, in the order of their names; and under `_platform` what is idle, if any."""
    parts = share_out(bill.amount, used, bill.capacity)
    ranges = {
        name: {} if money is None else share_out(money, used, bill.capacity)
        for name, money in (("low", bill.low), ("high", bill.high))
    }
    found = {}
    for stream, amount in parts.items():
        more: dict[str, Any] = {name: part.get(stream) for name, part in ranges.items()}
        is_idle = stream == PLATFORM
        allocation, capacity = (IDLE, bill.capacity) if is_idle else (bill.allocation, None)
        found[stream] = replace(bill, amount=amount, allocation=allocation, capacity=capacity, **more)
    return found


def share_out(amount: Decimal, used: Mapping[str, Fraction], capacity: float | None) -> dict[str, Decimal]:
    """Money by stream in proportion to use, and idle under `_platform`; sums to `amount` exactly."""
    total = sum(used.values(), Fraction(0))
    if not total:
        return {PLATFORM: amount}
    ready = Fraction(capacity or 0)
    handed = _rounded(Fraction(amount) * total / ready) if ready > total else amount
    found, reached, before = {}, Fraction(0), Decimal(0)
    for stream in sorted(name for name, quantity in used.items() if quantity):
        reached += used[stream]
        so_far = _rounded(Fraction(handed) * reached / total)
        found[stream], before = so_far - before, so_far
    return found | ({PLATFORM: amount - handed} if handed != amount else {})


def _rounded(money: Fraction) -> Decimal:
    """To a millionth, halves away from zero."""
    size = (abs(money) * _MILLION * 2 + 1) // 2
    return Decimal(size if money >= 0 else -size).scaleb(-6)
