"""Small rules of facts and reports, each where one word of the definition decides."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from metrics.explain.accounts import account_of_period
from metrics.facts.costs import CASE_BASES
from metrics.facts.time_parts import time_parts_sql
from metrics.flow.flow_time import FLOW_TIME
from metrics.periods import Period
from metrics.reports import objectives, re_entries, variants
from metrics.stream.failures import FailureRule
from metrics.working.spells import spells_of
from tests.metrics.builder import STREAM, World
from tests.metrics.coded_events import Log, Row, made_stream, of
from tests.metrics.log_tables import log_of, tables_of
from tests.metrics.working import OFFICE, stream_with


def test_instants_wait_from_one_to_the_next() -> None:
    """In a log of instants the wait before a step is the time since the one before, and nothing tells work."""
    rows: list[Row] = [("c1", "A", "Mon 08:00"), ("c1", "B", "Mon 09:30"), ("c1", "Done", "Mon 10:00")]
    for is_sorted in (True, False):
        found = Log(made_stream(), rows).steps(is_sorted=is_sorted)
        assert of(found, "wait_hours", "touch_hours") == [(None, None), (1.5, None), (0.5, None)]


def test_intervals_stand_in_their_order_in_a_sorted_log_too() -> None:
    """A log in ledger order whose steps have beginnings and ends is ordered by these."""
    rows: list[Row] = []
    for case in range(8):
        for step, begun, ended in (("A", 1, 9), ("B", 2, 4), ("C", 3, 6)):
            told = {"activity_id": f"{case}{step}"}
            rows.append((f"c{case}", step, f"Mon {begun:02d}:00", told | {"lifecycle": "start"}))
            rows.append((f"c{case}", step, f"Mon {ended:02d}:00", told | {"lifecycle": "complete"}))
    log = Log(made_stream(), rows)
    assert log.steps(is_sorted=True) == log.steps()
    assert of(log.steps(is_sorted=True), "step", "previous_step") == [("A", None), ("B", "A"), ("C", "B")] * 8


def test_an_echo_is_looked_for_within_its_case() -> None:
    """Cases run at the same time: what another case did between is no step before."""
    stream = made_stream(ignore=[{"step": "Echo", "after": ["Say"], "reason": "told twice"}])
    rows: list[Row] = [("c1", "Say", "Mon 01:00"), ("c2", "Ask", "Mon 02:00"), ("c1", "Echo", "Mon 03:00"),
                       ("c2", "Echo", "Mon 04:00")]  # fmt: skip
    for is_sorted in (True, False):
        assert of(Log(stream, rows).steps(is_sorted=is_sorted), "case_id", "step") == [
            ("c1", "Say"), ("c2", "Ask"), ("c2", "Echo"),
        ]  # fmt: skip


def test_an_echo_without_a_number_comes_first() -> None:
    """At one instant the event without a sequence stands before those with one."""
    stream = made_stream(ignore=[{"step": "Echo", "after": ["Say"], "reason": "told twice"}])
    rows: list[Row] = [("c1", "Echo", "Mon 01:00", {"sequence": 1}), ("c1", "Say", "Mon 01:00")]
    assert of(Log(stream, rows).steps(), "step") == ["Say"]


def test_an_outcome_told_again_is_no_other_work() -> None:
    """Done, done again and then other work: reopened by the other work."""
    rows: list[Row] = [("c1", step, f"Mon {n:02d}:00") for n, step in enumerate("ADDB")]
    stream = made_stream(outcomes=[{"name": "done", "steps": ["D"]}], rework={"reopen": True, "repeats": "none"})
    case = Log(stream, rows).case()
    assert (case["reopens"], case["first_rework_at"].hour) == (1, 3)


def test_a_step_that_only_began_is_not_timed() -> None:
    """Begun within the flow without a known end it told no work; one of no length did."""
    rows: list[Row] = [("c1", "A", "Mon 08:00")]
    rows += [("c1", "B", "Mon 09:00", {"lifecycle": "start", "activity_id": "b"})]
    rows += [("c1", "C", "Mon 10:00", {"lifecycle": phase, "activity_id": "c"}) for phase in ("start", "complete")]
    rows += [("c1", "Done", "Mon 11:00")]
    log = Log(made_stream(), rows)
    (found,) = log.facts(time_parts_sql(log.query()))
    assert (found["timed_steps"], found["untimed_steps"], found["touch_us"]) == (1, 3, 0)


def test_what_follows_from_a_case_alone_has_three_bases() -> None:
    """Work of people is measured or takes standard minutes; use with a rate is measured quantity."""
    assert CASE_BASES == ("measured", "standard minutes", "measured quantity")


def test_a_row_of_nobody_is_its_own_whole() -> None:
    """One row without a subject fits no population, so the rows are the account."""
    nobody = replace(FLOW_TIME, sql=FLOW_TIME.sql.replace("SELECT case_id AS subject", "SELECT NULL AS subject"))
    world = World().case("a", 20.0, 21.0)
    period = Period(dt.date(2026, 1, 24), dt.date(2026, 2, 13), "middle", "month")
    found = account_of_period(world.connection, nobody, STREAM, period)
    assert (found.of, found.counted) == ("rows of the period", 1)


@pytest.mark.parametrize(("severity", "is_fine"), [(0, False), (1, True), (5, True), (6, False)])
def test_severities_are_one_to_five(severity: int, is_fine: bool) -> None:
    """1 is worst, and there are five."""
    told = {"name": "f", "detected": ["A"], "steady": ["B"], "severity": severity}
    if is_fine:
        assert FailureRule.model_validate(told).severity == severity
    else:
        with pytest.raises(ValidationError):
            FailureRule.model_validate(told)


def test_of_years_without_known_holidays_nothing_is_said() -> None:
    """A calendar with holidays has no spells in a year of which these are not known."""
    stream = stream_with(OFFICE | {"holidays": "DE"})
    assert list(spells_of(stream, dt.date(2900, 1, 2), dt.date(2900, 1, 9))) == []
    assert list(spells_of(stream, dt.date(2026, 1, 5), dt.date(2026, 1, 6))) != []


def test_a_burn_is_the_share_that_missed_in_units_of_what_may() -> None:
    """Eight of forty missed where four may: the budget burns twice as fast as it lasts."""
    world = World()
    for number in range(40):
        world.case(f"c{number}", 40.0 - (5.0 if number < 8 else 1.0), 40.0)
    stream = STREAM.model_copy(update={"targets": {"flow_time": {"p90": "2 days"}}})
    newest = list(objectives.judge(world.connection, stream))[-1]
    assert (newest.short_burn, newest.long_burn) == (pytest.approx(2.0), pytest.approx(2.0))


def test_a_variant_is_named_by_its_path() -> None:
    """The first twelve digits of the hash of its steps: the same in every quarter, and in every stream."""
    of_log = log_of(["ABD"])
    (row,) = [dict(row) for row in variants.rows(tables_of(of_log), of_log.stream)]
    path = json.dumps(["A", "B", "D"], separators=(",", ":"))
    assert row["variant"] == hashlib.md5(path.encode()).hexdigest()[:12]


def test_a_stage_that_went_on_was_entered_once() -> None:
    """Two visits that follow each other are one entry, whose length is no length of a re-entry."""
    stream = made_stream(trigger={"steps": ["A"]}, outcomes=[{"name": "done", "steps": ["D"]}])
    rows: list[Row] = []
    for case, told in (("c", [("B", 1, 2), ("C", 2, 3), ("B", 4, 7)]), ("d", [("B", 1, 5), ("B", 5, 10)])):
        rows += [(case, "A", "Mon 00:00"), (case, "D", "Mon 23:00")]
        for step, start, end in told:
            common: dict[str, Any] = {"activity_id": f"{case}{step}{start}"}
            rows += [(case, step, f"Mon {start:02d}:00", common | {"lifecycle": "start"}),
                     (case, step, f"Mon {end:02d}:00", common | {"lifecycle": "complete"})]  # fmt: skip
    (row,) = [dict(row) for row in re_entries.rows(Log(stream, rows).contract(), stream) if row["step"] == "B"]
    assert (row["re_entered_cases"], row["measured_cases"], row["inside_hours_p50"]) == (1, 1, 4.0)
