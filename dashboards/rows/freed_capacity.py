"""Freed hours of this quarter, as measured, beside what is claimed of them."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class FreedHours:
    """A row of freed_capacity. `freed_hours` is None where it was not measured, and `reason` says why."""

    step: str
    role: str
    against: str
    is_as_frozen: bool | None
    hours_per_case_then: float | None
    hours_per_case_now: float | None
    freed_hours: float | None
    low: float | None
    high: float | None
    freed_people: float | None
    claimed_hours: float
    covered_share: float | None
    reason: str | None

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"freed_capacity/{self.step}/{self.role}/{self.against}"


ROWS = Rows(
    FreedHours,
    """
SELECT step, role, against, is_as_frozen, hours_per_case_then, hours_per_case_now, freed_hours, low, high,
    freed_people, claimed_hours::DOUBLE AS claimed_hours, covered_share, reason
FROM freed_capacity WHERE stream = $stream AND period = $period ORDER BY step, role, against LIMIT 100""",
)
