"""Explanations of a count, of a bill that was not handed out, of thirty that remain, and of failures in hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from metrics.cost.cost_per_transaction import COST_PER_TRANSACTION
from metrics.evaluate import evaluate_period
from metrics.explain.accounts import COUNTED, Account, account_of_period, further_accounts
from metrics.explain.hand_sql import value_sql
from metrics.explain.influence import influences
from metrics.explain.subjects import read_subjects
from metrics.facts.costs import NOT_ALLOCATED
from metrics.failure.failure_containment_time_started import FAILURE_CONTAINMENT_TIME_STARTED
from metrics.failure.failure_detection_time import FAILURE_DETECTION_TIME
from metrics.failure.failure_triage_time import FAILURE_TRIAGE_TIME
from metrics.flow.flow_time import FLOW_TIME
from metrics.flow.flow_time_started import FLOW_TIME_STARTED
from metrics.handoff.handoff_ratio import HANDOFF_RATIO
from metrics.handoff.step_pairs import STEP_PAIRS
from metrics.metric import Metric
from metrics.periods import Period
from metrics.quality.first_time_right import FIRST_TIME_RIGHT
from tests.metrics.builder import STREAM, World

# Days 20 to 40 of the made world.
PERIOD = Period(dt.date(2026, 1, 24), dt.date(2026, 2, 13), "middle", "month")


def account(world: World, metric: Metric) -> Account:
    """What was counted in the period and what was left out."""
    return account_of_period(world.connection, metric, STREAM, PERIOD)


def lines(world: World, metric: Metric) -> dict[str, int]:
    """Its lines."""
    return {line.what: line.count for line in account(world, metric).lines}


def test_a_count_counts_rows_whatever_they_amount_to() -> None:
    """Where rows are counted none of them adds nothing: an amount of 0 is one, too, in the account and by hand."""
    world = World().steps("a", ("ann", "human"), ("bob", "human"), ("ann", "human"), day=21.0)
    nothing = replace(STEP_PAIRS, sql=f"SELECT * REPLACE (0 AS amount, 0 AS base) FROM ({STEP_PAIRS.sql.strip()})")
    for metric in (STEP_PAIRS, nothing):
        assert lines(world, metric) == {COUNTED: 2, "first step of its case: no step before it": 1}
        assert world.connection.execute(value_sql(metric, STREAM, PERIOD)).fetchall() == [(2, 2)]
        (value,) = evaluate_period(world.connection, metric, STREAM, PERIOD)
        assert (value.summary.n, value.summary.value) == (2, 2.0)


def test_no_time_is_empty() -> None:
    """Where times are told one of 0 is a time, whatever it is divided by."""
    nothing = replace(FLOW_TIME, sql=f"SELECT * REPLACE (0 AS amount, 0 AS base) FROM ({FLOW_TIME.sql.strip()})")
    assert lines(World().case("a", 21.0, 22.0), nothing) == {COUNTED: 1}


def test_steps_of_the_day_after_are_of_the_next_period() -> None:
    """The first step of a case is told where it happened in the period: on its last day it did."""
    world = World().steps("in", ("ann", "human"), day=39.5).steps("after", ("ann", "human"), day=40.0)
    assert lines(world, STEP_PAIRS) == {"first step of its case: no step before it": 1}


def test_failures_that_are_not_over_count_as_at_least_this_long() -> None:
    """By the day they were detected: those that are open say so, beside those that are over."""
    world = World().failure("open", 21.0).failure("over", 21.0, 22.0).case("a", 1.0, last_event=39.0)
    assert lines(world, FAILURE_CONTAINMENT_TIME_STARTED) == {
        COUNTED: 1, "counted as at least this long: not steady at the newest event": 1,
    }  # fmt: skip


def test_a_bill_that_was_not_handed_out_is_told_as_that() -> None:
    """It has no amount, as work without a rate has none, and another reason; both block the number."""
    world = World().case("c1", 20.0, 21.0).cost("5", day=21.0).cost(None, day=21.0)
    world.cost(None, day=21.0, basis=NOT_ALLOCATED, cost_class="licence").cost("2", day=21.0, cost_class="compute")
    (found,) = further_accounts(world.connection, COST_PER_TRANSACTION, STREAM, PERIOD)
    assert [(line.what, line.count, line.is_counted) for line in found.lines] == [
        ("compute, measured", 1, True), ("people, measured", 1, True),
        ("a bill that was not handed out whole: blocks the number", 1, False),
        ("no rate or bill for the day: blocks the number", 1, False),
    ]  # fmt: skip


def test_rows_of_no_known_table_are_their_own_whole() -> None:
    """A metric that reads a table whose members are not known has its rows alone; without rows it has no line."""
    unknown = replace(FLOW_TIME, needs=("elsewhere",))
    world = World().case("a", 20.0, 21.0).case("open", 21.0).case("before", 1.0, 2.0)
    found = account(world, unknown)
    assert (found.of, found.total, found.counted) == ("rows of the period", 1, 1)
    assert account(World(), unknown) == Account("rows of the period", 0, ())


def test_sums_over_no_case_are_nothing() -> None:
    """Where no case has a row in the period each line of its handoffs and of its repeats is 0."""
    for metric in (HANDOFF_RATIO, FIRST_TIME_RIGHT):
        (found,) = further_accounts(World().connection, metric, STREAM, PERIOD)
        assert [line.count for line in found.lines] == [0, 0, 0]


@pytest.mark.parametrize(("small", "told"), [(29, ["small"]), (30, ["big", "small"])])
def test_thirty_that_remain_are_enough(small: int, told: list[str]) -> None:
    """Without the big ones as many remain as there are small ones: from thirty on that is a number to tell."""
    world = World()
    for size, cases in (("big", 40), ("small", small)):
        for number in range(cases):
            world.case(f"{size}{number}", 21.0, 22.0 + number / 100, segments={"size": size})
    found = influences(world.connection, FLOW_TIME, STREAM, PERIOD)
    assert sorted(str(one.label) for one in found if one.dimension == "size") == told


def test_what_leaves_no_number_is_no_influence() -> None:
    """Without the finished half only open work remains, however much: no length is known of it, so none changes."""
    world = World()
    for number in range(400):
        world.case(f"done{number}", 21.0, 22.0, segments={"size": "done"})
    for number in range(40):
        world.case(f"open{number}", 21.0, last_event=39.0, segments={"size": "open"})
    found = influences(world.connection, FLOW_TIME_STARTED, STREAM, PERIOD)
    assert [one.label for one in found if one.dimension == "size"] == ["open"]


def test_equal_influences_are_told_in_the_order_of_their_names() -> None:
    """However many bear them: where all took two days none moves the median, and L comes before M and S."""
    world = World()
    for size, cases in (("S", 50), ("M", 40), ("L", 45)):
        for number in range(cases):
            world.case(f"{size}{number}", 21.0, 23.0, segments={"size": size})
    found = influences(world.connection, FLOW_TIME, STREAM, PERIOD)
    assert [(one.label, one.change, one.n) for one in found if one.dimension == "size"] == [
        ("L", 0.0, 45), ("M", 0.0, 40), ("S", 0.0, 50),
    ]  # fmt: skip


def test_what_is_not_in_the_period_is_no_influence() -> None:
    """A value of which nothing was observed in the period changes nothing and is not told, of a share as of a time."""
    world = World()
    for size, day in (("big", 21.0), ("small", 22.0), ("later", 50.0)):
        for number in range(40):
            world.case(f"{size}{number}", day, day + 1.0, segments={"size": size}, loops=number % 3 == 0)
    for metric in (FLOW_TIME, FIRST_TIME_RIGHT):
        found = influences(world.connection, metric, STREAM, PERIOD)
        assert sorted(str(one.label) for one in found if one.dimension == "size") == ["big", "small"]


def test_a_class_that_cost_nothing_on_a_day_is_an_influence() -> None:
    """Rows of 0 beside others make no divisor of it: two of the three euros a case are people."""
    world = World()
    for number in range(40):
        world.case(f"c{number}", 20.0, 21.0).cost("2", 21.0, case_id=f"c{number}")
        world.cost("1", 21.0, case_id=f"c{number}", cost_class="compute")
    world.cost("0", 25.0, case_id="c0").cost("0", 26.0, case_id="c0", cost_class="compute")
    found = influences(world.connection, COST_PER_TRANSACTION, STREAM, PERIOD)
    assert [(one.label, one.without, one.change) for one in found] == [("people", 1.0, -2.0), ("compute", 2.0, -1.0)]


def test_a_row_without_a_subject_is_one_all_the_same() -> None:
    """Of nobody: it comes first and has no name."""
    nobody = replace(
        FLOW_TIME, sql=f"SELECT * REPLACE (nullif(subject, 'b') AS subject) FROM ({FLOW_TIME.sql.strip()})"
    )
    world = World().case("a", 20.0, 21.0).case("b", 20.0, 22.0)
    found = read_subjects(world.connection, nobody, STREAM, PERIOD)
    assert [(one.subject, one.amount) for one in found] == [("", 2.0), ("a", 1.0)]


def test_failures_in_hand_by_the_stage_a_metric_asks_for() -> None:
    """In hand is what was detected before the period ended and had not reached the stage before it began."""
    world = World()
    for name, detected, triaged in (
        ("over", 1.0, 19.9), ("first", 1.0, 20.0), ("last", 39.9, 39.95), ("later", 21.0, 40.0),
        ("open", 1.0, None), ("new", 40.0, None), ("wrong", 30.0, 29.0), ("at once", 25.0, 25.0),
        ("long ago", 41.0, 39.0),
    ):  # fmt: skip
        world.failure(name, detected, triaged=triaged)
    assert lines(world, FAILURE_TRIAGE_TIME) == {
        COUNTED: 3, "not triaged at the newest event": 1, "triaged after the period": 1,
        "triaged before it was detected: the times are wrong": 2,
    }  # fmt: skip
    assert account(world, FAILURE_TRIAGE_TIME).of == "failure episodes in hand during the period"


def test_what_began_at_its_end_is_no_wrong_time() -> None:
    """An end at the instant of detection is in order; where the metric leaves it out it says nothing of the times."""
    world = World().failure("f", 25.0, triaged=25.0)
    none_of_it = replace(FAILURE_TRIAGE_TIME, sql=f"SELECT * FROM ({FAILURE_TRIAGE_TIME.sql.strip()}) WHERE amount > 0")
    assert lines(world, none_of_it) == {"left out by the definition; see its SQL": 1}


@pytest.mark.parametrize(("day", "count"), [(19.9, 0), (20.0, 1), (39.9, 1), (40.0, 0)])
def test_failures_detected_in_the_period(day: float, count: int) -> None:
    """Half-open at both ends, by the day they were detected."""
    world = World().failure("f", day, onset=day - 1.0)
    found = account(world, FAILURE_DETECTION_TIME)
    assert (found.of, found.total) == ("failure episodes detected in the period", count)
