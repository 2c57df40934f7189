"""How long the stages of failures took this quarter, by level and by severity."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class FailureStage:
    """A row of failure_stages in which either the level or the severity is `all`; the median is in days."""

    period: str
    level: str
    severity: str
    position: int
    stage: str
    median_days: float | None
    n: int

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"failure_stages/{self.period}/{self.level}/{self.severity}/{self.stage}"


ROWS = Rows(
    FailureStage,
    """
SELECT period, level, severity, position, stage, median_days, n FROM failure_stages
WHERE stream = $stream AND period = $period AND (level = 'all' OR severity = 'all')
ORDER BY level, severity, position LIMIT 600""",
)
