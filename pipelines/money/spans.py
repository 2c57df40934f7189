"""Gaps and overlaps: lines that follow each other day by day, and bills month by month, with the days named."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable

from pipelines.errors import SourceError
from pipelines.money.lines import Bill, ExchangeRate, Rate

_DAY = dt.timedelta(days=1)


def check_rates(rates: Iterable[Rate]) -> None:
    """One rate a driver on every day from its first to its last.

    Raises:
        SourceError: two hold on one day, or none between two that follow each other.
    """
    series: dict[tuple[str, str], list[Rate]] = defaultdict(list)
    for rate in rates:
        series[rate.cost_class, rate.driver].append(rate)
    for (_, driver), lines in sorted(series.items()):
        for one, other in _neighbours(lines):
            names = " and ".join(repr(name) for name in sorted((one.rate_id, other.rate_id)))
            _refuse(f"The rates {names}", f"no rate of {driver!r}", one, other)


def check_exchange(rates: Iterable[ExchangeRate]) -> None:
    """One exchange rate a pair on every day from its first to its last.

    Raises:
        SourceError: two hold on one day, or none between two that follow each other.
    """
    series: dict[tuple[str, str], list[ExchangeRate]] = defaultdict(list)
    for rate in rates:
        series[rate.from_currency, rate.to_currency].append(rate)
    for (known, wanted), lines in sorted(series.items()):
        for one, other in _neighbours(lines):
            _refuse(
                f"Two exchange rates from {known} to {wanted}", f"no exchange rate from {known} to {wanted}", one, other
            )


def check_months(bills: Iterable[Bill]) -> None:
    """A bill a month of every series, which is a cost class and a driver; credits of a month may stand beside.

    Raises:
        SourceError: a month lacks between the first and the last.
    """
    series: dict[tuple[str, str], set[dt.date]] = defaultdict(set)
    for bill in bills:
        series[bill.cost_class, bill.driver].add(bill.month)
    for (cost_class, driver), months in sorted(series.items()):
        for month, following in itertools.pairwise(sorted(months)):
            if (due := next_month(month)) != following:
                raise SourceError(
                    f"The bills of {driver!r} ({cost_class}) lack {due:%Y-%m}, between {month:%Y-%m} and "
                    f"{following:%Y-%m}; add that month, with an amount of 0.00 where nothing was billed."
                )


def next_month(month: dt.date) -> dt.date:
    """The first day of the month after."""
    return (month.replace(day=28) + 4 * _DAY).replace(day=1)


def last_day(month: dt.date) -> dt.date:
    """The last day of a month."""
    return next_month(month) - _DAY


def _neighbours(lines: list[Rate] | list[ExchangeRate]) -> Iterable[tuple[Rate, Rate]]:
    return itertools.pairwise(sorted(lines, key=lambda line: line.valid_from))  # type: ignore[arg-type]  # of one kind


def _refuse(both: str, none: str, one: Rate | ExchangeRate, other: Rate | ExchangeRate) -> None:
    if one.valid_to is None or one.valid_to > other.valid_from:
        raise SourceError(f"{both} both hold on {other.valid_from}; end one of them before.")
    if one.valid_to < other.valid_from:
        last = other.valid_from - _DAY
        days = f"on {last}" if last == one.valid_to else f"from {one.valid_to} to {last}"
        raise SourceError(f"There is {none} {days}; close the gap: valid_to is the first day a line no longer holds.")
