"""Absence: which working calendar a case keeps, and when nobody works by it. Only people keep calendars.

A calendar is what somebody declared. When people happen to work in a log is no calendar: a night without work may be
an absence, or an evening on which nothing came.
"""

from __future__ import annotations

from metrics.facts.working_times import calendar_of_case, numbered_spells
from metrics.stream.model import Stream

NO_CALENDAR = """
kept AS (SELECT NULL::VARCHAR AS case_id, NULL::INTEGER AS calendar_no WHERE FALSE),
away AS (SELECT NULL::INTEGER AS calendar_no, NULL::BIGINT AS from_us, NULL::BIGINT AS until_us WHERE FALSE)"""
"""CTEs where no working calendar is known: `kept`, which case keeps which, and `away`, the spells in between."""


def absence_sql(stream: Stream) -> str:
    """CTEs of a stream: `kept`, which calendar each case keeps, and `away`, the spells between its working spells.

    Reads `cases` and `working_spells`; parameter $stream. Before the first spell, after the last, and from where a
    calendar is known no further, nobody is said to be away: what nobody declared is unexplained.
    """
    if not stream.calendars:
        return NO_CALENDAR
    return f"""
kept AS (SELECT case_id, {calendar_of_case(stream)} AS calendar_no FROM cases WHERE stream = $stream),
away AS (
    SELECT number AS calendar_no, epoch_us(until_at) AS from_us, epoch_us(next_at) AS until_us FROM (
        SELECT *, lead(from_at) OVER (PARTITION BY number ORDER BY from_at) AS next_at
        FROM ({numbered_spells(stream)})
    ) WHERE worked_us IS NOT NULL AND until_at < next_at
)"""
