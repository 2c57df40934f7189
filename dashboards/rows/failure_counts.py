"""How many failures there were, this quarter and the one before, by level and by severity."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class FailureCount:
    """A row of failures_by_severity in which either the level or the severity is `all`."""

    period: str
    level: str
    severity: str
    detected: int
    closed: int
    open_at_end: int
    auto_healed: int
    auto_healed_unknown: int
    failing_hours: float | None
    failing_share: float | None
    caused_by_release: int
    unattributed: int

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"failures_by_severity/{self.period}/{self.level}/{self.severity}"


ROWS = Rows(
    FailureCount,
    """
SELECT period, level, severity, detected, closed, open_at_end, auto_healed, auto_healed_unknown, failing_hours,
    failing_share, caused_by_release, unattributed
FROM failures_by_severity
WHERE stream = $stream AND period IN ($period, $before) AND (level = 'all' OR severity = 'all')
ORDER BY period DESC, level, severity LIMIT 200""",
)
