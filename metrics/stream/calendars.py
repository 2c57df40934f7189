"""When people work: calendars with their hours and days off, and which site keeps which calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from metrics.errors import suggest
from metrics.stream.section import Identifier, Section, TimeZone
from metrics.working.holiday_days import check_region
from metrics.working.week import Hours, read_hours, read_week, read_weekdays, usual_length

if TYPE_CHECKING:
    from metrics.stream.model import Stream

Place = tuple[str | int, ...]


def _checked_spells(spells: tuple[str, ...]) -> tuple[str, ...]:
    read_hours(spells)
    return spells


def _checked_week(hours: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    usual_length(read_week(hours))
    return hours


def _not_a_truth(region: object) -> object:
    if isinstance(region, bool):  # YAML reads NO, the country, as false
        raise ValueError('write a country that YAML reads as true or false in quotes: "NO"')
    return region


def _checked_weekdays(names: str) -> str:
    read_weekdays(names)
    return names


Weekdays = Annotated[str, AfterValidator(_checked_weekdays)]
Spells = Annotated[tuple[str, ...], AfterValidator(_checked_spells)]
Region = Annotated[str, BeforeValidator(_not_a_truth), AfterValidator(check_region)]


class DayOff(Section):
    """A day on which nobody works, beside weekends and public holidays."""

    day: dt.date
    reason: str


class ExtraDay(Section):
    """A day that is worked although it is no working day, or with other hours than usual."""

    day: dt.date
    hours: Spells = Field(min_length=1)
    reason: str


class Calendar(Section):
    """Working hours under a name. A second entry of the same name takes over on its `since`; each states everything."""

    name: str = Field(min_length=1, description="what readers see beside each number: 'Stuttgart'")
    since: dt.date | None = Field(None, description="first day it is in force; for ever when absent")
    time_zone: TimeZone | None = Field(None, description="zone of its hours; the stream's when absent")
    hours: Annotated[dict[Weekdays, Spells], AfterValidator(_checked_week)] = Field(
        description='by weekday, several spells a day: {mon-thu: ["08:00-12:00", "13:00-17:00"], fri: ["08:00-13:00"]}'
    )
    holidays: Region | None = Field(
        None,
        description="country, or part of one, whose public holidays are days off: DE, DE-BW, US-CA; none if absent",
    )
    days_off: tuple[DayOff, ...] = ()
    extra_days: tuple[ExtraDay, ...] = Field((), description="days worked all the same; they beat holidays")
    day_hours: float | None = Field(
        None,
        gt=0,
        le=24,
        description="hours that make one working day; the most frequent length of a weekday if absent",
    )

    @model_validator(mode="after")
    def _says_one_thing_of_a_day(self) -> Calendar:
        named = [*(off.day for off in self.days_off), *(extra.day for extra in self.extra_days)]
        if twice := next((day for day in named if named.count(day) > 1), None):
            raise ValueError(f"{twice} is told twice among days_off and extra_days")
        return self

    @property
    def week(self) -> tuple[Hours, ...]:
        """The hours of each weekday, Monday first."""
        return read_week(self.hours)

    @property
    def day_us(self) -> int:
        """One working day, in microseconds."""
        seconds = usual_length(self.week) if self.day_hours is None else self.day_hours * 3600
        return round(seconds * 1_000_000)


class Sites(Section):
    """Which calendar a case keeps: by the value of one of the segments."""

    segment: Identifier = Field(description="the segment that tells the site: an entry of `segments`")
    calendars: dict[str, str] = Field(min_length=1, description="value of the segment → name of a calendar")
    default: str | None = Field(None, description="calendar of all other cases; the first of `calendars` when absent")


def calendar_problems(stream: Stream) -> Iterator[tuple[Place, str]]:
    """What contradicts across entries: the place in the file, and what is wrong there."""
    names = {calendar.name for calendar in stream.calendars}
    seen: dict[str, list[Calendar]] = {}
    for number, calendar in enumerate(stream.calendars):
        before = seen.setdefault(calendar.name, [])
        if any(other.since == calendar.since for other in before):
            since = calendar.since or "the beginning"
            yield ("calendars", number, "since"), f"{calendar.name!r} has two versions from {since} on"
        if any(other.time_zone != calendar.time_zone for other in before):
            yield ("calendars", number, "time_zone"), f"the versions of {calendar.name!r} are in different time zones"
        before.append(calendar)
    if stream.sites is None:
        return
    if stream.sites.segment not in stream.segments:
        message = (
            f"the segment {stream.sites.segment!r} does not exist.{suggest(stream.sites.segment, stream.segments)}"
        )
        yield ("sites", "segment"), message
    told: list[tuple[Place, str]] = [(("sites", "calendars", s), c) for s, c in stream.sites.calendars.items()]
    told += [] if stream.sites.default is None else [(("sites", "default"), stream.sites.default)]
    for place, name in told:
        if name not in names:
            yield place, f"the calendar {name!r} does not exist.{suggest(name, names)}"
