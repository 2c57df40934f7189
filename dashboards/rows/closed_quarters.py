"""The closed quarters of the stream, newest first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dashboards.rows.rows import Rows

MOST = 20
"""Quarters that a page may show: five years."""


@dataclass(frozen=True, slots=True)
class ClosedQuarter:
    """A row of closed_quarters. `restated` counts numbers of the quarter, its months and weeks."""

    quarter: str
    closed_at: dt.datetime
    closed_by: str | None
    why: str | None
    anyway: str | None
    numbers: int
    restated: int
    code_version: str
    digest: str
    is_here: bool

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"closed_quarters/{self.quarter}"


ROWS = Rows(
    ClosedQuarter,
    f"""
SELECT quarter, closed_at, closed_by, why, anyway, numbers, restated, code_version, digest, quarter = $period AS is_here
FROM closed_quarters WHERE stream = $stream QUALIFY row_number() OVER (ORDER BY quarter DESC) <= {MOST} OR is_here
ORDER BY quarter DESC
""",
)
