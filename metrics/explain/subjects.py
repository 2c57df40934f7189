"""What a number rests on: the metric's rows of one period, each with its subject, by the very SQL that is published.

Knows how the period cuts the rows; knows no statistic.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import duckdb

from metrics.metric import Metric
from metrics.observe import printed_sql
from metrics.periods import Period
from metrics.stream.model import Stream


@dataclass(frozen=True, slots=True)
class Subject:
    """One observation of the period. `amount` is in the metric's unit; None is unknown. Not `is_complete`: it grows."""

    subject: str
    observed_on: dt.date
    amount: float | None
    base: float
    is_complete: bool


def rows_sql(metric: Metric, stream: Stream, period: Period) -> str:
    """The metric's rows of the period, as a query that runs as it stands on the published copy."""
    only = f"\n    AND {metric.unless_split[0]} = '{metric.unless_split[1]}'" if metric.unless_split else ""
    return (
        f"SELECT * FROM (\n{printed_sql(metric, stream)}\n)\n"
        f"WHERE observed_on >= DATE '{period.first_on}' AND observed_on < DATE '{period.until_on}'{only}"
    )


def read_subjects(
    connection: duckdb.DuckDBPyConnection, metric: Metric, stream: Stream, period: Period
) -> list[Subject]:
    """Every observation of the period, by subject and day, so that the order of rows in a table cannot show.

    Money is summed by day before it is divided, so no case stands behind a row of it: there the subjects are the cases
    that caused cost in the period, each with its sum.
    """
    if metric.unit == "currency":
        return _read_costs(connection, stream, period)
    found = connection.execute(
        "SELECT coalesce(subject::VARCHAR, ''), observed_on, amount::DOUBLE, base::DOUBLE, complete "
        f"FROM ({rows_sql(metric, stream, period)}) ORDER BY ALL"
    ).fetchall()
    return [Subject(*row) for row in found]


def _read_costs(connection: duckdb.DuckDBPyConnection, stream: Stream, period: Period) -> list[Subject]:
    found = connection.execute(
        """
        SELECT case_id, max(incurred_on), CASE WHEN count(amount) = count(*) THEN sum(amount)::DOUBLE END, 1,
            count(amount) = count(*)
        FROM costs
        WHERE stream = $stream AND case_id IS NOT NULL AND incurred_on >= $first AND incurred_on < $until
        GROUP BY case_id ORDER BY case_id
        """,
        {"stream": stream.stream, "first": period.first_on, "until": period.until_on},
    ).fetchall()
    return [Subject(*row) for row in found]
