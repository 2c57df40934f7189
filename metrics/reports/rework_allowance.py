"""What the allow-list does to first-time-right ← steps and cases: repeats removed, cases turned, and how far it moved.

One row per quarter for each step on the list, and one for the whole list. A repeat counts as removed when it would be
a self-loop or loop that counts. A case is turned by an entry when it is right and has such a repeat: without the entry
it would not be. A case with removed repeats of two steps is turned by each; the row of the whole list has it once.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from metrics.published import REWORK_ALLOWANCE
from metrics.reports.quarters import DONE, parameters, quarters
from metrics.reports.report import Report
from metrics.stream.model import Stream

ALL = "(all)"
# Parameters of DONE, $counts, and $steps: the steps on the list.
_SQL = f"""
WITH done AS ({DONE}),
removed AS (
    SELECT case_id, step, is_rework_free FROM steps JOIN done USING (case_id)
    WHERE stream = $stream AND is_allowed_repeat
        AND CASE WHEN previous_step = step THEN 'self_loop' ELSE 'loop' END IN (SELECT unnest($counts))
),
listed AS (SELECT unnest(list_concat([$all], $steps::VARCHAR[])) AS listed_step)
SELECT listed_step, count(step), count(DISTINCT case_id), count(DISTINCT case_id) FILTER (is_rework_free),
    (SELECT count(*) FROM done), (SELECT count(*) FROM done WHERE is_rework_free)
FROM listed LEFT JOIN removed ON listed_step = $all OR listed_step = step
GROUP BY listed_step ORDER BY listed_step"""


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `rework_allowance`: none where nothing is allowed, or nothing was completed."""
    reasons: dict[str, str] = {}
    for entry in sorted(stream.rework.allowed, key=lambda entry: str(entry.since or "")):
        reasons[entry.step] = f"{reasons[entry.step]}; then {entry.reason}" if entry.step in reasons else entry.reason
    if not reasons:
        return
    for period in quarters(connection, stream):
        told = {**parameters(stream, period, with_counts=True), "all": ALL, "steps": list(reasons)}
        for step, repeats, touched, turned, completed, right in connection.execute(_SQL, told).fetchall():
            if completed:
                yield {
                    "stream": stream.stream, "period": period.key, "step": step, "reason": reasons.get(step),
                    "policy_version": stream.rework.version, "completed_cases": completed, "removed_repeats": repeats,
                    "touched_cases": touched, "turned_cases": turned, "right_share": right / completed,
                    "right_share_without": (right - turned) / completed, "moved_share": turned / completed,
                }  # fmt: skip


ALLOWANCE = Report(REWORK_ALLOWANCE, ("steps", "cases"), rows)
