"""Working times ← cases and working spells: the flow time of each finished case in the calendar of its site.

Two look-ups a case: what was worked by its outcome, less what was worked by its trigger. Never a row per day and case.
The same look-up serves any instants: `worked_at` over `numbered_spells`. Calendars are numbers inside, by their order
in the stream file, as comparing names would cost more than all the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

from metrics.facts.dictionary import case_when
from metrics.query import literal
from metrics.stream.model import Stream

_NONE = "NULL::DOUBLE"


@dataclass(frozen=True, slots=True)
class Worked:
    """What a calendar says of an instant: SQL of a join, and of the work done until then by that calendar.

    Both expressions are NULL where the instant is, and where the calendar does not reach.
    """

    join: str
    us: str
    days: str


def worked_at(instant: str, number: str, alias: str, spells: str = "spells") -> Worked:
    """Look up an instant (SQL, TIMESTAMP) in the calendar of a number (SQL), in a relation of numbered spells."""
    into = f"(epoch_us(least({instant}, {alias}.until_at)) - epoch_us({alias}.from_at))"
    return Worked(
        f"ASOF LEFT JOIN {spells} {alias} ON {alias}.number = {number} AND {instant} >= {alias}.from_at",
        f"({alias}.worked_us + {into})",
        f"({alias}.worked_days + {into} / {alias}.day_us::DOUBLE)",
    )


def numbered_spells(stream: Stream, relation: str = "working_spells") -> str:
    """SELECT of the working spells of a stream with the number of their calendar."""
    numbers = [(f"calendar = {literal(name)}", str(number)) for number, name in enumerate(_names(stream))]
    return f"""
SELECT {case_when(numbers, "NULL::INTEGER")} AS number, from_at, until_at, worked_us, worked_days, day_us
FROM {relation} WHERE stream = {literal(stream.stream)}"""


def calendar_of_case(stream: Stream) -> str:
    """SQL for the number of the calendar a case keeps, from its `segments`; NULL where the stream file has none."""
    names = _names(stream)
    if not names:
        return "NULL::INTEGER"
    if stream.sites is None:
        return "0"
    site = f"json_extract_string(segments, '$.{stream.sites.segment}')"
    kept = [(f"{site} = {literal(value)}", str(names.index(name))) for value, name in stream.sites.calendars.items()]
    return case_when(kept, str(names.index(stream.sites.default or names[0])))


def working_times_sql(stream: Stream, cases: str = "cases", spells: str = "working_spells") -> str:
    """SELECT of rows of the contract table `working_times`, with `case_key` in front, from cases of the one stream.

    Days are rounded to a billionth, so that three days of 7.6 hours are 3 and not a hair more. Where times are told
    less precisely, the working time is in the middle between the least and the most it can be.
    """
    began, ended = worked_at("triggered_at", "kept.number", "began"), worked_at("finished_at", "kept.number", "ended")
    us, days, least, most, joins = f"{ended.us} - {began.us}", f"{ended.days} - {began.days}", _NONE, _NONE, ""
    if not stream.source.is_exact:
        late_begin = worked_at(_latest("triggered"), "kept.number", "late_begin")
        late_end = worked_at(_latest("finished"), "kept.number", "late_end")
        us = f"({us} + {late_end.us} - {late_begin.us}) // 2"
        days = f"({days} + {late_end.days} - {late_begin.days}) / 2"
        least, most = f"round({ended.days} - {late_begin.days}, 9)", f"round({late_end.days} - {began.days}, 9)"
        joins = f"{late_begin.join}\n{late_end.join}"
    named = case_when([(f"kept.number = {n}", literal(name)) for n, name in enumerate(_names(stream))], "NULL::VARCHAR")
    return f"""
WITH spells AS ({numbered_spells(stream, spells)})
SELECT case_key, {literal(stream.stream)} AS stream, case_id, {named} AS calendar,
    {us} AS working_us, round({days}, 9) AS working_days, {least} AS least_days, {most} AS most_days
FROM (
    SELECT case_key, case_id, triggered_at, finished_at, triggered_within_us, finished_within_us,
        {calendar_of_case(stream)} AS number
    FROM {cases} WHERE finished_at >= triggered_at
        OR epoch_us(finished_at) + coalesce(finished_within_us, 0) > epoch_us(triggered_at)
) kept
{began.join}
{ended.join}
{joins}
WHERE kept.number IS NOT NULL"""


def _latest(what: str) -> str:
    """SQL for the instant before which it was."""
    return f"make_timestamp(epoch_us({what}_at) + coalesce({what}_within_us, 0))"


def _names(stream: Stream) -> list[str]:
    return list(dict.fromkeys(calendar.name for calendar in stream.calendars))
