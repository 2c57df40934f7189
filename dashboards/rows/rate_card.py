"""The lines of the rate card that hold on a day of this quarter."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class RateLine:
    """A row of rates. Amounts are money a unit; `low` and `high` are None where nobody told them."""

    rate_id: str
    cost_class: str
    driver: str
    unit: str
    amount: Decimal
    low: Decimal | None
    high: Decimal | None
    valid_from: dt.date
    valid_to: dt.date | None
    version: int
    approved_on: dt.date | None


ROWS = Rows(
    RateLine,
    """
SELECT rate_id, cost_class, driver, unit, amount, low, high, valid_from, valid_to, version, approved_on FROM rates
WHERE stream = $stream AND valid_from < $until_on AND (valid_to IS NULL OR valid_to > $first_on)
ORDER BY list_position(['people', 'compute', 'licence', 'shared'], cost_class), driver, valid_from, rate_id""",
)
