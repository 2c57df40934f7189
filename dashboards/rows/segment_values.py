"""Headline values by segment, of this quarter and the seven before it."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows

MOST = 24
"""Values of a segment that a page may show: those with the most observations this quarter."""


@dataclass(frozen=True, slots=True)
class SegmentValue:
    """A row of segment_values. `rank` is its rank this quarter, `segment` None where the value was never told."""

    metric: str
    statistic: str
    period: str
    dimension: str
    rank: int
    segment: str | None
    value: float | None
    low: float | None
    high: float | None
    n: int
    unit: str
    segments: int
    observations: int

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return (
            f"segment_values/{self.metric}/{self.statistic}/{self.period}/{self.dimension}/{self.segment or 'not told'}"
        )


ROWS = Rows(
    SegmentValue,
    f"""
WITH told AS (
    SELECT *, max(rank) FILTER (period = $period) OVER (
        PARTITION BY metric, statistic, dimension, segment
    ) AS rank_now, dense_rank() OVER (ORDER BY period DESC) AS age
    FROM segment_values WHERE stream = $stream AND period <= $period
)
SELECT metric, statistic, period, dimension, rank_now AS rank, segment, value, low, high, n, unit, segments,
    observations
FROM told WHERE rank_now <= {MOST} AND age <= 8
ORDER BY metric, statistic, dimension, rank_now, period, segment
""",
)
