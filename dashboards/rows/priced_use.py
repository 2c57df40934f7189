"""What this quarter used at the rates of the card: hours of people and metered quantities, by driver and rate."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class PricedUse:
    """Rows of costs that follow from a rate, or lack one, of one driver, rate and basis.

    `amount` is the sum of their amounts, each rounded to a millionth; None where none has a price. `quantity` is of
    those with a price.
    """

    cost_class: str
    driver: str
    rate_id: str
    basis: str
    quantity: Decimal
    amount: Decimal | None
    entries: int
    unpriced: int


# Bills have rows of their own: `billed_cost`.
ROWS = Rows(
    PricedUse,
    """
SELECT cost_class, driver, rate_id, basis,
    coalesce(sum(try_cast(quantity AS DECIMAL(28, 9))) FILTER (amount IS NOT NULL), 0)::DECIMAL(38, 9) AS quantity,
    sum(amount) AS amount, count(*) AS entries, count(*) FILTER (amount IS NULL) AS unpriced
FROM costs WHERE stream = $stream AND incurred_on >= $first_on AND incurred_on < $until_on
    AND basis NOT IN ('usage of the bill', 'started cases', 'finished cases', 'idle')
GROUP BY cost_class, driver, rate_id, basis
ORDER BY list_position(['people', 'compute', 'licence', 'shared'], cost_class), driver, rate_id, basis""",
)
