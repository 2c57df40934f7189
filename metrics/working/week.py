"""Weekly hours as written: 'mon-fri' and '08:00-12:00', read into weekdays and seconds of the local day.

Knows no date and no zone. A night shift is two spells, one up to 24:00 and one from 00:00 of the next day.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_SECONDS = 86_400
_SPELL = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")

Hours = tuple[tuple[int, int], ...]
"""Spells of a day, ascending: from and until in seconds of its wall clock."""


def read_weekdays(text: str) -> range:
    """'mon-fri' or 'sat' as numbers, Monday 0.

    Raises:
        ValueError: it is neither.
    """
    first, last = text.split("-") if text.count("-") == 1 else (text, text)
    if first not in WEEKDAYS or last not in WEEKDAYS:
        raise ValueError(f"{text!r} names no weekdays; write one of {', '.join(WEEKDAYS)}, or a range: mon-fri")
    found = range(WEEKDAYS.index(first), WEEKDAYS.index(last) + 1)
    if not found:
        raise ValueError(f"{text!r} ends before it begins; a week goes from mon to sun")
    return found


def read_hours(spells: Iterable[str]) -> Hours:
    """The spells of one day, ascending.

    Raises:
        ValueError: one is no spell, ends before it begins, or overlaps another.
    """
    found = sorted(_read_spell(spell) for spell in spells)
    for (_, until), (since, _) in itertools.pairwise(found):
        if since < until:
            raise ValueError(f"two spells overlap at {_clock(since)}")
    return tuple(found)


def _read_spell(text: str) -> tuple[int, int]:
    match = _SPELL.fullmatch(text)
    if match is None:
        raise ValueError(f'{text!r} is no spell of a day; write it as "08:00-12:00"')
    since, until = (int(match[n]) * 3600 + int(match[n + 1]) * 60 for n in (1, 3))
    if until > DAY_SECONDS:
        raise ValueError(f"{text!r} goes beyond the day; the last minute ends at 24:00")
    if until <= since:
        raise ValueError(f"{text!r} does not end after it begins; a night is two spells: up to 24:00, and from 00:00")
    return since, until


def read_week(hours: Mapping[str, Iterable[str]]) -> tuple[Hours, ...]:
    """The hours of each weekday, Monday first.

    Raises:
        ValueError: a weekday is named twice, or a name or a spell cannot be read.
    """
    week: dict[int, Hours] = {}
    for names, spells in hours.items():
        read = read_hours(spells)
        for weekday in read_weekdays(names):
            if weekday in week:
                raise ValueError(f"{WEEKDAYS[weekday]} is named twice")
            week[weekday] = read
    return tuple(week.get(weekday, ()) for weekday in range(7))


def usual_length(week: Iterable[Hours]) -> int:
    """The usual length of a working day in seconds: the most frequent of the week, the longest where several are.

    Raises:
        ValueError: the week has no working day.
    """
    lengths = Counter(length for hours in week if (length := length_of(hours)))
    if not lengths:
        raise ValueError("no weekday has any hours")
    return max(lengths, key=lambda length: (lengths[length], length))


def length_of(hours: Hours) -> int:
    """The length of a day's spells together, in seconds."""
    return sum(until - since for since, until in hours)


def _clock(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}"
