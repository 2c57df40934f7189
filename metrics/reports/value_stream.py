"""The value stream of a quarter ← steps and cases: who does each step, how long work waits before it and takes in it.

One row per step of the cases completed in the period, up to their outcome, in the stream file's order, then in the
order work passes them.
*Usable as received* (%C&A) is the share of visits not sent back or mended directly after.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from metrics.evaluate import known_days
from metrics.periods import Period, spine
from metrics.published import VALUE_STREAM
from metrics.reports.report import Report
from metrics.stream.model import Stream

# Parameters $stream, $period, $first_on, $until_on, and $order: the stream file's steps in order.
_SQL = """
WITH done AS (
    SELECT case_id, finished_at FROM cases
    WHERE stream = $stream AND outcome_kind = 'completed' AND finished_on >= $first_on AND finished_on < $until_on
),
visits AS (
    SELECT s.*, lead(rework_kind) OVER (PARTITION BY case_id ORDER BY position) AS next_rework_kind
    FROM steps s JOIN done USING (case_id)
    WHERE stream = $stream AND coalesce(s.started_at, s.ended_at) <= done.finished_at
),
passed AS (
    SELECT step, mode(performer_kind) AS performer_kind, mode(role) AS role, count(*) FILTER (is_counted) AS visits,
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


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `value_stream`: every quarter with data."""
    first_on, last_on = known_days(connection, stream)
    if first_on is None or last_on is None:
        return
    for period in spine(first_on, last_on, "quarter", stream.fiscal_year_starts):
        found = connection.sql(_SQL, params=_parameters(stream, period)).to_arrow_table()
        yield from ({**row, "label": stream.label_of(row["step"])} for row in found.to_pylist())


def _parameters(stream: Stream, period: Period) -> dict[str, object]:
    return {
        "stream": stream.stream, "period": period.key, "first_on": period.first_on, "until_on": period.until_on,
        "order": [step.name for step in stream.steps],
    }  # fmt: skip


VALUE_STREAM_MAP = Report(VALUE_STREAM, ("steps", "cases", "costs"), rows)
