"""How a wait is cut: at four instants of it what its performer was up to by then, and the differences between them.

A wait is [begun, started]. It was kept for a batch until ready, and handed over by handed; both lie within it, and are
its beginning where there was no batch and no handoff to see. So begun ≤ ready ≤ handed ≤ started, and the causes sum
to the wait whatever the log says.
"""

from __future__ import annotations

from metrics.waits.absence import NO_CALENDAR
from metrics.waits.batches import BATCHES
from metrics.waits.busy_time import BUSY_TIME
from metrics.waits.executions import EXECUTIONS


def _at(place: str) -> str:
    """SQL for what the performer was up to one of the four instants of a wait."""
    return ", ".join(f"max({state}_us) FILTER (place = '{place}') AS {state}_{place}" for state in ("away", "busy"))


def _between(state: str, first: str, last: str) -> str:
    """SQL for how long the performer was away or busy between two instants of a wait; 0 where none is told."""
    return f"coalesce({_first_known(state, last)} - {_first_known(state, first)}, 0)"


def _first_known(state: str, place: str) -> str:
    """SQL for a state by an instant; those within a wait were looked up only where they differ from its beginning."""
    return f"{state}_{place}" if place in ("begun", "started") else f"coalesce({state}_{place}, {state}_begun)"


def causes_sql(absence: str = NO_CALENDAR) -> str:
    """One row per quarter and step: the wait put down to each cause but the last, and how many waits it is judged of.

    Parameters $stream, $periods and $borders: the quarters with the instants in which they begin, oldest first.
    """
    return f"WITH {absence},{EXECUTIONS},{BUSY_TIME},{BATCHES},{_CUT}"


_CUT = f"""
quarters AS (SELECT unnest($periods) AS period, unnest($borders)::BIGINT AS from_us),
dated AS MATERIALIZED (
    SELECT d.*, period FROM (SELECT *, coalesce(started_us, ended_us) AS at_us FROM executions WHERE is_within) d
    ASOF JOIN quarters ON at_us >= from_us
),
waits AS MATERIALIZED (
    SELECT *, CASE WHEN is_handoff AND scheduled_us > ready_us THEN least(scheduled_us, started_us) ELSE ready_us END
        AS handed_us
    FROM (
        SELECT (row_number() OVER ())::INTEGER AS wait_no, period, step, d.performer_no, d.calendar_no, pair_no,
            is_handoff, scheduled_us, begun_us, started_us, coalesce(ready_us, begun_us) AS ready_us
        FROM dated d LEFT JOIN batched USING (case_no, position) LEFT JOIN pairs ON
            d.performer_no IS NOT DISTINCT FROM pairs.performer_no
            AND d.calendar_no IS NOT DISTINCT FROM pairs.calendar_no
        WHERE begun_us <= started_us
    )
),
asked AS (
    SELECT wait_no, pair_no, unnest(CASE
            WHEN ready_us = begun_us AND handed_us = begun_us THEN ['begun', 'started']
            ELSE ['begun', 'ready', 'handed', 'started'] END) AS place,
        unnest(CASE
            WHEN ready_us = begun_us AND handed_us = begun_us THEN [begun_us, started_us]
            ELSE [begun_us, ready_us, handed_us, started_us] END) AS asked_us
    FROM waits WHERE pair_no IS NOT NULL AND begun_us < started_us
),
looked_up AS (
    SELECT wait_no, {_at("begun")}, {_at("ready")}, {_at("handed")}, {_at("started")} FROM (
        SELECT wait_no, place, away_us + is_away::BIGINT * (asked_us - at_us) AS away_us,
            busy_us + is_busy::BIGINT * (asked_us - at_us) AS busy_us
        FROM asked ASOF JOIN timeline ON asked.pair_no = timeline.pair_no AND asked_us >= at_us
    ) GROUP BY wait_no
),
cut AS (
    SELECT period, step, count(*) AS waits, sum(started_us - begun_us)::BIGINT AS total_us,
        sum({_between("away", "begun", "started")})::BIGINT AS absence_us, count(calendar_no) AS absence_waits,
        sum(ready_us - begun_us - {_between("away", "begun", "ready")})::BIGINT AS batch_us,
        count(performer_no) AS batch_waits,
        sum({_between("busy", "ready", "started")})::BIGINT AS queue_us, count(performer_no) AS queue_waits,
        sum(handed_us - ready_us - {_between("away", "ready", "handed")} - {_between("busy", "ready", "handed")})
            ::BIGINT AS handoff_us,
        count(*) FILTER (NOT is_handoff OR scheduled_us IS NOT NULL) AS handoff_waits
    FROM waits LEFT JOIN looked_up USING (wait_no) GROUP BY period, step
),
untold AS (
    SELECT period, step, count(*) AS untold_waits FROM dated
    WHERE (started_us IS NULL OR begun_us IS NULL) AND (position > 1 OR scheduled_us IS NOT NULL)
    GROUP BY period, step
)
SELECT *, coalesce(untold_waits, 0) AS untold_waits FROM cut FULL JOIN untold USING (period, step)
ORDER BY period, step"""
