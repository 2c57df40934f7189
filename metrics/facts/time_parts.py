"""Time parts ← steps and cases: the flow time of each finished case taken apart, every microsecond into one part.

A sweep over the boundaries of a case. Overlapping spells are united: each moment belongs to the first that holds of

1. touch          some step is worked on: from its start to its end, whoever performs it
2. queue          a step of a system, an agent or an unknown performer is scheduled and not yet started
3. external wait  an external party has the case: from when a step of theirs was scheduled until it started; where it
                  told no schedule, from the end of the step before; where it told no start, until its end
4. human wait     a step of a human is scheduled and not yet started
5. unexplained    none of these

Only what a step told at both ends is a spell. Half told, or told the wrong way round, it explains nothing: a step with
a schedule and an end but no start waited and was worked on, and nobody knows how long either took.
Spells are cut at trigger and outcome. Parts are whole microseconds, so they sum to the flow time exactly.

Touch is NULL where no step within the flow told its work (logs of instants): that time is then wait or unexplained.
Steps that told no work beside others that did are counted as `untimed_steps`: touch is at least what stands there.
Suspended work counts as touch, as steps carry no suspension. A case finished before its trigger has no row.
"""

from __future__ import annotations

from metrics.facts.cases import spans_sql
from metrics.facts.dictionary import KIND_CODES
from metrics.facts.steps import StepQuery, instances_sql
from metrics.query import literal

PARTS = ("touch", "queue", "external_wait", "human_wait")  # in the order of precedence; unexplained is what is left
_HUMAN, _EXTERNAL = KIND_CODES["human"], KIND_CODES["external"]
_IS_TIMED = """(greatest(started_us, triggered_us) < least(ended_us, finished_us) AND started_us < ended_us
        OR started_us = ended_us AND started_us BETWEEN triggered_us AND finished_us)"""
_IS_WITHIN = """(coalesce(started_us, ended_us, scheduled_us) <= finished_us
        AND coalesce(ended_us, started_us, scheduled_us) >= triggered_us)"""


def time_parts_sql(query: StepQuery) -> str:
    """SELECT of rows of the contract table `time_parts`, with `case_key` in front."""
    return f"""
WITH flow AS MATERIALIZED (
    SELECT case_key, case_id, epoch_us(triggered_at) AS triggered_us, epoch_us(finished_at) AS finished_us
    FROM ({spans_sql(query)}) WHERE finished_at >= triggered_at
),
told AS MATERIALIZED (SELECT * FROM ({_told(query)}) JOIN flow USING (case_key)),
spells AS ({_spells()}),
swept AS ({_swept()}),
seen AS (
    SELECT case_key, count(*) FILTER ({_IS_TIMED}) AS timed_steps,
        count(*) FILTER ({_IS_WITHIN} AND NOT coalesce(started_us <= ended_us, FALSE)) AS untimed_steps
    FROM told GROUP BY case_key
)
SELECT case_key, {literal(query.stream.stream)} AS stream, case_id, finished_us - triggered_us AS flow_us,
    CASE WHEN timed_steps > 0 THEN coalesce(touch_us, 0) END AS touch_us,
    {", ".join(f"coalesce({part}_us, 0) AS {part}_us" for part in (*PARTS[1:], "unexplained"))},
    timed_steps, untimed_steps
FROM flow JOIN swept USING (case_key) JOIN seen USING (case_key)"""


def _told(query: StepQuery) -> str:
    """What each step told, in microseconds, and when the step before it was done (NULL where that is not known)."""
    window = query.window
    return f"""
    SELECT case_key, kind, scheduled_us, started_us, ended_us,
        CASE WHEN lag(case_key) OVER {window} IS NOT DISTINCT FROM case_key THEN lag(done_us) OVER {window} END
            AS given_us
    FROM (
        SELECT *, epoch_us(scheduled_at) AS scheduled_us, epoch_us(started_at) AS started_us,
            epoch_us(ended_at) AS ended_us, CASE WHEN ended_at < started_at THEN NULL ELSE ended_us END AS done_us
        FROM ({instances_sql(query)})
    )"""


def _spells() -> str:
    """One row per part and step that told it, cut at trigger and outcome."""
    cut = "greatest(from_us, triggered_us) AS from_us, least(until_us, finished_us) AS until_us"
    return f"""
    SELECT case_key, part, {cut} FROM (
        SELECT *, 'touch' AS part, started_us AS from_us, ended_us AS until_us FROM told
        UNION ALL
        SELECT *, CASE kind WHEN {_HUMAN} THEN 'human_wait' WHEN {_EXTERNAL} THEN 'external_wait' ELSE 'queue' END,
            CASE WHEN kind = {_EXTERNAL} THEN coalesce(scheduled_us, given_us) ELSE scheduled_us END,
            CASE WHEN kind = {_EXTERNAL} THEN coalesce(started_us, ended_us) ELSE started_us END
        FROM told
    ) WHERE from_us < until_us AND from_us < finished_us AND until_us > triggered_us"""


def _swept() -> str:
    """One row per case: the length of each part. Between two boundaries, the first part of which any spell runs."""
    counts = ", ".join(f"sum((part = '{part}')::INTEGER * way)::BIGINT AS {part}" for part in PARTS)
    running = ", ".join(f"sum({part}) OVER boundaries > 0 AS {part}" for part in PARTS)
    first = " ".join(f"WHEN {part} THEN '{part}'" for part in PARTS)
    lengths = ", ".join(
        f"(sum(length_us) FILTER (part = '{part}'))::BIGINT AS {part}_us" for part in (*PARTS, "unexplained")
    )
    return f"""
    SELECT case_key, {lengths} FROM (
        SELECT case_key, length_us, CASE {first} ELSE 'unexplained' END AS part FROM (
            SELECT case_key, {running}, lead(at_us) OVER boundaries - at_us AS length_us FROM (
                SELECT case_key, at_us, {counts} FROM (
                    SELECT case_key, from_us AS at_us, part, 1 AS way FROM spells
                    UNION ALL SELECT case_key, until_us, part, -1 FROM spells
                    UNION ALL SELECT case_key, triggered_us, 'unexplained', 0 FROM flow
                    UNION ALL SELECT case_key, finished_us, 'unexplained', 0 FROM flow
                ) GROUP BY case_key, at_us
            ) WINDOW boundaries AS (PARTITION BY case_key ORDER BY at_us)
        )
    ) GROUP BY case_key"""
