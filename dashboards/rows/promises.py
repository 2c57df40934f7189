"""What was promised to customers this quarter, how many may miss it, and how many did."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class Promise:
    """A row of objectives. Burn is None where nothing is said of it."""

    metric: str
    statistic: str
    target: float
    unit: str
    wanted_share: float
    subjects: int
    misses: int
    budget: float
    budget_left: float
    short_burn: float | None
    long_burn: float | None
    is_alert: bool | None
    open_past_target: int | None

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"objectives/{self.metric}/{self.statistic}"


ROWS = Rows(
    Promise,
    """
SELECT metric, statistic, target, unit, wanted_share, subjects, misses, budget, budget_left, short_burn, long_burn,
    is_alert, open_past_target
FROM objectives WHERE stream = $stream AND period = $period ORDER BY tier, metric, statistic LIMIT 60""",
)
