"""Calendars in the stream file: what is wrong with one is told with its line and the nearest that would be right."""

from __future__ import annotations

import pytest

from metrics.errors import StreamFileError
from metrics.stream import parse_stream

GOOD = """\
stream: orders
name: Orders
trigger: {steps: [A]}
outcomes: [{name: done, steps: [B]}]
segments:
  plant: {attribute: plant}
calendars:
  - name: Ulm
    hours:
      mon-thu: ["08:00-12:00", "13:00-17:00"]
      fri: ["08:00-13:00"]
    holidays: DE-BW
    days_off:
      - {day: 2026-12-24, reason: closed}
    extra_days:
      - {day: 2026-12-19, hours: ["08:00-24:00"], reason: before Christmas}
  - name: Ulm
    since: 2026-07-01
    hours: {mon-fri: ["09:00-16:00"]}
    day_hours: 7
  - name: York
    time_zone: America/New_York
    hours: {mon-fri: ["09:00-17:00"]}
    holidays: US-NY
sites:
  segment: plant
  calendars: {U: Ulm, Y: York}
  default: Ulm
"""
# what is wrong: (what is written, what instead, the line, words of the message)
WRONG: dict[str, tuple[str, str, int, str]] = {
    "no weekday": ("mon-thu:", "mon-thr:", 10, "'mon-thr' names no weekdays; write one of mon, tue, wed, thu, fri"),
    "no range": ("mon-thu:", "mon-:", 10, "'mon-' names no weekdays"),
    "a week backwards": ("mon-thu:", "thu-mon:", 10, "'thu-mon' ends before it begins; a week goes from mon to sun"),
    "a weekday twice": ("      fri:", "      wed-fri:", 9, "wed is named twice"),
    "no hours at all": ('{mon-fri: ["09:00-16:00"]}', "{}", 19, "no weekday has any hours"),
    "no spell": ('"08:00-13:00"', '"8-13"', 11, "'8-13' is no spell of a day; write it as \"08:00-12:00\""),
    "a spell beyond the day": ('"08:00-13:00"', '"08:00-24:15"', 11, "'08:00-24:15' goes beyond the day"),
    "a spell of the night": ('"08:00-13:00"', '"22:00-06:00"', 11, "a night is two spells: up to 24:00, and"),
    "a spell of no length": ('"08:00-13:00"', '"08:00-08:00"', 11, "does not end after it begins"),
    "spells that overlap": ('"13:00-17:00"', '"11:59-17:00"', 10, "two spells overlap at 11:59"),
    "an unknown country": ("DE-BW", "DF-BW", 12, "no country 'DF' is known; write its ISO 3166 code: DE, DJ,"),
    "an unknown part": ("DE-BW", "DE-BWW", 12, "'DE-BWW': DE has no part 'BWW'. Did you mean 'BW'?"),
    "a country read as false": ("DE-BW", "NO", 12, 'in quotes: "NO"'),
    "an unknown key": ("day: 2026-12-24", "on: 2026-12-24", 14, "'calendars.0.days_off.0.day' is missing"),
    "no reason": (", reason: closed", "", 14, "'calendars.0.days_off.0.reason' is missing"),
    "a day told twice": ("2026-12-19", "2026-12-24", 8, "2026-12-24 is told twice among days_off and extra_days"),
    "an extra day without hours": ('["08:00-24:00"]', "[]", 16, "calendars.0.extra_days.0.hours"),
    "a day of no hours": ("day_hours: 7", "day_hours: 0", 20, "calendars.1.day_hours"),
    "a day of 25 hours": ("day_hours: 7", "day_hours: 25", 20, "calendars.1.day_hours"),
    "two versions of one day": ("    since: 2026-07-01\n", "", 17, "'Ulm' has two versions from the beginning on"),
    "two versions of one date": (
        "  - name: York\n", "  - name: Ulm\n    since: 2026-07-01\n", 22, "'Ulm' has two versions from 2026-07-01 on",
    ),
    "versions in two zones": ("  - name: York\n", "  - name: Ulm\n    since: 2027-01-01\n", 23, "are in different"),
    "an unknown segment": ("segment: plant", "segment: plan", 26, "'plan' does not exist. Did you mean 'plant'?"),
    "an unknown calendar": ("Y: York", "Y: Yorck", 27, "sites.calendars.Y: the calendar 'Yorck' does not exist. Did"),
    "an unknown default": ("default: Ulm", "default: Um", 28, "sites.default: the calendar 'Um' does not exist. Did"),
}  # fmt: skip


def test_a_good_one() -> None:
    """What the other tests break is right as it stands."""
    assert [calendar.name for calendar in parse_stream(GOOD).calendars] == ["Ulm", "Ulm", "York"]


@pytest.mark.parametrize(("right", "wrong", "line", "words"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_told_with_its_line(right: str, wrong: str, line: int, words: str) -> None:
    """Whatever is wrong with a calendar is one sentence with the line and what was expected."""
    assert right in GOOD
    with pytest.raises(StreamFileError) as caught:
        parse_stream(GOOD.replace(right, wrong, 1))
    assert words in str(caught.value)
    assert caught.value.line == line


def test_spells_that_touch() -> None:
    """A spell may begin where another ends, and be written in any order."""
    parse_stream(GOOD.replace('"08:00-12:00", "13:00-17:00"', '"12:00-17:00", "08:00-12:00"'))
