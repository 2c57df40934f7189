"""Batches: cases that were kept until enough of them had come, then worked on in one go.

After a pause of at least 15 minutes a performer begins the same step of three or more cases within 5 minutes; all of
them had come before the first was begun. Each member waited, for the batch, until the last of them had come. What a
performer did before their first work in the log is not known, so nothing that begins with it is a batch.

A clerk who works off last night's orders one by one is no batch: each takes longer than a start every few minutes.
Source: Lashkevich, Milani, Chapela-Campa, Suvorau & Dumas (2023), "Why am I waiting?", after Martin et al. (2021) on
batches; ours asks for a pause and short starts instead of mining activation rules, so it finds fewer.
"""

from __future__ import annotations

FEWEST_CASES = 3
WITHIN_MINUTES = 5
PAUSE_MINUTES = 15
_MINUTE_US = 60_000_000
_APART = 1 << 63  # further than any two instants: keeps performers apart where a maximum runs through all of them
BATCHES = f"""
bursts AS MATERIALIZED (
    SELECT *, sum(is_opening::INTEGER) OVER so_far AS burst FROM (
        SELECT *, before_no IS DISTINCT FROM performer_no OR is_rested AS is_opening FROM (
            SELECT *, lag(performer_no) OVER () AS before_no,
                started_us - (lag(up_to) OVER () - performer_no * {_APART}) >= {PAUSE_MINUTES * _MINUTE_US} AS is_rested
            FROM (
                SELECT *, max(performer_no * {_APART} + greatest(started_us, ended_us)) OVER so_far AS up_to
                FROM (
                    SELECT case_no, position, step, performer_no, is_within, begun_us, started_us, ended_us
                    FROM executions WHERE performer_no IS NOT NULL AND started_us IS NOT NULL
                    ORDER BY performer_no, started_us, case_no, position
                ) WINDOW so_far AS (ROWS UNBOUNDED PRECEDING)
            )
        )
    ) WINDOW so_far AS (ROWS UNBOUNDED PRECEDING)
),
members AS MATERIALIZED (
    SELECT case_no, position, burst, step, begun_us FROM bursts JOIN (
        SELECT burst, started_us AS opened_us FROM bursts WHERE is_opening AND before_no = performer_no
    ) USING (burst)
    WHERE is_within AND begun_us < opened_us AND started_us <= opened_us + {WITHIN_MINUTES * _MINUTE_US}
),
batched AS (
    SELECT case_no, position, ready_us FROM members JOIN (
        SELECT burst, step, max(begun_us) AS ready_us FROM members
        GROUP BY burst, step HAVING count(DISTINCT case_no) >= {FEWEST_CASES}
    ) USING (burst, step)
)"""
"""CTEs; they read `executions`. `batched`: members of a batch, with when the last of them had come."""
