"""Calendars in words, as they stand beside every number made with them: names for readers, everything for auditors."""

from __future__ import annotations

from metrics.stream.calendars import Calendar
from metrics.stream.model import Stream
from metrics.working.holiday_days import PACKAGE

_HOUR_US = 3_600_000_000


def calendar_names(stream: Stream) -> str:
    """'calendar Ulm', 'calendars Ulm and York'; empty where there is none."""
    *names, last = dict.fromkeys(calendar.name for calendar in stream.calendars) or [""]
    return f"calendars {', '.join(names)} and {last}" if names else f"calendar {last}" if last else ""


def calendars_in_full(stream: Stream) -> str:
    """Every version of every calendar in a sentence each, with the package that told the public holidays."""
    return " ".join(_in_full(calendar, stream) for calendar in stream.calendars)


def _in_full(calendar: Calendar, stream: Stream) -> str:
    since = f" from {calendar.since} on" if calendar.since else ""
    hours = ", ".join(f"{names} {' '.join(spells)}" for names, spells in calendar.hours.items())
    told = [
        f"Calendar {calendar.name}{since}: {hours} in {calendar.time_zone or stream.time_zone}",
        f"one working day is {calendar.day_us / _HOUR_US:g} hours",
        f"public holidays of {calendar.holidays} as {PACKAGE} tells them"
        if calendar.holidays
        else "no public holidays",
        *(f"{off.day} off ({off.reason})" for off in calendar.days_off),
        *(f"{extra.day} {' '.join(extra.hours)} ({extra.reason})" for extra in calendar.extra_days),
    ]
    return "; ".join(told) + "."
