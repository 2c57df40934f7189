"""Periods: half-open runs of local calendar days, cut from a date spine.

Knows calendars and fiscal years; knows no data and reads no clock.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from metrics.errors import PeriodError

Grain = Literal["week", "month", "quarter", "year", "all"]
GRAINS: tuple[Grain, ...] = ("week", "month", "quarter", "year", "all")
_ONE_DAY = dt.timedelta(days=1)
_FIRST_YEAR = 1900  # no event is older (the ledger refuses far younger ones), and every period has one before it


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The local days `first_on` <= day < `until_on`."""

    first_on: dt.date
    until_on: dt.date
    key: str
    grain: Grain

    @property
    def days(self) -> int:
        """Length in calendar days."""
        return (self.until_on - self.first_on).days


def parse_period(text: str, *, year_starts: int = 1) -> Period:
    """Read `2026-Q3`, `2026-07`, `2026-W30` or `2026`; a fiscal year is named after the year it starts in.

    Raises:
        PeriodError: the text is none of these, or names days no calendar has. `all` needs the data, see `whole`.
    """
    try:
        period = _read(text.strip().upper(), year_starts)
    except (ValueError, OverflowError) as error:  # week 53 of a year without one, the year 0, the end of year 9999
        raise PeriodError.from_unknown(text) from error
    if period is None or period.first_on.year < _FIRST_YEAR:
        raise PeriodError.from_unknown(text)
    return period


def period_on(day: dt.date, grain: Grain, year_starts: int = 1) -> Period:
    """The period of this grain that holds the day."""
    if grain == "week":
        first = day - dt.timedelta(days=day.weekday())
        year, week, _ = first.isocalendar()
        return Period(first, first + 7 * _ONE_DAY, f"{year}-W{week:02d}", "week")
    if grain == "month":
        first = day.replace(day=1)
        return Period(first, _add_months(first, 1), f"{first:%Y-%m}", "month")
    if grain in ("quarter", "year"):
        return _fiscal(day, grain, year_starts)
    raise PeriodError.from_unknown_grain(grain, GRAINS[:-1])


def spine(first_on: dt.date, last_on: dt.date, grain: Grain, year_starts: int = 1) -> list[Period]:
    """Every period of this grain from the one holding `first_on` to the one holding `last_on`, gaps included."""
    if grain == "all":
        return [whole(first_on, last_on)]
    periods = [period_on(first_on, grain, year_starts)]
    while periods[-1].until_on <= last_on:
        periods.append(period_on(periods[-1].until_on, grain, year_starts))
    return periods


def whole(first_on: dt.date, last_on: dt.date) -> Period:
    """Everything from the first to the last day, both included."""
    return Period(first_on, last_on + _ONE_DAY, "all", "all")


def previous(period: Period, year_starts: int = 1) -> Period | None:
    """The period of the same grain just before; None for `all`."""
    if period.grain == "all":
        return None
    return period_on(period.first_on - _ONE_DAY, period.grain, year_starts)


def _read(key: str, year_starts: int) -> Period | None:
    if match := re.fullmatch(r"(\d{4})-Q([1-4])", key):
        return period_on(_month_start(int(match[1]), year_starts + 3 * (int(match[2]) - 1)), "quarter", year_starts)
    if match := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", key):
        return period_on(dt.date(int(match[1]), int(match[2]), 1), "month", year_starts)
    if match := re.fullmatch(r"(\d{4})-W(\d{2})", key):
        return period_on(dt.date.fromisocalendar(int(match[1]), int(match[2]), 1), "week")
    if match := re.fullmatch(r"(\d{4})", key):
        return period_on(_month_start(int(match[1]), year_starts), "year", year_starts)
    return None


def _fiscal(day: dt.date, grain: Grain, year_starts: int) -> Period:
    year = day.year if day.month >= year_starts else day.year - 1
    start = _month_start(year, year_starts)
    if grain == "year":
        return Period(start, _add_months(start, 12), f"{year}", "year")
    months = (day.year - start.year) * 12 + day.month - start.month
    first = _add_months(start, months // 3 * 3)
    return Period(first, _add_months(first, 3), f"{year}-Q{months // 3 + 1}", "quarter")


def _month_start(year: int, month: int) -> dt.date:
    return dt.date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _add_months(day: dt.date, months: int) -> dt.date:
    return _month_start(day.year, day.month + months)
