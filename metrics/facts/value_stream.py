"""The value stream of a quarter ← steps and cases: who does each step, how long work waits before it and takes in it.

One row per step of the cases completed in the period, up to their outcome, in the stream file's order, then in the
order work passes them.
*Usable as received* (%C&A) is the share of visits not sent back or mended directly after.
"""

from __future__ import annotations

from metrics.periods import Period
from metrics.stream.model import Stream


def value_stream_sql(steps: str = "steps") -> str:
    """SELECT of rows of the published table `value_stream`; parameters $stream, $period, $first_on, $until_on, $order.

    `$order` lists the stream file's steps in order; `steps` names the relation of steps, where the view is too dear.
    """
    return f"""
WITH done AS (
    SELECT case_id, finished_at FROM cases
    WHERE stream = $stream AND outcome_kind = 'completed' AND finished_on >= $first_on AND finished_on < $until_on
),
visits AS (
    SELECT s.*, lead(rework_kind) OVER (PARTITION BY case_id ORDER BY position) AS next_rework_kind
    FROM {steps} s JOIN done USING (case_id)
    WHERE stream = $stream AND coalesce(s.started_at, s.ended_at) <= done.finished_at
),
passed AS (
    SELECT step, mode(performer_kind) AS performer_kind, mode(role) AS role, count(*) AS visits,
        count(DISTINCT case_id) AS cases, avg(wait_hours) AS wait_hours, avg(touch_hours) AS touch_hours,
        1 - avg(coalesce(next_rework_kind IN ('rejection', 'correction', 'self_loop'), FALSE)::INTEGER)
            AS accurate_share,
        avg(position) AS mean_position
    FROM visits GROUP BY step
)
SELECT $stream AS stream, $period AS period,
    row_number() OVER (ORDER BY coalesce(list_position($order, step), 1000000), mean_position, step)::INTEGER
        AS position,
    step, step AS label, performer_kind, role, visits, cases, cases / (SELECT count(*) FROM done) AS case_share,
    wait_hours, touch_hours, accurate_share
FROM passed ORDER BY position"""


def parameters_for(stream: Stream, period: Period) -> dict[str, object]:
    """Parameters of `value_stream_sql`."""
    return {
        "stream": stream.stream, "period": period.key, "first_on": period.first_on, "until_on": period.until_on,
        "order": [step.name for step in stream.steps],
    }  # fmt: skip
