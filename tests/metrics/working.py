"""Working times in small: a stream with calendars, its spells and cases in a DuckDB of their own, and a naive loop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import holidays

from metrics.facts.working_times import working_times_sql
from metrics.stream import Stream
from metrics.tables import WORKING_SPELLS
from metrics.working.spells import spells_of

OFFICE = {"name": "office", "hours": {"mon-fri": ["08:00-12:00", "13:00-17:00"]}}
MINUTE = 60_000_000
EPOCH = dt.datetime(1970, 1, 1)
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def stream_with(*calendars: Mapping[str, Any], **told: Any) -> Stream:
    """A stream with these calendars, in Berlin unless told otherwise."""
    return Stream.model_validate({
        "stream": "made", "name": "Made", "time_zone": "Europe/Berlin", "trigger": {"first_event": True},
        "outcomes": [{"name": "ended", "last_event": True}], "segments": {"plant": {"attribute": "plant"}},
        "calendars": calendars, **told,
    })  # fmt: skip


def utc(text: str) -> dt.datetime:
    """An instant as written, with its offset, as UTC without zone."""
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC).replace(tzinfo=None)


def berlin(text: str) -> dt.datetime:
    """What the clocks of Berlin showed, as UTC without zone."""
    local = dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    return local.astimezone(dt.UTC).replace(tzinfo=None)


Case = tuple[dt.datetime, dt.datetime, str]


def add_spells(connection: duckdb.DuckDBPyConnection, stream: Stream, first_on: dt.date, until_on: dt.date) -> None:
    """The contract table `working_spells` of a stream's calendars."""
    connection.execute(WORKING_SPELLS.ddl())
    for spell in spells_of(stream, first_on, until_on):
        connection.execute(
            "INSERT INTO working_spells VALUES ('made', ?, make_timestamp(?), make_timestamp(?), ?, ?, ?)",
            [spell.calendar, spell.from_us, spell.until_us, spell.worked_us, spell.worked_days, spell.day_us],
        )


def measured(
    stream: Stream, cases: Iterable[Case], within: tuple[int | None, int | None] = (None, None)
) -> list[dict[str, Any]]:
    """Rows of working_times of cases (trigger, outcome, plant), in their order; `within` is their precision."""
    told = list(cases)
    days = [at.date() for case in told for at in case[:2]]
    with duckdb.connect() as connection:
        around = dt.timedelta(days=3)
        add_spells(connection, stream, min(days) - around, max(days) + around)
        connection.execute(
            "CREATE TABLE cases (case_key UBIGINT, case_id VARCHAR, triggered_at TIMESTAMP, finished_at TIMESTAMP, "
            "segments VARCHAR, triggered_within_us BIGINT, finished_within_us BIGINT)"
        )
        for number, (triggered, finished, plant) in enumerate(told):
            segments = f'{{"plant": "{plant}"}}'
            row = [number, triggered, finished, segments, *within]
            connection.execute("INSERT INTO cases VALUES (?, 'c', ?, ?, ?, ?, ?)", row)
        found = connection.sql(f"SELECT * FROM ({working_times_sql(stream)}) ORDER BY case_key")
        return found.to_arrow_table().to_pylist()


def worked_hours(stream: Stream, triggered: dt.datetime, finished: dt.datetime, plant: str = "") -> float | None:
    """Working hours of one case."""
    ((row),) = measured(stream, [(triggered, finished, plant)])
    return None if row["working_us"] is None else float(row["working_us"] / 3.6e9)


def loop(versions: list[Mapping[str, Any]], zone: str, triggered: dt.datetime, finished: dt.datetime) -> Fraction:
    """Working days between two instants, minute by minute, by the clock on the wall."""
    begin, end = ((at - EPOCH) // dt.timedelta(microseconds=1) for at in (triggered, finished))
    worked = Fraction(0)
    while begin < end:
        until = min(end, (begin // MINUTE + 1) * MINUTE)
        local = (EPOCH + dt.timedelta(microseconds=begin)).replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone))
        version = [v for v in versions if dt.date.fromisoformat(v["since"]) <= local.date()][-1]
        if _is_worked(version, local):
            worked += Fraction(until - begin, round(version["day_hours"] * 60) * MINUTE)
        begin = until
    return worked


def _is_worked(version: Mapping[str, Any], local: dt.datetime) -> bool:
    on = local.date().isoformat()
    spells = [spell for extra in version["extra_days"] if extra["day"] == on for spell in extra["hours"]]
    if not spells:
        country, _, part = version["holidays"].partition("-")
        is_holiday = local.date() in holidays.country_holidays(country, subdiv=part or None)
        if is_holiday or on in [off["day"] for off in version["days_off"]]:
            return False
        spells = _usual(version["hours"], local.weekday())
    return any(spell[:5] <= f"{local:%H:%M}" < spell[6:] for spell in spells)


def _usual(hours: Mapping[str, list[str]], weekday: int) -> list[str]:
    for names, spells in hours.items():
        first, last = names[:3], names[-3:]
        if WEEKDAYS.index(first) <= weekday <= WEEKDAYS.index(last):
            return spells
    return []
