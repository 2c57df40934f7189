"""Accounts and queries by hand where one row could be on either side."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from metrics.cost.cost_per_transaction import COST_PER_TRANSACTION
from metrics.explain.accounts import account_of_period, further_accounts
from metrics.explain.hand_sql import value_sql
from metrics.explain.influence import influences
from metrics.explain.populations import population_of
from metrics.failure.failure_containment_time import FAILURE_CONTAINMENT_TIME
from metrics.failure.failure_detection_time import FAILURE_DETECTION_TIME
from metrics.failure.open_failures import OPEN_FAILURES
from metrics.flow.flow_time import FLOW_TIME
from metrics.flow.flow_time_started import FLOW_TIME_STARTED
from metrics.handoff.handoff_ratio import HANDOFF_RATIO
from metrics.metric import Metric, Statistic
from metrics.periods import Period
from metrics.quality.first_time_right import FIRST_TIME_RIGHT
from tests.metrics.builder import STREAM, World

# Days 20 to 40 of the made world.
PERIOD = Period(dt.date(2026, 1, 24), dt.date(2026, 2, 13), "middle", "month")


def lines(world: World, metric: Metric) -> dict[str, int]:
    return {line.what: line.count for line in account_of_period(world.connection, metric, STREAM, PERIOD).lines}


def test_rework_is_rework_whatever_was_allowed_besides() -> None:
    """A case with rework and an allowed repeat is one with rework, and all three lines are counted."""
    world = World().case("a", 20.0, 21.0).case("b", 20.0, 21.0, allowed_repeats=2)
    world.case("c", 20.0, 21.0, loops=1, allowed_repeats=1)
    (found,) = further_accounts(world.connection, FIRST_TIME_RIGHT, STREAM, PERIOD)
    assert [(line.count, line.is_counted) for line in found.lines] == [(1, True), (1, True), (1, True)]
    assert (found.total, found.counted) == (3, 3)


@pytest.mark.parametrize("day", [40.0, 39.999])
def test_what_ends_on_the_day_after_ends_after(day: float) -> None:
    """A failure or a case that ends at the first instant after the period ended after it."""
    found = lines(World().failure("f", 21.0, day), FAILURE_CONTAINMENT_TIME)
    assert found == ({"steady after the period": 1} if day == 40.0 else {"counted": 1})
    found = lines(World().case("c", 21.0, day), FLOW_TIME)
    assert found == ({"finished after the period": 1} if day == 40.0 else {"counted": 1})


def test_failures_are_told_by_what_the_metric_asks() -> None:
    """Of the time to detection the onset may be unknown; of open failures the end may be."""
    detection, still_open = population_of(FAILURE_DETECTION_TIME), population_of(OPEN_FAILURES)
    assert detection is not None
    assert still_open is not None
    assert "nobody knows when it began" in detection.reasons
    assert "not steady at the newest event" in still_open.reasons
    assert "nobody knows" not in still_open.reasons


def test_only_what_is_complete_has_a_length_by_hand() -> None:
    """Quantiles and means by hand leave out what has not ended, and so does their n."""
    world = World()
    for number, days in enumerate((1.0, 2.0, 3.0, 9.0)):
        world.case(f"c{number}", 21.0, 21.0 + days)
    whole = replace(FLOW_TIME, statistics=(Statistic.MEAN, Statistic.P50))
    partly = replace(whole, sql=f"SELECT * REPLACE (amount < 5 AS complete) FROM ({whole.sql.strip()})")
    for metric, told in ((whole, (4, 3.75, 2.5)), (partly, (3, 2.0, 2.0))):
        assert world.connection.execute(value_sql(metric, STREAM, PERIOD)).fetchall() == [told]


def test_open_work_by_hand_is_read_off_the_curve() -> None:
    """Half of four have ended by the second day, and by the ninth 85 in 100."""
    world = World()
    for number, days in enumerate((1.0, 2.0, 3.0, 9.0)):
        world.case(f"c{number}", 21.0, 21.0 + days)
    by_hand = value_sql(FLOW_TIME_STARTED, STREAM, PERIOD)
    assert world.connection.execute(by_hand).fetchone() == (4, 2.0, 9.0, 9.0)


def test_without_a_number_nothing_moves_it() -> None:
    """Where one row without a rate blocks a cost, leaving its class out is no news: there is no number to change."""
    world = World()
    for number in range(40):
        world.case(f"c{number}", 20.0, 21.0).cost("2", 21.0, case_id=f"c{number}")
        world.cost("3", 21.0, case_id=f"c{number}", cost_class="compute")
    assert {one.label for one in influences(world.connection, COST_PER_TRANSACTION, STREAM, PERIOD)} == {
        "people", "compute",
    }  # fmt: skip
    world.cost(None, 21.0, cost_class="compute")
    assert influences(world.connection, COST_PER_TRANSACTION, STREAM, PERIOD) == []


def test_what_cost_nothing_is_no_part() -> None:
    """A class of cost that came to nothing cannot change the number, so it is passed over."""
    world = World()
    for number in range(40):
        world.case(f"c{number}", 20.0, 21.0).cost("2", 21.0, case_id=f"c{number}")
    world.cost("0", 21.0, cost_class="compute")
    found = influences(world.connection, COST_PER_TRANSACTION, STREAM, PERIOD)
    assert [(one.label, one.without, one.change) for one in found] == [("people", 0.0, -2.0)]


def test_values_that_change_as_much_stand_by_name() -> None:
    """Whose leaving out moves the number as far come in the order of their names, those without one first."""
    world = World()
    for size, took in (("big", 1.0), ("a", 2.0), (None, 2.0)):
        for number in range(40):
            world.case(f"{size}{number}", 21.0, 21.0 + took + number / 1000, segments={"size": size})
    found = influences(world.connection, FLOW_TIME, STREAM, PERIOD)
    assert [one.label for one in found if one.dimension == "size"] == ["big", None, "a"]
    assert found[1].change == found[2].change


def test_a_ratio_of_nothing_has_no_parts() -> None:
    """Where no handoff at all was automated no value has a share of them."""
    world = World()
    for number in range(80):
        world.case(f"c{number}", 21.0, 22.0, manual_handoffs=1, segments={"size": "SL"[number % 2]})
    found = influences(world.connection, HANDOFF_RATIO, STREAM, PERIOD)
    told = {(one.label, one.change, one.amount_share) for one in found if one.dimension == "size"}
    assert told == {("S", 0.0, None), ("L", 0.0, None)}
