"""Cost of a quarter by class ← costs and cases: what the unit cost is made of.

The same rows that `cost_per_transaction` divides, summed as DECIMAL by class: people, compute, licence, shared. A class
without a row in the quarter has none here: nothing is told of it, which is not the same as nothing spent. Where any row
of the quarter has no price no unit cost is told, as the metric tells none; what is priced is summed all the same.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from metrics.published import COST_BY_CLASS
from metrics.reports.quarters import quarters
from metrics.reports.report import Report
from metrics.stream.model import Stream

# Parameters $stream, $period, $first_on, $until_on.
_SQL = """
WITH spent AS (
    SELECT * FROM costs WHERE stream = $stream AND incurred_on >= $first_on AND incurred_on < $until_on
),
completed AS (
    SELECT count(*) AS completed_cases FROM cases
    WHERE stream = $stream AND outcome_kind = 'completed' AND finished_on >= $first_on AND finished_on < $until_on
)
SELECT $stream AS stream, $period AS period, cost_class, sum(amount) AS amount,
    coalesce(sum(amount) FILTER (basis = 'idle'), 0) AS idle_amount,
    coalesce(sum(amount) FILTER (basis = 'standard minutes'), 0) AS standard_amount,
    count(*) FILTER (amount IS NULL) AS unpriced_rows, any_value(completed_cases) AS completed_cases,
    CASE WHEN (SELECT bool_and(amount IS NOT NULL) FROM spent)
        THEN sum(amount)::DOUBLE / nullif(any_value(completed_cases), 0) END AS unit_cost,
    any_value(currency) AS currency
FROM spent CROSS JOIN completed GROUP BY cost_class ORDER BY cost_class"""


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `cost_by_class`: every quarter with cost, by class."""
    for period in quarters(connection, stream):
        told = {
            "stream": stream.stream, "period": period.key, "first_on": period.first_on, "until_on": period.until_on,
        }  # fmt: skip
        yield from connection.sql(_SQL, params=told).to_arrow_table().to_pylist()


COST_SPLIT = Report(COST_BY_CLASS, ("costs", "cases"), rows)
