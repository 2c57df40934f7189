"""The values of the current baseline, as they were frozen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class FrozenValue:
    """A row of baselines: a value of the current version of the baseline."""

    baseline: str
    metric: str
    statistic: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    unit: str
    restated_by: float | None
    frozen_at: dt.datetime

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"baselines/{self.baseline}/{self.metric}/{self.statistic}"


ROWS = Rows(
    FrozenValue,
    """
SELECT baseline, metric, statistic, value, low, high, n, unit, restated_by, frozen_at FROM baselines
WHERE stream = $stream AND is_current ORDER BY metric, statistic, baseline
""",
)
