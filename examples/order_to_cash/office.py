"""Office hours on the real calendar: when people are there, and when a piece of work can begin.

Knows local days and their clock changes; knows nothing of orders. All times are whole UTC seconds since 1970.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
FIRST_ON = dt.date(2026, 1, 1)
LAST_ON = dt.date(2026, 9, 30)
DAYS = (LAST_ON - FIRST_ON).days + 1
HORIZON_DAYS = DAYS + 300  # work begun before the last day must find days to end in


def local_second(day: int, hours: float) -> int:
    """The UTC second of a local clock time on the day that many days after FIRST_ON."""
    midnight = dt.datetime.combine(FIRST_ON + dt.timedelta(days=day), dt.time(), ZONE)
    return int((midnight + dt.timedelta(hours=hours)).timestamp())


MIDNIGHTS = [local_second(day, 0) for day in range(HORIZON_DAYS + 1)]


def day_of(second: int) -> int:
    """Days from FIRST_ON to the local day of this second."""
    return bisect_right(MIDNIGHTS, second) - 1


def is_weekday(day: int, weekdays: Iterable[int]) -> bool:
    """Whether the day falls on one of these weekdays (Monday is 0)."""
    return (FIRST_ON.weekday() + day) % 7 in weekdays


class Office:
    """The hours in which one team works. No public holidays, on purpose: a release can then be read alone."""

    def __init__(self, weekdays: Iterable[int], opens: float, closes: float) -> None:
        days = [day for day in range(HORIZON_DAYS) if is_weekday(day, tuple(weekdays))]
        self._opens = [local_second(day, opens) for day in days]
        self._closes = [local_second(day, closes) for day in days]
        self._worked = [0]
        for opened, closed in zip(self._opens, self._closes, strict=True):
            self._worked.append(self._worked[-1] + closed - opened)

    def after(self, second: int, office_seconds: float) -> int:
        """The second at which this much office time has passed."""
        day = bisect_right(self._opens, second) - 1
        worked = office_seconds
        if day >= 0:
            worked += self._worked[day] + min(second, self._closes[day]) - self._opens[day]
        found = bisect_right(self._worked, worked) - 1
        return int(self._opens[found] + worked - self._worked[found])

    def fit(self, second: int, length: int) -> int:
        """The earliest start, not before `second`, from which `length` seconds end before the office closes."""
        day = bisect_left(self._closes, second)
        start = max(second, self._opens[day])
        return start if start + length <= self._closes[day] else self._opens[day + 1]


class Desk:
    """A team with a number of people; whoever is free first takes the next piece of work."""

    def __init__(self, office: Office, people: int) -> None:
        self._office = office
        self._free = [0] * people

    def take(self, ready: int, length: int) -> tuple[int, int]:
        """The start of the work, and the number of the person who does it."""
        person = min(range(len(self._free)), key=self._free.__getitem__)
        start = self._office.fit(max(ready, self._free[person]), length)
        self._free[person] = start + length
        return start, person
