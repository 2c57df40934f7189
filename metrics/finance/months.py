"""Calendar months: how one is written, and counting them.

Knows the first day of a month; knows no benefit.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import BeforeValidator

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def read_month(told: object) -> object:
    """`2026-08` as the first day of its month; anything that is no text is left to the type."""
    if not isinstance(told, str):
        return told
    match = _MONTH.fullmatch(told.strip())
    if match is None or int(match[1]) < 1900:
        raise ValueError(f"{told!r} is no month; write e.g. 2026-08")
    return dt.date(int(match[1]), int(match[2]), 1)


Month = Annotated[dt.date, BeforeValidator(read_month)]
"""The first day of a month."""


def month_after(month: dt.date, count: int = 1) -> dt.date:
    """The month so many later; earlier where count is negative."""
    number = month.year * 12 + month.month - 1 + count
    return dt.date(number // 12, number % 12 + 1, 1)


def months_between(first: dt.date, until: dt.date) -> int:
    """How many months lie from the one of `first` to the one of `until`, the last one excluded."""
    return (until.year - first.year) * 12 + until.month - first.month


def months_of(first: dt.date, until: dt.date) -> Iterator[dt.date]:
    """The first day of every month that begins in `first` ≤ day < `until`."""
    month = first if first.day == 1 else month_after(first)
    while month < until:
        yield month
        month = month_after(month)
