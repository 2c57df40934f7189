"""Why cost differs from the quarter before, in total and for a completed case: all classes, and people alone."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class CostVariance:
    """A row of cost_variance, of all classes or of people. Amounts are None without a bridge; `reason` says why."""

    period: str
    measure: str
    cost_class: str
    before_amount: float | None
    volume_amount: float | None
    efficiency_amount: float | None
    mix_amount: float | None
    rate_amount: float | None
    idle_amount: float | None
    spending_amount: float | None
    after_amount: float | None
    currency: str
    reason: str | None

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"cost_variance/{self.period}/{self.measure}/{self.cost_class}"


ROWS = Rows(
    CostVariance,
    """
SELECT period, measure, cost_class, before_amount::DOUBLE AS before_amount, volume_amount::DOUBLE AS volume_amount,
    efficiency_amount::DOUBLE AS efficiency_amount, mix_amount::DOUBLE AS mix_amount,
    rate_amount::DOUBLE AS rate_amount, idle_amount::DOUBLE AS idle_amount,
    spending_amount::DOUBLE AS spending_amount, after_amount::DOUBLE AS after_amount, currency, reason
FROM cost_variance WHERE stream = $stream AND period = $period AND cost_class IN ('all', 'people')
ORDER BY measure, cost_class LIMIT 10""",
)
