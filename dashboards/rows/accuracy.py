"""Do failures of the steps come together? What was observed, and what it would be if they did not."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The row of accuracy of this quarter."""

    cases: int
    rolled_share: float
    observed_share: float
    low: float | None
    high: float | None
    correlated_failure: float
    refused_nowhere: int


ROWS = Rows(
    Accuracy,
    """
SELECT cases, rolled_share, observed_share, low, high, correlated_failure, refused_nowhere FROM accuracy
WHERE stream = $stream AND period = $period ORDER BY cases LIMIT 1""",
)
