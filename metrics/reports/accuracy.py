"""Rolled and observed accuracy of a quarter ← steps and cases: do failures come together?

If the steps failed independently of each other, the share of cases that no step failed would be the product over the
steps of the share each let through. Rolled %C&A is that product, each step's share counted by case (1 − cases with a
refused output of the step ÷ cases), so that a step few cases pass weighs by how many. Observed is first-time-right.
What lies between is *correlated failure*: where a case that went wrong once goes wrong again, fewer cases share the
same failures, and the observed share is higher.

Not every rework refuses a step's output: a rejection before any step, a move back, a case reopened or its outcome
reversed. Such cases lower the observed share and not the product; they are counted beside it.
Source: Rother & Shook 1999 and Martin & Osterling 2013 (rolled %C&A); ours counts by case and names the gap.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from metrics.evaluate import summaries_of
from metrics.observe import observe
from metrics.published import ACCURACY
from metrics.quality.first_time_right import FIRST_TIME_RIGHT
from metrics.query import one_row
from metrics.reports.quarters import DONE, VISITS, parameters, quarters
from metrics.reports.report import Report
from metrics.stream.model import Stream

# `product` of nothing is NULL; parameters of VISITS.
_SQL = f"""
WITH done AS ({DONE}), visits AS ({VISITS}),
by_step AS (
    SELECT step, count(DISTINCT case_id) FILTER (NOT is_accepted) / (SELECT count(*) FROM done) AS refused_share
    FROM visits GROUP BY step
)
SELECT (SELECT count(*) FROM done), count(*), product(1 - refused_share ORDER BY step), (
        SELECT count(*) FROM done
        WHERE NOT is_rework_free AND case_id NOT IN (SELECT case_id FROM visits WHERE NOT is_accepted)
    )
FROM by_step"""


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `accuracy`: every quarter in which a case was completed."""
    (observations,) = observe(connection, FIRST_TIME_RIGHT, stream)
    for period in quarters(connection, stream):
        found = one_row(connection, _SQL, parameters(stream, period, with_counts=True))
        (observed,) = summaries_of(FIRST_TIME_RIGHT, observations.within(period))
        if found is None or found[2] is None or observed.value is None:
            continue
        cases, steps, rolled, nowhere = found
        yield {
            "stream": stream.stream, "period": period.key, "cases": cases, "steps": steps, "rolled_share": rolled,
            "observed_share": observed.value, "low": observed.low, "high": observed.high,
            "correlated_failure": observed.value - rolled, "refused_nowhere": nowhere,
        }  # fmt: skip


ACCURACY_ROLLED = Report(ACCURACY, ("steps", "cases"), rows)
