"""Spells on the first day that is known, on a day the clocks change, and under another version of a calendar."""

from __future__ import annotations

import datetime as dt

from holidays import country_holidays

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


def test_days_off_are_known_days() -> None:
    """Of a Sunday it is known that nobody works, from its midnight to the next, though it has no spell of its own."""
    found = list(spells_of(stream_with(OFFICE), dt.date(2026, 6, 7), dt.date(2026, 6, 8)))
    assert [(spell.from_us, spell.until_us, spell.worked_us) for spell in found] == [
        (at("2026-06-06", 22), at("2026-06-06", 22), 0), (at("2026-06-07", 22), at("2026-06-07", 22), None),
    ]  # fmt: skip


def test_work_from_midnight_on_says_itself_from_when_it_is_known() -> None:
    """A day that is worked throughout is one spell, and nothing stands before it."""
    found = list(spells_of(stream_with({"name": "round", "hours": {"mon": ["00:00-24:00"]}}),
                           dt.date(2026, 6, 8), dt.date(2026, 6, 9)))  # fmt: skip
    assert [(spell.until_us - spell.from_us) // HOUR_US for spell in found] == [24, 0]


def test_a_skipped_hour_at_the_end_of_a_spell_is_no_spell() -> None:
    """Work until three on the night in which two o'clock is three ends at two: one spell, and none of no length."""
    found = list(spells_of(stream_with({"name": "night", "hours": {"sun": ["00:00-03:00"]}}),
                           dt.date(2026, 3, 29), dt.date(2026, 3, 30)))  # fmt: skip
    assert [(spell.until_us - spell.from_us) // HOUR_US for spell in found] == [2, 0]


def test_holidays_are_known_to_the_end_of_their_last_year() -> None:
    """The last year that the package tells is known to its last day; of the day after nothing is."""
    last = country_holidays("DE").end_year
    stream = stream_with(OFFICE | {"holidays": "DE-BW"})
    found = list(spells_of(stream, dt.date(last, 12, 30), dt.date(last + 1, 1, 4)))
    assert found[-1].from_us == at(f"{last}-12-31", 23)


def test_what_is_known_ends_at_the_first_gap() -> None:
    """A version that needs no holidays takes over four days after the last year they are known of: too late."""
    last = country_holidays("DE").end_year
    stream = stream_with(OFFICE | {"holidays": "DE"}, OFFICE | {"since": f"{last + 1}-01-05"})
    found = list(spells_of(stream, dt.date(last, 12, 30), dt.date(last + 1, 1, 20)))
    assert found[-1].from_us == at(f"{last}-12-31", 23)
