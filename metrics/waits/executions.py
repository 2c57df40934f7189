"""Executions: the steps of a stream in whole numbers, each with the wait before it.

A wait runs from the end of the step before (by start) to the start of this one; the first step of a case waits from its
schedule, and so does one where the step before told no end. It is cut at the trigger. Where the step before was still
worked on there is no wait. Where a start or any beginning was not told the wait is *untold*: unknown, not 0.
Waits count where the step begins between trigger and outcome of its case.
"""

from __future__ import annotations

EXECUTIONS = """
executors AS (
    SELECT performer, (row_number() OVER ())::INTEGER AS performer_no
    FROM (SELECT DISTINCT performer FROM steps WHERE stream = $stream AND performer IS NOT NULL)
),
flows AS (
    SELECT case_id, (row_number() OVER ())::INTEGER AS case_no, calendar_no, epoch_us(triggered_at) AS triggered_us,
        coalesce(epoch_us(finished_at), 9223372036854775807) AS finished_us
    FROM (SELECT * FROM cases WHERE stream = $stream) LEFT JOIN kept USING (case_id)
),
told AS (
    SELECT case_no, position, step, performer_no, is_handoff, triggered_us, finished_us,
        CASE WHEN performer_kind = 'human' THEN calendar_no END AS calendar_no,
        epoch_us(scheduled_at) AS scheduled_us, epoch_us(started_at) AS started_us, epoch_us(ended_at) AS ended_us,
        CASE WHEN ended_at < started_at THEN NULL ELSE ended_us END AS done_us
    FROM (SELECT * FROM steps WHERE stream = $stream)
    LEFT JOIN flows USING (case_id) LEFT JOIN executors USING (performer)
),
executions AS MATERIALIZED (
    SELECT * EXCLUDE (given_us, done_us, triggered_us, finished_us),
        CASE WHEN given_us < triggered_us THEN triggered_us ELSE given_us END AS begun_us,
        coalesce(coalesce(started_us, ended_us) BETWEEN triggered_us AND finished_us, FALSE) AS is_within
    FROM (
        SELECT *, coalesce(lag(done_us) OVER (PARTITION BY case_no ORDER BY position), scheduled_us) AS given_us
        FROM told
    )
)"""
"""CTEs; parameter $stream; they read `kept` (see `absence`). `executions`: every step, with `begun_us` of its wait.

A wait is told where is_within (the flow of its case) and begun_us <= started_us. `case_no` is NULL where a case was not
triggered, `calendar_no` where the step is not a human's or no calendar is known.
"""
