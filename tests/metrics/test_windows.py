"""Windows: where a local day begins as an instant, and what the data cover of a period."""

from __future__ import annotations

import datetime as dt
import itertools

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.windows import DAY_US, day_start_us, known_span, moment_of, windows_of
from tests.metrics.builder import STREAM, SUNDAY, World

HOUR_US = 3_600_000_000


@pytest.mark.parametrize(
    ("day", "zone", "begins"),
    [
        ("2026-01-05", "UTC", "2026-01-05 00:00"),
        ("2026-01-05", "Europe/Berlin", "2026-01-04 23:00"),
        ("2026-07-06", "Europe/Berlin", "2026-07-05 22:00"),
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04 03:00"),  # 00:00 does not exist: the day begins at 01:00
        ("2023-11-05", "America/Havana", "2023-11-05 04:00"),  # 00:00 comes twice: the day begins with the first
    ],
)
def test_a_local_day_begins_at_its_first_instant(day: str, zone: str, begins: str) -> None:
    """The first instant is local midnight, or the change of the clock where it jumps over midnight."""
    found = moment_of(day_start_us(dt.date.fromisoformat(day), zone))
    assert f"{found:%Y-%m-%d %H:%M}" == begins


@settings(max_examples=30, deadline=None)
@given(
    day=st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1)),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/Havana", "Asia/Kathmandu", "Australia/Lord_Howe"]),
)
def test_the_microsecond_before_is_the_day_before(day: dt.date, zone: str) -> None:
    """DuckDB's own calendar puts the first instant on the day, and the microsecond before on the day before."""
    begins = moment_of(day_start_us(day, zone)).replace(tzinfo=None)
    sql = f"SELECT (($at AT TIME ZONE 'UTC') AT TIME ZONE '{zone}')::DATE"
    with duckdb.connect() as connection:
        told = [
            connection.execute(sql, {"at": at}).fetchall()[0][0]
            for at in (begins, begins - dt.timedelta(microseconds=1))
        ]
    assert told == [day, day - dt.timedelta(days=1)]


def test_weeks_of_a_clock_change_are_an_hour_off() -> None:
    """A week in which the clock changes lasts an hour less or more, and the next begins where it ends."""
    stream = STREAM.model_copy(update={"time_zone": "Europe/Berlin"})
    world = World().case("a", 75.0, 100.0)  # 2026-03-20 on
    weeks = windows_of(world.connection, stream, ("week",))
    lengths = {week.period.first_on.isoformat(): (week.until_us - week.from_us) // HOUR_US for week in weeks}
    assert lengths["2026-03-23"] == 7 * 24 - 1
    assert set(lengths.values()) == {7 * 24, 7 * 24 - 1}
    assert all(one.until_us == other.from_us for one, other in itertools.pairwise(weeks))


def test_what_the_data_cover() -> None:
    """The first and the newest window are covered from the first trigger to the newest event, the others whole."""
    world = World().case("a", 2.5, 3.0).case("b", 9.0, last_event=17.0)  # Tuesday noon to Wednesday of the third week
    weeks = windows_of(world.connection, STREAM, ("week",))
    assert [week.known_us / DAY_US for week in weeks] == [5.5, 7.0, 2.0]
    assert [week.is_partial for week in weeks] == [True, False, True]


@pytest.mark.parametrize(
    ("first", "newest", "partial"), [(1.99, 7.5, False), (2.0, 7.5, True), (1.5, 7.01, False), (1.5, 7.0, True)]
)
def test_partial_is_a_day_or_more(first: float, newest: float, partial: bool) -> None:
    """Hours that are missing on the first or the last day make no period partial; a whole day does."""
    world = World().case("a", first, newest)
    assert [week.is_partial for week in windows_of(world.connection, STREAM, ("week",))] == [partial]


def test_an_event_on_the_border_opens_the_next_window() -> None:
    """The newest event at midnight belongs to the day it begins: that window is there, and covers no time."""
    world = World().case("a", 1.0, 8.0)
    weeks = windows_of(world.connection, STREAM, ("week",))
    assert [week.known_us / DAY_US for week in weeks] == [7.0, 0.0]


def test_grains_follow_each_other() -> None:
    """Several grains are told one after the other, each over all that is known; without cases there is none."""
    world = World().case("a", 1.0, 40.0)
    told = windows_of(world.connection, STREAM, ("month", "quarter"))
    assert [window.period.key for window in told] == ["2026-01", "2026-02", "2026-Q1"]
    assert windows_of(World().connection, STREAM, ("month",)) == []
    other = STREAM.model_copy(update={"stream": "other"})
    assert known_span(world.connection, other) is None


def test_the_known_span_is_exact() -> None:
    """First trigger and newest event are whole microseconds of Unix time."""
    world = World().case("a", 1.0, 2.0).case("b", 0.5, last_event=3.0)
    span = known_span(world.connection, STREAM)
    assert span is not None
    assert [moment_of(us).replace(tzinfo=None) for us in span] == [
        SUNDAY + dt.timedelta(hours=12), SUNDAY + dt.timedelta(days=3)
    ]  # fmt: skip
