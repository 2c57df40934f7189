"""What is told beside a number: sums of several cases, rows without a subject, equal influences."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from metrics.explain.accounts import account_of_period, further_accounts
from metrics.explain.explanation import explain
from metrics.explain.hand_sql import value_sql
from metrics.explain.influence import influences
from metrics.failure.failure_containment_time import FAILURE_CONTAINMENT_TIME
from metrics.failure.open_failures import OPEN_FAILURES
from metrics.flow.flow_time import FLOW_TIME
from metrics.flow.flow_time_started import FLOW_TIME_STARTED
from metrics.handoff.handoff_ratio import HANDOFF_RATIO
from metrics.metric import Metric
from metrics.periods import Period
from metrics.published import STREAMS
from metrics.quality.first_time_right import FIRST_TIME_RIGHT
from tests.metrics.builder import STREAM, World

# Days 20 to 40 of the made world.
PERIOD = Period(dt.date(2026, 1, 24), dt.date(2026, 2, 13), "middle", "month")


def counts(world: World, metric: Metric) -> list[int]:
    """The counts of what else stands behind a number."""
    (found,) = further_accounts(world.connection, metric, STREAM, PERIOD)
    return [line.count for line in found.lines]


def test_handoffs_are_summed_over_cases() -> None:
    """Automated, manual and unknown ones of two cases."""
    world = World().case("a", 20.0, 21.0, automated_handoffs=1, manual_handoffs=2, unknown_handoffs=3)
    world.case("b", 20.0, 21.0, automated_handoffs=4, manual_handoffs=5, unknown_handoffs=6)
    assert counts(world, HANDOFF_RATIO) == [5, 7, 9]


def test_right_cases_are_told_by_what_was_allowed() -> None:
    """Three with nothing repeated, one with an allowed repeat, two with rework."""
    world = World().case("allowed", 20.0, 21.0, allowed_repeats=1)
    for number in range(3):
        world.case(f"clean{number}", 20.0, 21.0)
    for number in range(2):
        world.case(f"rework{number}", 20.0, 21.0, loops=1)
    assert counts(world, FIRST_TIME_RIGHT) == [3, 1, 2]


def test_an_explanation_tells_what_stands_behind() -> None:
    """The account of the period comes first, then what else there is to say of its cases."""
    world = World().case("a", 20.0, 21.0)
    world.connection.execute(STREAMS.ddl())
    assert len(explain(world.connection, FIRST_TIME_RIGHT, STREAM, PERIOD).accounts) == 2
    assert len(explain(world.connection, FLOW_TIME, STREAM, PERIOD).accounts) == 1


def test_a_case_without_an_amount_counts_by_its_base() -> None:
    """Two cases with one manual handoff and no automated one are two in n; one without any is none."""
    world = World().case("a", 20.0, 21.0, manual_handoffs=1).case("b", 20.0, 21.0, manual_handoffs=1)
    world.case("c", 20.0, 21.0)
    assert world.connection.execute(value_sql(HANDOFF_RATIO, STREAM, PERIOD)).fetchall() == [(2, 0.0)]


@pytest.mark.parametrize("subject", ["NULL", "'nobody'", "'a'"])
def test_rows_of_no_one_case_are_their_own_whole(subject: str) -> None:
    """Where rows have no subject, one that is no case, or several rows of one, the rows alone are the account."""
    world = World().case("a", 20.0, 21.0).case("b", 20.0, 22.0)
    other = replace(FLOW_TIME, sql=FLOW_TIME.sql.replace("SELECT case_id AS subject", f"SELECT {subject} AS subject"))
    assert other.sql != FLOW_TIME.sql
    account = account_of_period(world.connection, other, STREAM, PERIOD)
    assert (account.of, account.total, account.counted) == ("rows of the period", 2, 2)
    assert account_of_period(world.connection, FLOW_TIME, STREAM, PERIOD).of == "cases in hand during the period"


def test_what_is_counted_comes_first() -> None:
    """Of two lines that are both in the number, that of what was counted stands above the larger one of open work."""
    world = World().case("done", 20.5, 22.0)
    for number in range(3):
        world.case(f"open{number}", 21.0)
    found = account_of_period(world.connection, FLOW_TIME_STARTED, STREAM, PERIOD)
    assert [line.count for line in found.lines] == [1, 3]


def test_failures_of_the_day_after_are_not_of_the_period() -> None:
    """Detected on the first day they are, on the day after the last they are not; the same in hand until then."""
    world = World().failure("first", 20.0).failure("last", 39.9).failure("after", 40.0).failure("before", 19.9)
    assert account_of_period(world.connection, OPEN_FAILURES, STREAM, PERIOD).total == 2
    assert account_of_period(world.connection, FAILURE_CONTAINMENT_TIME, STREAM, PERIOD).total == 3
    ended = World().failure("before", 1.0, 19.9).failure("first", 1.0, 20.0).failure("after", 40.0, 41.0)
    assert account_of_period(ended.connection, FAILURE_CONTAINMENT_TIME, STREAM, PERIOD).total == 1


def test_equal_influences_stand_by_name() -> None:
    """Three sizes that each leave the share as it is, the largest last in the alphabet: they are told by name."""
    world = World()
    for size, count in (("a", 30), ("c", 60), ("b", 40)):
        for number in range(count):
            world.case(f"{size}{number}", 20.0, 21.0, segments={"size": size}, loops=number % 2)
    found = [one for one in influences(world.connection, FIRST_TIME_RIGHT, STREAM, PERIOD) if one.dimension == "size"]
    assert [(one.label, one.change) for one in found] == [("a", 0.0), ("b", 0.0), ("c", 0.0)]


def test_open_work_counts_in_durations_that_were_started() -> None:
    """Of four cases two are open after three days: half are done by the fifth day, not by the third."""
    world = World().case("a", 1.0, 2.0).case("b", 1.0, 6.0)
    world.case("c", 3.0, None, last_event=6.0).case("d", 3.0, None, last_event=6.0)
    assert world.value(FLOW_TIME_STARTED) == 5.0
