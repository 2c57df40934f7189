"""The handoff matrix of a quarter ← steps and cases: which steps and kinds of performers give work to which.

The 2×2 behind the handoff ratio, taken apart: over the same cases with the same counts, so its total is the ratio's.
Every pair of steps and kinds has a row; rows without steps total the kinds ("from agent to human"), rows without kinds
total the steps, and one row totals all. All pairs of steps are counted, and of them the handoffs.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from metrics.evaluate import known_days
from metrics.handoff.returns import BOOMERANG, PING_PONG, RETURNS
from metrics.periods import spine
from metrics.published import HANDOFF_MATRIX
from metrics.reports.report import Report
from metrics.stream.model import Stream

# Parameters $stream, $period, $first_on, $until_on.
_SQL = f"""
SELECT $stream AS stream, $period AS period, previous_step, step, previous_performer_kind, performer_kind,
    count(DISTINCT case_id) AS cases, count(*) AS pairs, count(*) FILTER (is_handoff) AS handoffs,
    count(*) FILTER (handoff_kind = 'automated') AS automated, count(*) FILTER (handoff_kind = 'manual') AS manual,
    count(*) FILTER (handoff_kind = 'unknown') AS unknown,
    count(*) FILTER (is_handoff AND previous_performer_kind IN ('system', 'agent') AND performer_kind = 'human')
        AS automated_to_human,
    count(*) FILTER (manual_reason = 'designed') AS designed, count(*) FILTER (manual_reason = 'fallback') AS fallback,
    count(*) FILTER (manual_reason = 'exception') AS exception, count(*) FILTER (manual_reason = 'other') AS other,
    count(*) FILTER ({PING_PONG}) AS ping_pongs, count(*) FILTER ({BOOMERANG}) AS boomerangs
FROM steps JOIN cases USING (stream, case_id) LEFT JOIN ({RETURNS}) came_back USING (case_id, position)
WHERE stream = $stream AND outcome_kind = 'completed' AND finished_on >= $first_on AND finished_on < $until_on
    AND is_pair_counted
GROUP BY GROUPING SETS (
    (previous_step, step, previous_performer_kind, performer_kind), (previous_step, step),
    (previous_performer_kind, performer_kind), ()
)
HAVING count(*) > 0
ORDER BY ALL"""


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `handoff_matrix`: every quarter with data."""
    first_on, last_on = known_days(connection, stream)
    if first_on is None or last_on is None:
        return
    for period in spine(first_on, last_on, "quarter", stream.fiscal_year_starts):
        told = {
            "stream": stream.stream, "period": period.key, "first_on": period.first_on, "until_on": period.until_on,
        }  # fmt: skip
        yield from connection.sql(_SQL, params=told).to_arrow_table().to_pylist()


HANDOFFS_BY_STEP = Report(HANDOFF_MATRIX, ("steps", "cases"), rows)
