"""What the unit cost is made of, by class, this quarter and the one before."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class CostClass:
    """A row of cost_by_class. `unit_cost` is None where anything of its quarter is without a price."""

    period: str
    cost_class: str
    amount: float | None
    idle_amount: float
    standard_amount: float
    unpriced_rows: int
    completed_cases: int
    unit_cost: float | None
    currency: str

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"cost_by_class/{self.period}/{self.cost_class}"


ROWS = Rows(
    CostClass,
    """
SELECT period, cost_class, amount::DOUBLE AS amount, coalesce(idle_amount, 0)::DOUBLE AS idle_amount,
    coalesce(standard_amount, 0)::DOUBLE AS standard_amount, unpriced_rows, completed_cases, unit_cost, currency
FROM cost_by_class WHERE stream = $stream AND period IN ($period, $before)
ORDER BY period DESC, amount DESC NULLS LAST, cost_class LIMIT 100""",
)
