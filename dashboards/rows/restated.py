"""Numbers of closed quarters that would be other ones now: those of whole quarters, this one first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dashboards.rows.rows import Rows

MOST = 200
"""Rows that a page may show."""


@dataclass(frozen=True, slots=True)
class Restated:
    """A row of restatements of a whole quarter. Sums of money, of one `cost_class`, stand in the columns of values.

    `finer` counts the months and weeks of its quarter that are restated, too, and `of_quarter` its own rows.
    """

    quarter: str
    metric: str
    statistic: str
    cost_class: str | None
    unit: str
    closed_value: float | None
    value_now: float | None
    difference: float | None
    closed_n: int | None
    n_now: int | None
    causes: str
    late_events: int
    late_cases: int
    first_arrived_at: dt.datetime | None
    last_arrived_at: dt.datetime | None
    seen_at: dt.datetime
    finer: int
    of_quarter: int

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"restatements/{self.quarter}/{self.metric}/{self.statistic}"

    @property
    def column(self) -> str:
        """What its columns are called: those of a value, or those of a sum."""
        return "amount" if self.statistic == "sum" else "value"


ROWS = Rows(
    Restated,
    f"""
WITH told AS (
    SELECT *, count(*) FILTER (grain <> 'quarter') OVER (PARTITION BY quarter) AS finer,
        count(*) FILTER (grain = 'quarter') OVER (PARTITION BY quarter) AS of_quarter
    FROM restatements WHERE stream = $stream
)
SELECT quarter, metric, statistic, json_extract_string(dimensions, '$.cost_class') AS cost_class, unit,
    coalesce(closed_value, closed_amount::DOUBLE) AS closed_value,
    coalesce(value_now, amount_now::DOUBLE) AS value_now, coalesce(difference, amount_difference::DOUBLE) AS difference,
    closed_n, n_now, causes, late_events, late_cases, first_arrived_at, last_arrived_at, seen_at, finer, of_quarter
FROM told WHERE grain = 'quarter'
ORDER BY quarter = $period DESC, quarter DESC, metric, statistic, dimensions LIMIT {MOST}
""",
)
