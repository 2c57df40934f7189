"""Each report runs on the tables it says it needs, and on no others."""

from __future__ import annotations

import pytest

from metrics.catalog import CATALOG
from metrics.published import PUBLISHED
from metrics.reports.catalog import REPORTS
from metrics.reports.report import Report
from metrics.tables import CONTRACT
from tests.metrics.builder import World
from tests.metrics.effect_worlds import AT, stream_with

STREAM = stream_with({"version": "2", "at": AT}, targets={"flow_time": {"p90": "2 days"}})
NOTHING_CLAIMED = {"freed_capacity", "benefits", "benefit_conflicts", "benefit_bridge", "cost_of_ownership"}
NOTHING_TO_TELL = {"run_chart", "rework_allowance", "exceptions"} | NOTHING_CLAIMED
MADE_WITH = {"working_times": ("working_times", "working_spells")}


def world() -> World:
    """Cases around the release, finished and open, with steps, failures, costs and a rate."""
    made = World().rate("r1", "2")
    for number in range(8):
        day = 80.0 + 8 * number
        made.case(f"c{number}", day, None if number == 7 else day + 3, segments={"size": "SL"[number % 2]}, loops=1)
        made.steps(f"c{number}", ("ann", "human"), ("bot", "system"), ("ann", "human"), day=day)
        made.failure(f"f{number}", day, day + 1).cost("2", day, case_id=f"c{number}")
    return made


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.table.name)
def test_a_report_needs_what_it_reads(report: Report) -> None:
    """It can be made without the tables it does not name; the values of a metric bring what the metric needs."""
    needed = {name for need in report.needs for name in MADE_WITH.get(need, (need,))}
    for metric in CATALOG:
        if metric.key in report.needs:
            needed |= {"metric_values", *metric.needs}
    made = world()
    for table in CONTRACT:
        if table.name not in needed:
            made.connection.execute(f"DROP TABLE {table.name}")
    for table in PUBLISHED:
        if table.name in needed:
            made.connection.execute(table.ddl())
    found = list(report.rows(made.connection, STREAM))
    assert bool(found) is (report.table.name not in NOTHING_TO_TELL)


def test_only_balances_and_claims_stay_open() -> None:
    """Rows of a closed quarter stay; where an opening must be the closing before, and of claims, the latest is told."""
    assert {report.table.name for report in REPORTS if not report.closes} == {
        "work_in_progress", "failures_by_severity", "benefits", "benefit_bridge", "benefit_conflicts",
    }  # fmt: skip
