"""Calendar → spells of working time in UTC, with the working time before each: prefix sums to measure between instants.

What the wall clock of the calendar's zone shows decides: an hour that a change of summer time skips is not worked, one
that it repeats is worked twice. Of days before the holidays of a region are known nothing is said.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from metrics.facts.local_day import Change, offset_changes
from metrics.stream.calendars import Calendar
from metrics.stream.model import Stream
from metrics.working.holiday_days import holidays_of, known_years
from metrics.working.week import DAY_SECONDS, Hours, read_hours

_MICROSECONDS = 1_000_000
_EPOCH_ORDINAL = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Spell:
    """Working time from one instant (Unix time, microseconds) until another, and what was worked before it began.

    `worked_days` counts in working days of the versions then in force. The first spell of a calendar may have no
    length: it says from when the calendar is known. The last has none either, and its `worked_us` is None: from there
    on nothing is known.
    """

    calendar: str
    from_us: int
    until_us: int
    worked_us: int | None
    worked_days: float | None
    day_us: int


def spells_of(stream: Stream, first_on: dt.date, until_on: dt.date) -> Iterator[Spell]:
    """The spells of every calendar of a stream file between two local days, as far as the calendar is known."""
    for name in dict.fromkeys(calendar.name for calendar in stream.calendars):
        told = [calendar for calendar in stream.calendars if calendar.name == name]
        versions = sorted(map(_version, told), key=lambda version: version.since)
        yield from _spells(name, versions, told[0].time_zone or stream.time_zone, first_on, until_on)


@dataclass(frozen=True, slots=True)
class _Version:
    """A calendar as it is in force from a day on, read once: hours by weekday (Monday first) and by special day."""

    since: dt.date
    week: tuple[Hours, ...]
    special: dict[dt.date, Hours]
    holidays: str | None
    day_us: int

    def hours_on(self, on: dt.date) -> Hours | None:
        """The hours of a day; none on a day off, None where its holidays are not known."""
        if on in self.special:
            return self.special[on]
        if self.holidays is not None:
            if on.year not in known_years(self.holidays):
                return None
            if on in holidays_of(self.holidays, on.year):
                return ()
        return self.week[on.weekday()]


def _version(calendar: Calendar) -> _Version:
    special: dict[dt.date, Hours] = {off.day: () for off in calendar.days_off}
    special |= {extra.day: read_hours(extra.hours) for extra in calendar.extra_days}
    return _Version(calendar.since or dt.date.min, calendar.week, special, calendar.holidays, calendar.day_us)


@dataclass(frozen=True, slots=True)
class _Day:
    """A local day: its number since 1970, its hours, and the length of a working day then."""

    number: int
    hours: Hours
    day_us: int


def _spells(
    name: str, versions: Sequence[_Version], zone: str, first_on: dt.date, until_on: dt.date
) -> Iterator[Spell]:
    days = list(_known_days(versions, first_on, until_on))
    if not days:
        return
    worked, worked_days = 0, Fraction(0)
    known_from, known_until = _span(days, zone)
    pieces = [(known_from, known_from, days[0].day_us), *_pieces(days, zone)]
    if len(pieces) > 1 and pieces[1][0] == known_from:
        del pieces[0]  # the first spell says itself from when the calendar is known
    for since, until, day_us in pieces:
        yield Spell(name, since * _MICROSECONDS, until * _MICROSECONDS, worked, float(worked_days), day_us)
        worked += (until - since) * _MICROSECONDS
        worked_days += Fraction((until - since) * _MICROSECONDS, day_us)
    yield Spell(name, known_until * _MICROSECONDS, known_until * _MICROSECONDS, None, None, days[-1].day_us)


def _known_days(versions: Sequence[_Version], first_on: dt.date, until_on: dt.date) -> Iterator[_Day]:
    """The days of which the hours are known, without a gap: up to the first unknown day after them."""
    begun = False
    for ordinal in range(first_on.toordinal(), until_on.toordinal()):
        on = dt.date.fromordinal(ordinal)
        version = next((version for version in reversed(versions) if version.since <= on), None)
        hours = None if version is None else version.hours_on(on)
        if version is not None and hours is not None:
            begun = True
            yield _Day(ordinal - _EPOCH_ORDINAL, hours, version.day_us)
        elif begun:
            return


def _pieces(days: Sequence[_Day], zone: str) -> Iterator[tuple[int, int, int]]:
    """From, until (Unix time, seconds) and length of a working day of every spell, ascending."""
    first = days[0].number
    for begin, end, offset in _stretches(days, zone):
        here = range((begin + offset) // DAY_SECONDS, (end + offset - 1) // DAY_SECONDS + 1)
        for day in days[max(here.start - first, 0) : max(here.stop - first, 0)]:
            midnight = day.number * DAY_SECONDS - offset
            for since, until in day.hours:
                told = max(midnight + since, begin), min(midnight + until, end)
                if told[0] < told[1]:
                    yield *told, day.day_us


def _span(days: Sequence[_Day], zone: str) -> tuple[int, int]:
    """When the first day begins and the last one ends, in Unix time."""
    whole = [_Day(days[0].number, ((0, DAY_SECONDS),), 1), _Day(days[-1].number, ((0, DAY_SECONDS),), 1)]
    return min(since for since, *_ in _pieces(whole[:1], zone)), max(until for _, until, _ in _pieces(whole[1:], zone))


def _stretches(days: Sequence[_Day], zone: str) -> Iterator[tuple[int, int, int]]:
    """From, until (Unix time, seconds) and offset of each stretch in which the clock of the zone runs evenly."""
    first, last = (days[0].number - 1) * DAY_SECONDS, (days[-1].number + 2) * DAY_SECONDS
    changes: tuple[Change, ...] = offset_changes(zone, first, last)
    for (begin, offset), (end, _) in itertools.pairwise((*changes, (last, 0))):
        yield begin, end, offset
