"""Windows: periods as instants, each with the part of it that the data cover.

A local day begins at its first instant: where the clock is put forward over midnight, at the change itself. So windows
of one grain touch, and no instant lies in two of them. Knows calendars and the stream's cases; reads no clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import duckdb

from metrics.periods import Grain, Period, spine
from metrics.query import one_row
from metrics.stream.model import Stream

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
_MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Window:
    """A period from instant `from_us` up to, not including, `until_us` (microseconds of Unix time).

    `known_from_us` and `known_until_us` bound what the data cover of it: first trigger to newest event.
    """

    period: Period
    from_us: int
    until_us: int
    known_from_us: int
    known_until_us: int

    @property
    def known_us(self) -> int:
        """The length of what the data cover; 0 where the newest event is the window's first instant."""
        return self.known_until_us - self.known_from_us

    @property
    def is_partial(self) -> bool:
        """Is a day or more of it, at either end, not covered by the data?"""
        return max(self.known_from_us - self.from_us, self.until_us - self.known_until_us) >= DAY_US


def windows_of(connection: duckdb.DuckDBPyConnection, stream: Stream, grains: Iterable[Grain]) -> list[Window]:
    """The windows of these grains from the first trigger to the newest event, gaps included; none without cases."""
    known = known_span(connection, stream)
    if known is None:
        return []
    first, newest = known
    zone = ZoneInfo(stream.time_zone)
    days = [moment_of(us).astimezone(zone).date() for us in known]
    return [
        _window(period, stream.time_zone, first, newest)
        for grain in grains
        for period in spine(days[0], days[1], grain, stream.fiscal_year_starts)
    ]


def known_span(connection: duckdb.DuckDBPyConnection, stream: Stream) -> tuple[int, int] | None:
    """First trigger and newest event of the stream's cases, in microseconds; None without cases."""
    sql = "SELECT epoch_us(min(triggered_at)), epoch_us(max(last_event_at)) FROM cases WHERE stream = $stream"
    row = one_row(connection, sql, {"stream": stream.stream})
    return None if row is None or row[0] is None else (row[0], row[1])


def day_start_us(day: dt.date, time_zone: str) -> int:
    """The first instant of a local day, in microseconds of Unix time."""
    begun = dt.datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(time_zone))
    return (begun.astimezone(dt.UTC) - _EPOCH) // _MICROSECOND


def moment_of(us: int) -> dt.datetime:
    """An instant of Unix time in microseconds as a date and time in UTC."""
    return _EPOCH + us * _MICROSECOND


def _window(period: Period, time_zone: str, first: int, newest: int) -> Window:
    from_us, until_us = day_start_us(period.first_on, time_zone), day_start_us(period.until_on, time_zone)
    return Window(period, from_us, until_us, max(from_us, first), min(until_us, newest))
