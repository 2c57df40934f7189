"""How many open cases are probably not open, by the quarter they were started in, and how far they move the time."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class PhantomCount:
    """A row of phantom_audit; the newest quarters first, `all` before them. None is what nobody can say."""

    grain: str
    period: str
    started_cases: int
    open_cases: int
    suspects: int | None
    quiet_limit_days: float | None
    p50_days: float | None
    p50_without_days: float | None
    p90_days: float | None
    p90_without_days: float | None

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"phantom_audit/{self.grain}/{self.period}"


ROWS = Rows(
    PhantomCount,
    """
SELECT grain, period, started_cases, open_cases, suspects, quiet_limit_days, p50_days, p50_without_days, p90_days,
    p90_without_days
FROM phantom_audit WHERE stream = $stream ORDER BY grain, first_on DESC, period LIMIT 13""",
)
