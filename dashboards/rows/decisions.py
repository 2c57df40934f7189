"""Decisions that the review of this quarter asks for, and those of earlier ones that were not settled before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class ToldDecision:
    """A row of decisions. Ends of the expected change are signed, in `unit`; None where nothing is expected."""

    decision: str
    review: str
    ask: str
    why: str | None
    owner_role: str | None
    due_on: dt.date
    cost: float | None
    currency: str | None
    metric: str | None
    statistic: str | None
    unit: str | None
    expected_low: float | None
    expected_high: float | None
    release: str | None
    state: str
    state_on: dt.date
    state_why: str | None

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"decisions/{self.decision}"


ROWS = Rows(
    ToldDecision,
    """
SELECT decision, review, ask, why, owner_role, due_on, cost::DOUBLE AS cost, currency, metric, statistic, unit,
    expected_low, expected_high, release, state, state_on, state_why
FROM decisions
WHERE stream = $stream AND (
    review IN ($period, $before) OR review < $before AND (state NOT IN ('done', 'declined') OR state_on >= $first_on)
)
ORDER BY review DESC, due_on, decision LIMIT 100""",
)
