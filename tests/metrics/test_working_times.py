"""Working times: what a calendar counts between two instants, each rule by hand and all of them by a naive loop."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.facts.working_times import working_times_sql
from metrics.working.spells import spells_of
from tests.metrics.working import OFFICE, add_spells, berlin, loop, measured, stream_with, utc, worked_hours
from tests.metrics.worlds import few

BERLIN = stream_with(OFFICE)
HOLIDAYS = stream_with(OFFICE | {"holidays": "DE-BW"})


def test_32_business_hours_are_4_working_days() -> None:
    """Monday 08:00 to Thursday 17:00 of eight-hour days: 32 business hours = 4 working days of 8 h, not 1.33 days."""
    ((row),) = measured(BERLIN, [(berlin("2026-06-08 08:00"), berlin("2026-06-11 17:00"), "")])
    assert row["working_us"] == 32 * 3_600_000_000
    assert row["working_days"] == 4


@pytest.mark.parametrize(
    ("triggered", "finished", "hours"),
    [
        ("2026-06-08 08:00", "2026-06-08 08:00", 0),
        ("2026-06-08 09:00", "2026-06-08 11:30", 2.5),
        ("2026-06-08 11:00", "2026-06-08 14:00", 2),
        ("2026-06-08 12:00", "2026-06-08 13:00", 0),
        ("2026-06-07 03:00", "2026-06-08 07:59", 0),
        ("2026-06-08 16:00", "2026-06-08 23:00", 1),
        ("2026-06-05 16:00", "2026-06-08 09:00", 2),
        ("2026-06-08 22:00", "2026-06-09 04:00", 0),
        ("2026-06-08 08:00:00.000001", "2026-06-08 08:00:00.000003", 2 / 3_600_000_000),
    ],
    ids=["at once", "morning", "over lunch", "lunch", "sunday", "ends in the evening", "weekend", "night", "a blink"],
)
def test_between_two_instants(triggered: str, finished: str, hours: float) -> None:
    """Only what lies in a spell counts, from any instant to any other."""
    assert worked_hours(BERLIN, berlin(triggered), berlin(finished)) == hours


def test_begins_on_a_holiday() -> None:
    """Epiphany is a holiday in Baden-Württemberg: the clock begins on the next morning."""
    begun, ended = berlin("2026-01-06 10:00"), berlin("2026-01-07 10:00")
    assert worked_hours(HOLIDAYS, begun, ended) == 2
    assert worked_hours(stream_with(OFFICE | {"holidays": "DE"}), begun, ended) == 8


def test_spans_years() -> None:
    """2024 has 262 weekdays and 2025 has 261, each with 11 holidays on them; one Friday of 2026 follows."""
    ((row),) = measured(HOLIDAYS, [(berlin("2024-01-01 00:00"), berlin("2026-01-03 00:00"), "")])
    assert row["working_days"] == (262 - 11) + (261 - 11) + 1


def test_summer_time() -> None:
    """The night shift of 29 March is an hour short, that of 25 October an hour long."""
    night = stream_with({"name": "night", "hours": {"mon-sun": ["00:00-06:00"]}})
    assert worked_hours(night, berlin("2026-03-29 00:00"), berlin("2026-03-30 00:00")) == 5
    assert worked_hours(night, berlin("2026-10-25 00:00"), berlin("2026-10-26 00:00")) == 7
    gap = stream_with({"name": "gap", "hours": {"mon-sun": ["02:15-02:45"]}})
    assert worked_hours(gap, berlin("2026-03-29 00:00"), berlin("2026-03-30 00:00")) == 0
    assert worked_hours(gap, berlin("2026-10-25 00:00"), berlin("2026-10-26 00:00")) == 1


def test_summer_time_on_a_saturday_night() -> None:
    """Greenland turned its clocks at 22:00: a late shift of four hours has five in autumn and three in spring."""
    late = stream_with({"name": "late", "time_zone": "America/Nuuk", "hours": {"mon-sun": ["20:00-24:00"]}})
    assert worked_hours(late, utc("2022-10-29T18:00Z"), utc("2022-10-30T12:00Z")) == 5
    assert worked_hours(late, utc("2022-03-26T18:00Z"), utc("2022-03-27T12:00Z")) == 3


def test_a_day_of_24_hours() -> None:
    """24:00 is the end of a day, so a week around the clock counts every hour."""
    always = stream_with({"name": "always", "hours": {"mon-sun": ["00:00-24:00"]}})
    assert worked_hours(always, berlin("2026-03-23 13:00"), berlin("2026-03-30 14:00")) == 7 * 24


def test_days_off_and_extra_days() -> None:
    """A day off counts nothing; an extra day its own hours: on a Sunday, on a holiday, or instead of the usual ones."""
    told = stream_with(OFFICE | {
        "holidays": "DE-BW",
        "days_off": [{"day": "2026-06-09", "reason": "outing"}],
        "extra_days": [
            {"day": "2026-06-07", "hours": ["09:00-12:00"], "reason": "stocktaking"},
            {"day": "2026-06-04", "hours": ["10:00-11:00"], "reason": "Corpus Christi shift"},
            {"day": "2026-06-10", "hours": ["08:00-10:00"], "reason": "fire drill"},
        ],
    })  # fmt: skip
    days = [("2026-06-04", 1), ("2026-06-07", 3), ("2026-06-08", 8), ("2026-06-09", 0), ("2026-06-10", 2)]
    for day, hours in days:
        assert worked_hours(told, berlin(f"{day} 00:00"), berlin(f"{day} 23:59")) == hours


def test_the_calendar_changes_within_the_case() -> None:
    """Two days of 8 h and, from 1 July on, two of 7 h are four working days, each by the version of its day."""
    shorter = {"name": "office", "since": "2026-07-01", "hours": {"mon-fri": ["09:00-16:00"]}}
    ((row),) = measured(stream_with(shorter, OFFICE), [(berlin("2026-06-29 08:00"), berlin("2026-07-02 20:00"), "")])
    assert row["working_us"] == 30 * 3_600_000_000
    assert row["working_days"] == 4


def test_each_site_keeps_its_calendar() -> None:
    """The same two instants are other working times in another plant, in another zone and of an unknown one."""
    ulm, york = OFFICE | {"name": "Ulm"}, OFFICE | {"name": "York", "time_zone": "America/New_York"}
    sites = {"segment": "plant", "calendars": {"U": "Ulm", "N": "York"}, "default": "York"}
    begun, ended = utc("2026-06-08T06:00Z"), utc("2026-06-08T13:00Z")
    found = measured(stream_with(ulm, york, sites=sites), [(begun, ended, plant) for plant in ("U", "N", "X")])
    assert [(row["calendar"], row["working_us"] / 3.6e9) for row in found] == [("Ulm", 6), ("York", 1), ("York", 1)]
    without_default = {name: value for name, value in sites.items() if name != "default"}
    (row,) = measured(stream_with(ulm, york, sites=without_default), [(begun, ended, "X")])
    assert row["calendar"] == "Ulm"


def test_finished_before_triggered() -> None:
    """A case that ends before it begins has no working time, as it has no flow time."""
    assert measured(BERLIN, [(berlin("2026-06-09 10:00"), berlin("2026-06-08 10:00"), "")]) == []


def test_finished_at_some_time_of_the_day_it_was_triggered_on() -> None:
    """Told to the day it may have ended after it began at 10:00, six of eight hours at most; the day before, never."""
    told, within = stream_with(OFFICE, source={"precision_by_step": {"Done": "day"}}), (None, 24 * 3_600_000_000)
    (row,) = measured(told, [(berlin("2026-06-09 10:00"), berlin("2026-06-09 00:00"), "")], within)
    assert (row["most_days"], row["working_days"], row["working_us"]) == (0.75, 0.25, 2 * 3_600_000_000)
    for begun in ("2026-06-09 10:00", "2026-06-09 00:00"):
        assert measured(told, [(berlin(begun), berlin("2026-06-08 00:00"), "")], within) == []


def test_beyond_what_is_known() -> None:
    """Before holidays are known, and before a calendar's first version, working time is unknown, never 0."""
    begun, ended = berlin("1990-06-11 08:00"), berlin("1991-06-12 12:00")
    assert worked_hours(HOLIDAYS, begun, ended) is None
    assert worked_hours(HOLIDAYS, berlin("1991-06-12 08:00"), ended) == 4
    assert worked_hours(BERLIN, berlin("1948-06-07 08:00"), berlin("1948-06-07 12:00")) == 4
    later = stream_with(OFFICE | {"since": "2026-06-09"})
    assert worked_hours(later, berlin("2026-06-08 23:59"), berlin("2026-06-09 10:00")) is None
    assert worked_hours(later, berlin("2026-06-09 00:00"), berlin("2026-06-09 10:00")) == 2


def test_after_what_is_known() -> None:
    """Where holidays are no longer known, working time is unknown, never what was worked before."""
    assert worked_hours(HOLIDAYS, berlin("2100-12-30 08:00"), berlin("2101-01-03 12:00")) is None
    assert worked_hours(HOLIDAYS, berlin("2100-12-30 08:00"), berlin("2101-01-01 00:00")) is None
    assert worked_hours(HOLIDAYS, berlin("2100-12-30 08:00"), berlin("2100-12-31 23:59")) == 16


def test_no_calendar() -> None:
    """Without a calendar there are no rows."""
    assert measured(stream_with(), [(berlin("2026-06-08 08:00"), berlin("2026-06-09 08:00"), "")]) == []


def test_one_working_day() -> None:
    """A working day is as long as the file says, else as most weekdays are, else as the longest of equally many."""
    hours = {"mon-thu": ["08:00-16:00"], "fri": ["08:00-13:00"]}
    lengths = [
        ({"hours": hours}, 8), ({"hours": hours, "day_hours": 7.4}, 7.4),
        ({"hours": {"mon": ["08:00-12:00"], "tue": ["08:00-18:00"]}}, 10),
    ]  # fmt: skip
    for told, length in lengths:
        spells = spells_of(stream_with({"name": "office", **told}), dt.date(2026, 6, 1), dt.date(2026, 6, 9))
        assert {spell.day_us for spell in spells} == {length * 3_600_000_000}


def test_whole_days_are_whole() -> None:
    """Any number of days of 7.6 hours is that number, not a hair more, so that a promise of three days can be kept."""
    told = stream_with({"name": "office", "hours": {"mon-sun": ["08:00-15:36"]}})
    begun = berlin("2026-06-01 09:07")
    cases = [(begun + dt.timedelta(days=late), begun + dt.timedelta(days=late + 3), "") for late in range(30)]
    assert {row["working_days"] for row in measured(told, cases)} == {3}


@pytest.mark.parametrize("hours", ["00:00-24:00", "00:00-06:00", "08:00-24:00"])
def test_no_two_spells_begin_at_once(hours: str) -> None:
    """A calendar is known from its first midnight on, and no instant begins two spells: a look-up is never a choice."""
    told = stream_with({"name": "c", "hours": {"mon-sun": [hours]}})
    spells = list(spells_of(told, dt.date(2026, 6, 1), dt.date(2026, 6, 4)))
    begins = [spell.from_us for spell in spells]
    assert begins == sorted(set(begins))
    midnights = [dt.datetime.fromtimestamp(begins[place] / 1e6, dt.UTC).replace(tzinfo=None) for place in (0, -1)]
    assert midnights == [berlin("2026-06-01"), berlin("2026-06-04")]
    assert spells[-1].worked_us is None
    day = [spell.from_us for spell in spells_of(told, dt.date(2026, 6, 1), dt.date(2026, 6, 2))]
    assert day == sorted(set(day))


clock = st.integers(0, 24 * 4).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")


@st.composite
def days_of_hours(draw: st.DrawFn) -> list[str]:
    """Up to three spells of one day, in any order."""
    borders = sorted(draw(st.lists(clock, min_size=2, max_size=6, unique=True)))
    return draw(st.permutations([f"{a}-{b}" for a, b in zip(borders[::2], borders[1::2], strict=False)]))


@st.composite
def versions(draw: st.DrawFn) -> list[dict[str, Any]]:
    """One or two versions of a calendar, everything said."""
    first = draw(
        st.sampled_from([dt.date(2026, 3, 20), dt.date(2026, 10, 16), dt.date(2017, 10, 6), dt.date(2025, 12, 20)])
    )
    told = []
    for since in (dt.date(2000, 1, 1), first + dt.timedelta(days=draw(st.integers(0, 12))))[: draw(st.integers(1, 2))]:
        days = draw(st.lists(st.integers(0, 16), max_size=4, unique=True).map(sorted))
        special = [(first + dt.timedelta(days=day)).isoformat() for day in days]
        told.append({
            "name": "c", "since": since.isoformat(), "day_hours": draw(st.sampled_from([8, 7.6, 0.25, 24])),
            "hours": draw(st.sampled_from([("mon-fri",), ("mon-thu", "fri"), ("mon-sun",), ("tue", "sat-sun")]).flatmap(
                lambda names: st.fixed_dictionaries({name: days_of_hours() for name in names}))),
            "holidays": draw(st.sampled_from(["DE-BW", "US", "GB-SCT"])),
            "days_off": [{"day": day, "reason": "off"} for day in special[::2]],
            "extra_days": [{"day": day, "reason": "on", "hours": draw(days_of_hours())} for day in special[1::2]],
        })  # fmt: skip
    return [{"first": first}, *told]


ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kolkata", "UTC")


@few
@given(told=versions(), zone=st.sampled_from(ZONES), begun=st.integers(0, 9 * 86_400_000), length=st.data())
def test_oracle(told: list[dict[str, Any]], zone: str, begun: int, length: st.DataObject) -> None:
    """SQL over spells agrees with a loop over the minutes: any calendar, zone and instants, summer time included."""
    start = dt.datetime.combine(told[0]["first"], dt.time()) + dt.timedelta(milliseconds=begun)
    end = start + dt.timedelta(milliseconds=length.draw(st.integers(0, 9 * 86_400_000)))
    stream = stream_with(*(calendar | {"time_zone": zone} for calendar in told[1:]))
    (row,) = measured(stream, [(start, end, "")])
    assert row["working_days"] == pytest.approx(float(loop(told[1:], zone, start, end)), abs=1e-8)


def test_calendars_of_other_streams_are_not_asked() -> None:
    """An office of the same name in another stream that never rests adds nothing to the eight hours of this one."""
    begun, ended = berlin("2026-06-09 00:00"), berlin("2026-06-10 00:00")
    with duckdb.connect() as connection:
        add_spells(connection, BERLIN, dt.date(2026, 6, 1), dt.date(2026, 6, 30))
        connection.execute(
            "INSERT INTO working_spells SELECT 'other', calendar, from_at + INTERVAL 1 HOUR, "
            "until_at + INTERVAL 1 HOUR, worked_us * 3, worked_days * 3, day_us FROM working_spells"
        )
        connection.execute(
            "CREATE TABLE cases AS SELECT 1::UBIGINT AS case_key, 'c' AS case_id, ?::TIMESTAMP AS triggered_at, "
            "?::TIMESTAMP AS finished_at, '{}' AS segments, NULL::BIGINT AS triggered_within_us, "
            "NULL::BIGINT AS finished_within_us",
            [begun, ended],
        )
        found = connection.execute(f"SELECT working_days FROM ({working_times_sql(BERLIN)})").fetchall()
    assert found == [(1.0,)]
