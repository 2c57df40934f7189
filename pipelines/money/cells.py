"""Cells of a sheet as amounts, quantities and days. Money never passes through a float; a guess is never made.

Every function raises ValueError with the sentence of what is wrong with the value and what is expected.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal

PLACES = Decimal("0.000001")  # money is DECIMAL(18,6)
LARGEST = Decimal(10) ** 12
_PLAIN = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{0,40})?")
_SCIENTIFIC = re.compile(r"([+-]?[0-9]{1,20}(?:\.[0-9]{0,40})?)[eE]([+-]?[0-9]{1,3})")
_COMMA = re.compile(r"[+-]?[0-9.]*[0-9],[0-9]+")
_LARGEST_EXPONENT = 30
_LONGEST_SHOWN = 40


def read_amount(text: str) -> Decimal:
    """Money of at most six decimals and below a million millions."""
    amount = read_decimal(text)
    if amount != rounded(amount):
        raise ValueError(f"{text!r} has more than six decimals; round it to a millionth at most")
    return rounded(amount)


def read_decimal(text: str) -> Decimal:
    """A number written with digits and a point, in scientific notation, too: bounded, never NaN or infinite."""
    scientific = _SCIENTIFIC.fullmatch(text)
    if not (_PLAIN.fullmatch(text) or (scientific and abs(int(scientific[2])) <= _LARGEST_EXPONENT)):
        shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
        said = "has a comma" if _COMMA.fullmatch(text) else "is not a decimal number"
        raise ValueError(f"{shown!r} {said}; write digits and a decimal point, nothing between thousands: 1234.50")
    number = Decimal(text)
    if abs(number) >= LARGEST:
        raise ValueError(f"{text!r} is too large; amounts lie below {LARGEST:,}")
    return number


def read_day(text: str) -> dt.date:
    """A day as 2026-01-31; a month alone (2026-01) is its first day; a time at its end is left off."""
    told = f"{text}-01" if re.fullmatch(r"[0-9]{4}-[0-9]{2}", text) else text
    try:
        if len(told) > len("2026-01-31"):
            return dt.datetime.fromisoformat(told).date()
        return dt.date.fromisoformat(told)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a date; write 2026-01-31") from error


def rounded(amount: Decimal) -> Decimal:
    """To a millionth, halves away from zero, as DuckDB rounds a DECIMAL."""
    return amount.quantize(PLACES, ROUND_HALF_UP)
