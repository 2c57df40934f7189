"""Durations of this quarter and the one before, counted in spans."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class Span:
    """A row of distributions. `until_value` None: the last span, however long."""

    metric: str
    period: str
    position: int
    from_value: float
    until_value: float | None
    observations: int
    share: float
    unit: str

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"distributions/{self.metric}/{self.period}/{self.position}"


ROWS = Rows(
    Span,
    """
SELECT metric, period, position, from_value, until_value, observations, share, unit FROM distributions
WHERE stream = $stream AND period IN ($period, $before) AND position <= 60
ORDER BY metric, period, position
""",
)
