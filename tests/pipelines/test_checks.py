"""Checks: each law fails on a table made to break it and on no other, and a suite names the column that is wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from metrics.published import METRIC_VALUES, PUBLISHED
from metrics.tables import BILLS, CASES, COSTS, FAILURES, TIME_PARTS, WORKING_TIMES
from pipelines.checks.law import Law
from pipelines.checks.laws import LAWS, Finding, count_failing, run_laws, store
from pipelines.checks.suites import run_suite
from pipelines.settings import Settings
from pipelines.warehouse import arrivals
from pipelines.warehouse.state import CLOSED_VALUES, PLATFORM_BILLS

AT = dt.datetime(2026, 1, 5, 9)
LATER = AT + dt.timedelta(hours=1)
BEFORE = AT - dt.timedelta(hours=1)
DAY = AT.date()
VALUES = next(table for table in PUBLISHED if table.name == "metric_values")
GOOD: dict[str, dict[str, Any]] = {
    "cases": {"case_id": "c1", "triggered_at": AT, "finished_at": LATER, "steps": 3, "automated_handoffs": 1,
              "manual_handoffs": 1, "unknown_handoffs": 0, "designed_handoffs": 0, "fallback_handoffs": 0,
              "exception_handoffs": 0, "other_handoffs": 1, "automated_to_human": 2, "maybe_automated_to_human": 0},
    "time_parts": {"case_id": "c1", "flow_us": 3_600_000_000, "touch_us": 600_000_000, "queue_us": 1_000_000_000,
                   "external_wait_us": 0, "human_wait_us": 2_000_000_000, "unexplained_us": 0},
    "working_times": {"case_id": "c1", "calendar": "office", "working_us": 3_600_000_000, "working_days": 0.125},
    "failures": {"failure_id": "f1", "rule": "returned", "level": "item", "case_id": "c1", "episode": 1, "onset_at": AT,
                 "detected_at": AT, "steady_at": LATER},
    "failures_by_severity": {"period": "2026-Q1", "level": "all", "severity": "all", "detected": 2, "closed": 1,
                             "open_at_end": 1, "failing_hours": 2.0, "summed_hours": 3.0, "failing_share": 0.1},
    "costs": {"case_id": "c1", "cost_class": "people", "driver": "clerk", "rate_id": "r1", "incurred_on": DAY,
              "basis": "measured", "amount": Decimal(1)},
    "bills": {"bill_id": "b1", "month": DAY, "cost_class": "compute", "driver": "cpu", "amount": Decimal(0),
              "told_amount": Decimal(0), "told_currency": "EUR"},
    "arrivals": {"received": 9, "late": 0, "ahead": 0, "missing_numbers": 0},
    "metric_values": {"metric": "m", "unit": "share", "value": 0.5, "low": 0.4, "high": 0.6},
    "wait_causes": {"period": "2026-Q1", "step": "A", "cause": "unexplained", "cause_us": 60, "total_us": 60},
    "work_in_progress": {"grain": "week", "first_on": DAY, "known_days": 7.0, "arrivals": 3, "endings": 2,
                         "completed": 1, "rejected": 0, "cancelled": 1, "abandoned": 0, "in_hand_start": 1,
                         "in_hand_end": 2, "average_in_hand": 2.0, "residence_days": 3.5},
}  # fmt: skip
# law: rows that break it, each what differs from a good one
BROKEN: dict[str, list[dict[str, Any]]] = {
    "every_number_arrived": [{"missing_numbers": 1}],
    "events_arrive_after_they_happen": [{"ahead": 1}],
    "cases_are_unique": [{"case_id": "c1"}],
    "cases_end_after_they_begin": [{"case_id": "c2", "finished_at": AT - dt.timedelta(microseconds=1)}],
    "order_of_trigger_and_outcome_is_known": [
        {"case_id": "c2", "triggered_within_us": 3_600_000_001},
        {"case_id": "c3", "finished_at": AT - dt.timedelta(microseconds=1), "finished_within_us": 2},
    ],
    "handoffs_are_pairs_of_steps": [{"case_id": "c2", "steps": 2}, {"case_id": "c3", "steps": 0}],
    "rework_has_its_instants": [
        {"case_id": "c2", "is_rework_free": False}, {"case_id": "c3", "is_rework_free": True, "first_rework_at": AT},
        {"case_id": "c4", "is_rework_free": False, "first_rework_at": LATER, "last_rework_at": AT},
        {"case_id": "c5", "self_loops": 1, "loops": 1, "repeats": 1, "redos": 2},
    ],
    "manual_handoffs_have_one_reason": [
        {"case_id": f"c{number}", f"{reason}_handoffs": 1 if reason != "other" else 2}
        for number, reason in enumerate(("designed", "fallback", "exception", "other"), 2)
    ],
    "transfers_are_handoffs": [
        {"case_id": "c2", "automated_to_human": 3}, {"case_id": "c3", "maybe_automated_to_human": 1},
    ],
    "time_parts_close": [
        {"case_id": "no such case"}, {"unexplained_us": 1}, {"flow_us": 3_600_000_001}, {"touch_us": None},
        {"queue_us": -1_000_000_000, "unexplained_us": 2_000_000_000},
    ],
    "calendars_reach_all_cases": [{"case_id": "c2", "working_us": None, "working_days": None}],
    "working_time_lies_in_flow_time": [{"working_us": 3_600_000_001}, {"working_us": -1}],
    "failure_stages_are_in_order": [
        {"rule": "event", "steady_at": BEFORE}, {"rule": "event", "onset_at": LATER},
        {"rule": "event", "triaged_at": BEFORE, "onset_at": None}, {"rule": "event", "remediated_at": BEFORE},
        {"rule": "event", "onset_at": BEFORE, "contained_at": BEFORE - dt.timedelta(hours=1)},
    ],
    "found_failures_are_in_order": [
        {"steady_at": BEFORE}, {"onset_at": LATER}, {"onset_at": None, "contained_at": BEFORE},
        {"onset_at": None, "triaged_at": BEFORE}, {"contained_at": LATER + dt.timedelta(microseconds=1)},
    ],
    "failures_are_unique": [{}],
    "failures_of_an_item_are_apart": [
        {"episode": 2, "detected_at": LATER - dt.timedelta(microseconds=1), "steady_at": None},
        {"episode": 3, "detected_at": LATER + dt.timedelta(days=1)},
    ],
    "causes_have_evidence": [{"failure_id": "f2", "caused_by_release": "2"}],
    "hours_in_failure_are_united": [{"failing_hours": 3.1}, {"failing_share": 1.1}, {"failing_share": -0.1}],
    "failures_in_hand_add_up": [
        {"period": "2026-Q2", "detected": 1, "open_at_end": 2}, {"period": "2026-Q3", "detected": 0, "closed": 0},
    ],
    "all_work_has_a_rate": [{"case_id": "c2", "amount": None}],
    "costs_have_no_double_rows": [{"amount": Decimal(2)}],
    "bills_are_allocated": [
        {"case_id": "c2", "rate_id": "b1", "basis": "usage of the bill"}, {"rate_id": "no such bill", "basis": "idle"},
    ],
    "platform_bills_are_shared": [
        {"bill_id": "p1", "told_amount": Decimal("0.000001")}, {"bill_id": "p2", "told_currency": "USD"},
    ],
    "shares_lie_between_0_and_1": [
        {"value": 1.01, "high": 2.0}, {"value": -0.01, "low": -1.0}, {"value": float("nan"), "low": None},
    ],
    "wait_causes_close": [
        {"step": "B", "cause_us": 59}, {"step": "C", "cause_us": None}, {"step": "D", "total_us": 61},
        {"period": "2026-Q2", "cause_us": -1, "total_us": -1},
    ],
    "work_in_hand_is_conserved": [
        {"grain": "month", "arrivals": 4, "residence_days": 2.8}, {"grain": "quarter", "completed": 2},
        {"first_on": DAY - dt.timedelta(days=7)},
    ],
    "littles_law_holds_of_residence": [
        {"grain": "month", "average_in_hand": 2.000001}, {"grain": "quarter", "residence_days": None},
    ],
    "closed_numbers_stay": [{"metric": "gone"}, {"value": 0.55}],
    "values_lie_in_their_range": [{"value": 0.7}, {"value": 0.3}, {"unit": "days", "value": 9.0}],
}  # fmt: skip
ELSEWHERE = {  # what the rows of a law stand in, where that is not the table it is told of
    "every_number_arrived": "arrivals", "events_arrive_after_they_happen": "arrivals",
    "closed_numbers_stay": CLOSED_VALUES,
}  # fmt: skip
TABLES = {
    table.name: table
    for table in (CASES, TIME_PARTS, WORKING_TIMES, FAILURES, BILLS, COSTS, *PUBLISHED)
    if table.name in GOOD
}


def _add(connection: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any], stream: str = "made") -> None:
    told = {"stream": stream} | GOOD["metric_values" if table == CLOSED_VALUES else table] | row
    names = ", ".join(f'"{name}"' for name in told)
    marks = ", ".join("?" for _ in told)
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(told.values()))


@pytest.fixture
def good() -> Iterator[duckdb.DuckDBPyConnection]:
    """Tables with one good row each."""
    with duckdb.connect() as connection:
        for name, table in TABLES.items():
            connection.execute(table.ddl().replace(" NOT NULL", ""))
            _add(connection, name, {})
        connection.execute(PLATFORM_BILLS.ddl())
        connection.execute("INSERT INTO platform_bills VALUES ('p1', 0, 'EUR'), ('p2', 0, 'EUR')")
        connection.execute(METRIC_VALUES.ddl(CLOSED_VALUES).replace(" NOT NULL", ""))
        _add(connection, CLOSED_VALUES, {})
        connection.execute(arrivals.DDL)
        _add(connection, "arrivals", {})
        yield connection


def test_every_law_has_a_case_against_it() -> None:
    """No law goes untried."""
    assert set(BROKEN) == {law.name for law in LAWS}


def test_good_tables_pass(good: duckdb.DuckDBPyConnection) -> None:
    """Every law holds of tables as they should be, also where what may be missing is missing."""
    none = {"automated_handoffs": 0, "manual_handoffs": 0, "other_handoffs": 0, "automated_to_human": 0}
    _add(good, "cases", {"case_id": "open", "finished_at": None, "steps": 1} | none)
    _add(good, "failures", {"failure_id": "open", "case_id": "c2", "onset_at": None, "steady_at": None})
    _add(good, "failures", {"failure_id": "next", "episode": 2, "detected_at": LATER, "contained_at": LATER})
    _add(good, "failures", {"failure_id": "over", "rule": "event", "onset_at": BEFORE, "contained_at": BEFORE})
    _add(good, "failures_by_severity", {"period": "2026-Q2", "detected": 1, "failing_share": 1.0})
    _add(good, "failures_by_severity", {"period": "2026-Q2", "level": "item", "detected": 9, "failing_share": 0.0})
    _add(good, "bills", {"bill_id": "p1", "told_amount": Decimal(2)})
    _add(good, "bills", {"bill_id": "p1", "told_amount": Decimal(-2)}, stream="_platform")
    _add(good, "bills", {"bill_id": "b2", "amount": Decimal(3)})
    _add(good, "costs", {"case_id": None, "basis": "idle", "rate_id": "b2"})
    _add(good, "costs", {"case_id": "c3", "basis": "usage of the bill", "rate_id": "b2", "amount": Decimal(2)})
    _add(good, "costs", {"case_id": "c4", "basis": "no bill", "rate_id": "no bill", "amount": Decimal(0)})
    _add(good, "metric_values", {"value": None, "low": None, "high": None})
    _add(good, "metric_values", {"value": 0.9, "low": None, "high": None})
    _add(good, "wait_causes", {"step": "B", "cause_us": None, "total_us": None})
    _add(good, "wait_causes", {"step": "C", "cause": "queue", "cause_us": 20})
    _add(good, "wait_causes", {"step": "C", "cause_us": 40})
    _add(good, "wait_causes", {"step": "C", "cause": "absence", "cause_us": None})
    _add(good, "work_in_progress", {"first_on": DAY + dt.timedelta(days=7), "in_hand_start": 2, "in_hand_end": 3} | {
        "average_in_hand": None, "residence_days": 0.0, "known_days": 0.0})  # fmt: skip
    assert [finding.law.name for finding in run_laws(good, "made") if not finding.passed] == []


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_a_law_finds_each_row_against_it(good: duckdb.DuckDBPyConnection, law: Law) -> None:
    """A law counts the rows that break it, and those of its own stream only."""
    for number, row in enumerate(BROKEN[law.name], 1):
        _add(good, ELSEWHERE.get(law.name, law.table), row)
        assert count_failing(good, law, "made") == number
    assert count_failing(good, law, "other") == 0


def test_findings_are_stored_once(good: duckdb.DuckDBPyConnection) -> None:
    """What a run found replaces what the run before found, with the sentence a reader sees."""
    good.execute(next(table for table in PUBLISHED if table.name == "check_results").ddl())
    store(good, "made", [Finding(LAWS[0], "made", 3)])
    store(good, "made", list(run_laws(good, "made")))
    rows = good.execute("SELECT * FROM check_results WHERE check_name = 'cases_are_unique'").fetchall()
    assert len(rows) == 1
    assert "No case is counted twice." in rows[0]


def test_a_suite_names_the_column(tmp_path: Path) -> None:
    """A required value that is missing, a key that is doubled and a number below 0 are told with the column."""
    settings = Settings(home=tmp_path, threads=1)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(CASES.ddl().replace(" NOT NULL", ""))
        told: list[dict[str, Any]] = [{}, {}, {"case_id": "c2", "triggered_at": None}, {"case_id": "c3", "loops": -1}]
        for row in told:
            filled = {"last_event_at": LATER, "triggered_on": DAY, "outcome_kind": "completed", "is_rework_free": True}
            _add(connection, "cases", filled | row)
    found = run_suite(settings, CASES)
    assert not found.passed
    words = "\n".join(found.failed)
    assert "['stream', 'case_id']" in words and "2 rows against it" in words
    assert "{'column': 'triggered_at'}: 1 rows against it" in words
    assert "{'column': 'loops'}: 1 rows against it" in words
    assert not [told for told in found.failed if "'case_id'}" in told or "outcome_kind" in told]
