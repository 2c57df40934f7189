"""Spells on the first day that is known, on a day the clocks change, and under another version of a calendar."""

from __future__ import annotations

import datetime as dt

from metrics.working.spells import spells_of
from tests.metrics.working import OFFICE, stream_with

HOUR_US = 3_600_000_000


def at(day: str, hour: int) -> int:
    return round(dt.datetime.fromisoformat(f"{day}T{hour:02d}:00:00+00:00").timestamp()) * 1_000_000


def test_a_calendar_is_known_from_its_first_day_on() -> None:
    """Asked from the Monday on, a calendar in force since Tuesday begins with its midnight."""
    stream = stream_with(OFFICE | {"since": "2026-06-09"})
    found = list(spells_of(stream, dt.date(2026, 6, 8), dt.date(2026, 6, 10)))
    assert (found[0].from_us, found[0].until_us) == (at("2026-06-08", 22), at("2026-06-08", 22))
    assert [(spell.until_us - spell.from_us) // HOUR_US for spell in found] == [0, 4, 4, 0]
    assert list(spells_of(stream, dt.date(2026, 6, 1), dt.date(2026, 6, 9))) == []


def test_a_day_begins_at_midnight_whatever_the_clocks_do_later() -> None:
    """The Sunday on which summer time begins is known from its midnight on, not from the change."""
    found = list(spells_of(stream_with(OFFICE), dt.date(2026, 3, 29), dt.date(2026, 3, 31)))
    assert found[0].from_us == at("2026-03-28", 23)
    assert found[-1].from_us == at("2026-03-30", 22)
    found = list(spells_of(stream_with(OFFICE), dt.date(2026, 10, 23), dt.date(2026, 10, 26)))
    assert found[-1].from_us == at("2026-10-25", 23)


def test_the_last_spell_is_of_the_last_version() -> None:
    """Where a day became six hours long, what lies behind the known is counted in days of six hours."""
    short = OFFICE | {"since": "2026-06-10", "hours": {"mon-fri": ["08:00-14:00"]}}
    found = list(spells_of(stream_with(OFFICE, short), dt.date(2026, 6, 8), dt.date(2026, 6, 12)))
    assert (found[0].day_us, found[-1].day_us) == (8 * HOUR_US, 6 * HOUR_US)
