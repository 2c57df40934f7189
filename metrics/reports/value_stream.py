"""The value stream of a quarter ← steps and cases: who does each step, how long work waits before it and takes in it.

One row per step of the cases completed in the period, up to their outcome, in the stream file's order, then in the
order work passes them.
*Usable as received* (%C&A) is the share of visits whose output was used as it came: not sent back or mended by the next
step, and the step not done again. Its interval allows for days that resemble each other, by the day the case finished.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np

from metrics.metric import Observations, Statistic, Summary
from metrics.periods import Period
from metrics.published import VALUE_STREAM
from metrics.reports.quarters import DONE, VISITS, parameters, quarters
from metrics.reports.report import Report
from metrics.stream.model import Stream
from metrics.summarise import summarise


def _mean(column: str) -> str:
    """SQL of a mean that comes out the same to the last digit in whatever order threads deliver the rows."""
    return f"sum({column} ORDER BY {column}) / nullif(count({column}), 0)"


# Parameters of VISITS, $period, and $order: the stream file's steps in order.
_SQL = f"""
WITH done AS ({DONE}),
passed AS (
    SELECT step, mode(performer_kind) AS performer_kind, mode(role) AS role, count(*) FILTER (is_counted) AS visits,
        count(DISTINCT case_id) AS cases, {_mean("wait_hours")} AS wait_hours, {_mean("touch_hours")} AS touch_hours,
        avg(is_accepted::INTEGER) AS accurate_share, avg(position) AS mean_position
    FROM ({VISITS}) GROUP BY step
)
SELECT $stream AS stream, $period AS period,
    row_number() OVER (ORDER BY list_position($order, step) NULLS LAST, mean_position, step)::INTEGER
        AS position,
    step, step AS label, performer_kind, role, visits, cases, cases / (SELECT count(*) FROM done) AS case_share,
    wait_hours, touch_hours, accurate_share
FROM passed ORDER BY position"""
_BY_DAY = f"""
SELECT step, finished_on, count(*) AS visits, count(*) FILTER (is_accepted) AS accepted
FROM ({VISITS}) GROUP BY ALL ORDER BY ALL"""


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `value_stream`: every quarter with data."""
    order = [step.name for step in stream.steps]
    for period in quarters(connection, stream):
        told = parameters(stream, period, with_counts=True)
        accurate = accuracy_of_steps(connection, stream, period)
        found = connection.sql(_SQL, params={**told, "period": period.key, "order": order}).to_arrow_table()
        for row in found.to_pylist():
            summary = accurate[row["step"]]
            ends = {"accurate_low": summary.low, "accurate_high": summary.high}
            yield {**row, "label": stream.label_of(row["step"]), **ends}


def accuracy_of_steps(connection: duckdb.DuckDBPyConnection, stream: Stream, period: Period) -> dict[str, Summary]:
    """%C&A of each step in a period, with its interval; n counts visits."""
    found = connection.execute(_BY_DAY, parameters(stream, period, with_counts=True)).fetchall()
    by_step: dict[str, list[tuple[int, int, int]]] = {}
    for step, on, visits, accepted in found:
        by_step.setdefault(step, []).append((on.toordinal(), visits, accepted))
    return {step: _share(days, period) for step, days in by_step.items()}


def _share(days: list[tuple[int, int, int]], period: Period) -> Summary:
    """The share of accepted visits, from their numbers by day."""
    day, visits, accepted = (np.asarray(numbers, dtype=np.int64) for numbers in zip(*days, strict=True))
    amount = np.repeat(np.tile([1.0, 0.0], len(day)), np.column_stack([accepted, visits - accepted]).ravel())
    size = len(amount)
    window = (period.first_on.toordinal(), period.until_on.toordinal())
    observed = Observations(np.repeat(day, visits), amount, np.ones(size), np.ones(size, dtype=np.bool_), *window)
    return summarise(observed, Statistic.SHARE)


VALUE_STREAM_MAP = Report(VALUE_STREAM, ("steps", "cases"), rows)
