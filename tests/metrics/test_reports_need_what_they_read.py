"""Each report runs on the tables it says it needs, and on no others."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import duckdb
import pytest

from metrics import reports
from metrics.catalog import CATALOG
from metrics.finance.integration import Integration
from metrics.finance.stored import benefit_rows, integration_rows
from metrics.published import PUBLISHED
from metrics.reports.catalog import REPORTS
from metrics.reports.report import Report
from metrics.tables import CONTRACT
from tests.metrics.builder import World
from tests.metrics.claims import benefit
from tests.metrics.effect_worlds import AT, stream_with

OFFICE = {"name": "office", "hours": {"mon-fri": ["09:00-17:00"]}}
STREAM = stream_with(
    {"version": "2", "at": AT}, calendars=[OFFICE], rework={"allowed": [{"step": "s1", "reason": "it helps"}]},
    targets={
        "flow_time": {"p90": "2 days"}, "working_time": {"p90": "2 working days"},
        "failure_containment_time": {"p90": "1 day"},
    },
)  # fmt: skip
NOTHING_TO_TELL = {"run_chart", "exceptions"}
MADE_WITH = {"working_times": ("working_times", "working_spells")}


def world() -> World:
    """Cases around the release, finished and open, with steps, failures, costs, a rate, claims and an integration."""
    made = World().rate("r1", "2")
    for number in range(8):
        day = 80.0 + 8 * number
        made.case(f"c{number}", day, None if number == 7 else day + 3, segments={"size": "SL"[number % 2]}, loops=1)
        made.steps(f"c{number}", ("ann", "human"), ("bot", "system"), ("ann", "human"), day=day)
        made.failure(f"f{number}", day, day + 1).cost("2", day, case_id=f"c{number}")
    one = Integration.model_validate({
        "id": "a", "name": "A", "currency": "EUR", "lines": [{"kind": "run", "from": "2026-02", "amount": "20"}],
        "steps": ["s1"], "failures": ["rejection"], "failure_role": "clerk",
    })  # fmt: skip
    claims = [benefit(id="a", initiative="x"), benefit("capacity", id="b"), benefit(id="c", initiative="z")]
    _fill(made, "benefit_entries", benefit_rows("made", claims))
    _fill(made, "integration_lines", integration_rows("made", [one]))
    return made


def _fill(made: World, table: str, rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" for _ in row)
        made.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.table.name)
def test_a_report_needs_what_it_reads(report: Report) -> None:
    """It can be made without the tables it does not name, but for those of metrics, and without none that it names."""
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
    for need in {table.name for table in (*CONTRACT, *PUBLISHED)}.intersection(report.needs):
        tables = MADE_WITH.get(need, (need,))
        for name in tables:
            made.connection.execute(f"ALTER TABLE {name} RENAME TO {name}_put_away")
        with pytest.raises(duckdb.CatalogException, match="|".join(tables)):
            list(report.rows(made.connection, STREAM))
        for name in tables:
            made.connection.execute(f"ALTER TABLE {name}_put_away RENAME TO {name}")


def test_every_report_is_in_the_catalogue_once() -> None:
    """What a module of the family offers is made for each stream."""
    modules = [import_module(f"metrics.reports.{found.name}") for found in iter_modules(reports.__path__)]
    offered = {one.table.name for module in modules for one in vars(module).values() if isinstance(one, Report)}
    assert sorted(offered) == sorted(report.table.name for report in REPORTS)


def test_only_balances_and_claims_stay_open() -> None:
    """Rows of a closed quarter stay; where an opening must be the closing before, and of claims, the latest is told."""
    assert {report.table.name for report in REPORTS if not report.closes} == {
        "work_in_progress", "failures_by_severity", "benefits", "benefit_bridge", "benefit_conflicts",
    }  # fmt: skip
