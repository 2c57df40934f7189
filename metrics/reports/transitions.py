"""Transitions of a quarter ← steps and cases: from which step straight to which, how often, and how long work waited.

Of the cases completed in the period, their visits up to the outcome in order of position; the first follows the start
of the case, and the outcome follows the last, so that as many moves lead into a step as out of it. A step that several
cases share is on the way of each, and counts in each. A wait is that of the visit moved into; where the step between
was left out (it began after the outcome), or a start was not told, it is unknown.
Rework is a visit of a kind that counts; what it came from need not be at fault.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from metrics.published import TRANSITIONS
from metrics.reports.quarters import DONE, parameters, quarters
from metrics.reports.report import Report
from metrics.stream.model import Stream

# Parameters of DONE, $period, and $counts: the kinds of rework that count.
_SQL = f"""
WITH done AS ({DONE}),
visits AS (
    SELECT case_id, position, step, wait_hours, coalesce(rework_kind IN (SELECT unnest($counts)), FALSE) AS is_rework
    FROM steps JOIN done USING (case_id)
    WHERE stream = $stream AND coalesce(started_at, ended_at) <= finished_at
),
moves AS (
    SELECT case_id, lag(step) OVER way AS from_step, step AS to_step, is_rework,
        CASE WHEN lag(position) OVER way = position - 1 THEN wait_hours END AS wait_hours
    FROM visits WINDOW way AS (PARTITION BY case_id ORDER BY position)
    UNION ALL
    SELECT case_id, arg_max(step, position), NULL, FALSE, NULL
    FROM done LEFT JOIN visits USING (case_id) GROUP BY case_id
)
SELECT $stream AS stream, $period AS period, from_step, to_step, count(*) AS moves, count(DISTINCT case_id) AS cases,
    count(*) FILTER (is_rework) AS rework_moves, count(wait_hours) AS waits, median(wait_hours) AS wait_hours_p50,
    sum(wait_hours ORDER BY wait_hours) / nullif(count(wait_hours), 0) AS wait_hours_mean
FROM moves GROUP BY from_step, to_step ORDER BY moves DESC, from_step NULLS FIRST, to_step NULLS LAST"""


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `transitions`: every quarter in which a case was completed, most frequent first."""
    for period in quarters(connection, stream):
        told = parameters(stream, period, with_counts=True) | {"period": period.key}
        yield from connection.sql(_SQL, params=told).to_arrow_table().to_pylist()


TRANSITIONS_COUNTED = Report(TRANSITIONS, ("steps", "cases"), rows)
