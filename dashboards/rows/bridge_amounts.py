"""The cost bridge of this quarter to the millionth: every class, in total and for a completed case."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class BridgeAmounts:
    """A row of cost_variance as money is kept. Amounts are None without a bridge; `reason` says why."""

    period: str
    measure: str
    cost_class: str
    before_amount: Decimal | None
    volume_amount: Decimal | None
    efficiency_amount: Decimal | None
    mix_amount: Decimal | None
    rate_amount: Decimal | None
    idle_amount: Decimal | None
    spending_amount: Decimal | None
    after_amount: Decimal | None
    reason: str | None

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"cost_variance/{self.period}/{self.measure}/{self.cost_class}"


ROWS = Rows(
    BridgeAmounts,
    """
SELECT period, measure, cost_class, before_amount, volume_amount, efficiency_amount, mix_amount, rate_amount,
    idle_amount, spending_amount, after_amount, reason
FROM cost_variance WHERE stream = $stream AND period = $period
ORDER BY measure DESC, list_position(['people', 'compute', 'licence', 'shared', 'all'], cost_class)""",
)
