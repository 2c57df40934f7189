"""Periods within a period: one that begins on its last day is told, one that began before it is not."""

from __future__ import annotations

import datetime as dt

import pytest

from metrics.cost.cost_per_transaction import COST_PER_TRANSACTION
from metrics.evaluate import evaluate_period, known_days
from metrics.flow.flow_time import FLOW_TIME
from metrics.flow.working_time import WORKING_TIME
from metrics.periods import parse_period
from tests.metrics.builder import STREAM, World


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [("2026-08", "2026-W32", "2026-W36"), ("2026-11", "2026-W45", "2026-W49"), ("2026-02", "2026-W06", "2026-W09")],
)
def test_weeks_of_a_month_begin_in_it(period: str, first: str, last: str) -> None:
    """August 2026 ends on a Monday, whose week begins in it; the week that its first day lies in began before."""
    world = World().case("a", 1.0, 2.0)
    told = [v.period.key for v in evaluate_period(world.connection, FLOW_TIME, STREAM, parse_period(period),
                                                  grain="week")]  # fmt: skip
    assert (told[0], told[-1]) == (first, last)
    alone = evaluate_period(world.connection, FLOW_TIME, STREAM, parse_period(period))
    assert {value.period.key for value in alone} == {period}


def test_days_known_reach_from_the_first_trigger_to_the_newest_event() -> None:
    """Cost earlier in the month of the first trigger counts from its day; that of a month before does not."""
    world = World().case("a", 10.0, 12.0, last_event=14.0).case("b", 11.0, 13.0)
    assert known_days(world.connection, STREAM) == (dt.date(2026, 1, 14), dt.date(2026, 1, 18))
    world.cost("5", -10.0)
    assert known_days(world.connection, STREAM, COST_PER_TRANSACTION)[0] == dt.date(2026, 1, 14)
    world.cost("5", 3.0)
    assert known_days(world.connection, STREAM, COST_PER_TRANSACTION)[0] == dt.date(2026, 1, 7)
    assert known_days(world.connection, STREAM)[0] == dt.date(2026, 1, 14)
    assert known_days(World().connection, STREAM) == (None, None)


def test_the_first_cost_is_the_first_day() -> None:
    """A bill of the month counts from its first day on, whatever was metered later."""
    world = World().case("a", 10.0, 12.0).cost("5", 10.0, basis="started cases").cost("5", 12.0)
    assert known_days(world.connection, STREAM, COST_PER_TRANSACTION)[0] == dt.date(2026, 1, 1)


def test_without_a_calendar_no_clock_is_told() -> None:
    """Working days without a calendar have neither value nor clock; days on the wall have none either."""
    world = World().case("a", 1.0, 2.0)
    for metric in (WORKING_TIME, FLOW_TIME):
        told = list(evaluate_period(world.connection, metric, STREAM, parse_period("2026-01")))
        assert {value.clock for value in told} == {None}
