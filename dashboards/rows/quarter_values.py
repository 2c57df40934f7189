"""The headline metrics of every quarter up to this one."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows

MOST = 20
"""Quarters that a page may show: five years."""


@dataclass(frozen=True, slots=True)
class QuarterValue:
    """A row of metric_values by quarter. `quarters` counts those the file holds up to this one."""

    metric: str
    statistic: str
    period: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    unit: str
    quarters: int

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"metric_values/{self.metric}/{self.statistic}/{self.period}"


ROWS = Rows(
    QuarterValue,
    f"""
WITH told AS (
    SELECT *, dense_rank() OVER (ORDER BY period DESC) AS age FROM metric_values
    WHERE stream = $stream AND dimensions = '{{}}' AND grain = 'quarter' AND period <= $period
        AND metric IN (
            'flow_time', 'failure_containment_time', 'handoff_ratio', 'first_time_right', 'cost_per_transaction'
        )
)
SELECT metric, statistic, period, value, low, high, n, unit, max(age) OVER () AS quarters
FROM told QUALIFY age <= {MOST} ORDER BY metric, statistic, period
""",
)
