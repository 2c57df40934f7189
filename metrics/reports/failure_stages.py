"""Stages of the failures of a quarter by level and severity ← failures: the median of each, and of how many.

A stage is dated by the day it ended; episodes that lack either instant, or have them the wrong way round, are in no n.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from metrics.published import FAILURE_STAGES
from metrics.query import one_row
from metrics.reports.failure_groups import CHOSEN, failure_groups
from metrics.reports.report import Report
from metrics.stream.model import Stream

STAGES = (
    ("detection", "onset", "detected"), ("triage", "detected", "triaged"), ("spread", "detected", "contained"),
    ("remediation", "detected", "remediated"), ("containment", "detected", "steady"),
    ("restoration", "onset", "steady"),
)  # fmt: skip
"""What the stage is called, and the instants between which it lies; as the metrics of the same names."""


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `failure_stages`: every quarter, level and severity with data."""
    for group in failure_groups(connection, stream):
        days = {"first_on": group.period.first_on, "until_on": group.period.until_on}
        for position, (stage, begin, until) in enumerate(STAGES, 1):
            found = one_row(connection, _median_sql(begin, until), {**group.chosen, **days})
            assert found is not None  # an aggregate has one row
            median, count = found
            yield {
                **group.named, "position": position, "stage": stage, "begins": begin, "ends": until,
                "median_days": median, "n": count,
            }  # fmt: skip


def _median_sql(begin: str, until: str) -> str:
    return f"""
SELECT median((epoch_us({until}_at) - epoch_us({begin}_at)) / 86400e6), count(*) FROM ({CHOSEN})
WHERE {until}_at >= {begin}_at AND {until}_on >= $first_on AND {until}_on < $until_on"""


FAILURE_STAGES_TIMED = Report(FAILURE_STAGES, ("failures", "cases"), rows)
