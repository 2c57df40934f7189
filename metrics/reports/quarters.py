"""The quarters a report tells of, and the completed cases of each with the steps they took; for several reports."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from metrics.evaluate import known_days
from metrics.periods import Period, spine
from metrics.stream.model import Stream

# Cases completed in the period. Parameters $stream, $first_on and $until_on.
DONE = """
SELECT case_id, triggered_at, finished_at, finished_on, is_rework_free, reopens, reversals,
    CASE WHEN finished_at >= triggered_at THEN (epoch_us(finished_at) - epoch_us(triggered_at)) / 86400e6 END
        AS flow_days
FROM cases
WHERE stream = $stream AND outcome_kind = 'completed' AND finished_on >= $first_on AND finished_on < $until_on"""

# Their visits up to the outcome. `is_accepted`: the output was used as it came. It was not where the next visit of the
# case is a rejection or a correction, or where the step was done again, at once or later, and that counts as rework
# ($counts, the kinds that do); also when that came after the outcome.
VISITS = f"""
SELECT * FROM (
    SELECT s.*, done.finished_at, done.finished_on,
        NOT coalesce(next_kind IN ('rejection', 'correction') AND next_kind IN (SELECT unnest($counts)), FALSE)
        AND NOT coalesce(again_kind IN ('self_loop', 'loop') AND again_kind IN (SELECT unnest($counts)), FALSE)
            AS is_accepted
    FROM (
        SELECT *, lead(rework_kind) OVER (PARTITION BY case_id ORDER BY position) AS next_kind,
            lead(rework_kind) OVER (PARTITION BY case_id, step ORDER BY position) AS again_kind
        FROM steps WHERE stream = $stream AND case_id IN (SELECT case_id FROM ({DONE}))
    ) s JOIN ({DONE}) done USING (case_id)
) WHERE coalesce(started_at, ended_at) <= finished_at"""


def quarters(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[Period]:
    """Every quarter with data, oldest first."""
    first_on, last_on = known_days(connection, stream)
    if first_on is not None and last_on is not None:
        yield from spine(first_on, last_on, "quarter", stream.fiscal_year_starts)


def parameters(stream: Stream, period: Period, *, with_counts: bool = False) -> dict[str, object]:
    """The parameters of DONE, and of VISITS with the kinds that count."""
    told: dict[str, object] = {"stream": stream.stream, "first_on": period.first_on, "until_on": period.until_on}
    return told | {"counts": list(stream.rework.counted)} if with_counts else told
