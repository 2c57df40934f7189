"""What each integration cost in this quarter and so far, by kind; the kind (all) is their sum."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class OwnershipCost:
    """A row of cost_of_ownership."""

    integration: str
    name: str
    cost_kind: str
    amount: float | None
    amount_to_date: float | None
    currency: str
    transactions: int | None
    per_transaction: float | None

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"cost_of_ownership/{self.integration}/{self.cost_kind}"


ROWS = Rows(
    OwnershipCost,
    """
SELECT integration, name, cost_kind, amount::DOUBLE AS amount, amount_to_date::DOUBLE AS amount_to_date, currency,
    transactions, per_transaction
FROM cost_of_ownership WHERE stream = $stream AND period = $period ORDER BY integration, cost_kind LIMIT 400""",
)
