"""What poor quality cost this quarter: rework, failures, waiting."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class PoorQuality:
    """A row of cost_of_poor_quality. `amount` is None where it cannot be told; `reason` says why."""

    period: str
    line: str
    is_in_cost: bool
    amount: float | None
    cost_share: float | None
    quantity: float | None
    items: int
    uncosted_items: int | None
    counted_before_amount: float | None
    untraced_amount: float | None
    currency: str
    reason: str | None

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"cost_of_poor_quality/{self.period}/{self.line}"


ROWS = Rows(
    PoorQuality,
    """
SELECT period, line, is_in_cost, amount::DOUBLE AS amount, cost_share, quantity, items, uncosted_items,
    counted_before_amount::DOUBLE AS counted_before_amount, untraced_amount::DOUBLE AS untraced_amount, currency, reason
FROM cost_of_poor_quality WHERE stream = $stream AND period = $period
ORDER BY is_in_cost DESC, line DESC LIMIT 10""",
)
