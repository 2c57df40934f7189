"""Open work ← cases and steps: each case open at the newest event, oldest first, with its targets and its doubt.

Ages are to the newest event of the stream: the same data tell the same ages, whenever they are read. A case is past a
target when it is older than it; the limit itself is kept. What is suspect, and why, is told in `metrics.phantoms`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import duckdb

from metrics.flow.flow_time import FLOW_TIME
from metrics.phantoms import quiet_limit
from metrics.published import OPEN_WORK
from metrics.reports.report import Report
from metrics.stream.model import Stream
from metrics.targets import targets_of
from metrics.windows import DAY_US

_SQL = """
WITH latest AS (SELECT epoch_us(max(last_event_at)) AS newest_us FROM cases WHERE stream = $stream),
waiting AS (
    SELECT * FROM cases WHERE stream = $stream AND finished_at IS NULL
),
last_steps AS (
    SELECT case_id, arg_max(step, position) AS last_step FROM steps
    WHERE stream = $stream AND case_id IN (SELECT case_id FROM waiting) GROUP BY case_id
)
SELECT case_id, triggered_at, last_event_at, newest_us - epoch_us(triggered_at) AS age_us,
    newest_us - epoch_us(last_event_at) AS quiet_us, last_step, segments
FROM waiting CROSS JOIN latest LEFT JOIN last_steps USING (case_id)
ORDER BY triggered_at, case_id"""


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `open_work`, oldest case first."""
    limit = quiet_limit(connection, stream)
    targets = {
        statistic.value: round(target * DAY_US)
        for metric, statistic, target in targets_of(stream)
        if metric is FLOW_TIME
    }
    for row in connection.sql(_SQL, params={"stream": stream.stream}).to_arrow_table().to_pylist():
        age_us, quiet_us = row.pop("age_us"), row.pop("quiet_us")
        past = {statistic: age_us > target_us for statistic, target_us in targets.items()}
        yield {
            "stream": stream.stream, **row, "age_days": age_us / DAY_US, "quiet_days": quiet_us / DAY_US,
            "last_label": row["last_step"] and stream.label_of(row["last_step"]), "past_targets": json.dumps(past),
            "is_past_target": any(past.values()) if past else None,
            "is_phantom_suspect": limit.is_suspect(quiet_us), "phantom_reason": limit.reason(quiet_us),
        }  # fmt: skip


OPEN_WORK_LISTED = Report(OPEN_WORK, ("cases", "steps"), rows)
