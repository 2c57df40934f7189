"""The bills of this quarter: what each is, what of it cases used, and what nobody did."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class BilledCost:
    """A row of bills with the costs that it is handed out as. `used` and `idle` sum to `billed`."""

    cost_class: str
    bill_id: str
    driver: str
    month: dt.date
    allocation: str
    billed: Decimal
    used: Decimal
    idle: Decimal


# The days of a bill are those of its month, and a quarter is whole months: no bill is handed out in two quarters.
ROWS = Rows(
    BilledCost,
    """
SELECT b.cost_class, b.bill_id, b.driver, b.month, b.allocation, b.amount AS billed,
    coalesce(c.used, 0)::DECIMAL(38, 6) AS used, coalesce(c.idle, 0)::DECIMAL(38, 6) AS idle
FROM bills b LEFT JOIN (
    SELECT rate_id, sum(amount) FILTER (basis <> 'idle') AS used, sum(amount) FILTER (basis = 'idle') AS idle
    FROM costs WHERE stream = $stream AND incurred_on >= $first_on AND incurred_on < $until_on
        AND basis IN ('usage of the bill', 'started cases', 'finished cases', 'idle')
    GROUP BY rate_id
) c ON c.rate_id = b.bill_id
WHERE b.stream = $stream AND b.month >= $first_on AND b.month < $until_on
ORDER BY list_position(['people', 'compute', 'licence', 'shared'], b.cost_class), b.month, b.driver, b.bill_id""",
)
