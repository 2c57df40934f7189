"""First-time-right: its example, its edge cases, and a plain loop over random cases."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given

from metrics.evaluate import evaluate_period
from metrics.periods import parse_period
from metrics.quality.first_time_right import FIRST_TIME_RIGHT
from tests.metrics.builder import STREAM, World, assert_no_data
from tests.metrics.worlds import CaseRow, case_rows, few, share, world_of_cases


def test_example() -> None:
    """One paid after one submission, one rejected, resubmitted and paid: 0.5."""
    assert World().case("a", 1.0, 2.0).case("b", 1.0, 3.0, rejections=1, loops=1).value(FIRST_TIME_RIGHT) == 0.5


def test_open_case() -> None:
    """An open case is in neither numerator nor denominator."""
    assert World().case("a", 1.0, 2.0).case("b", 1.0, rejections=1).value(FIRST_TIME_RIGHT) == 1.0


@pytest.mark.parametrize("kind", ["abandoned", "cancelled", "rejected"])
def test_not_completed(kind: str) -> None:
    """A case that was not completed is not in the denominator."""
    assert World().case("a", 1.0, 2.0).case("b", 1.0, 2.0, outcome_kind=kind).amounts(FIRST_TIME_RIGHT) == [1.0]


def test_allowed_repeat() -> None:
    """A repeat on the allow-list leaves a case right."""
    assert World().case("a", 1.0, 2.0, allowed_repeats=3).value(FIRST_TIME_RIGHT) == 1.0


def test_retry() -> None:
    """A technical retry is a second attempt of one visit, no rework: the case stays right."""
    world = World().case("a", 1.0, 2.0).steps("a", ("S", "system"))
    world.connection.execute("UPDATE steps SET attempt = 2")
    assert world.value(FIRST_TIME_RIGHT) == 1.0


def test_completed_then_cancelled() -> None:
    """A completed case that was cancelled later is completed, and not right."""
    assert World().case("a", 1.0, 2.0).case("b", 1.0, 2.0, reversals=1).value(FIRST_TIME_RIGHT) == 0.5


def test_kind_that_does_not_count() -> None:
    """Other work after the outcome, in a stream that does not count it, leaves a case right."""
    assert World().case("a", 1.0, 2.0, reopens=1, backward_moves=2).value(FIRST_TIME_RIGHT) == 1.0


def test_young_period() -> None:
    """A period whose cases may still turn out wrong is labelled until they have had the time for it."""
    world = World().case("a", 1.0, 2.0).case("b", 1.0, 2.0, loops=1, first_rework_at=9.0, last_event=9.0)
    (value,) = evaluate_period(world.connection, FIRST_TIME_RIGHT, STREAM, parse_period("2026-01"))
    assert (value.may_still, value.matures_on) == ("fall", dt.date(2026, 2, 8))


def test_no_rows() -> None:
    """Nothing completed is no data, never 0."""
    assert_no_data(World().summary(FIRST_TIME_RIGHT))


@few
@given(rows=case_rows)
def test_oracle(rows: list[CaseRow]) -> None:
    """SQL agrees with a loop over the completed cases."""
    expected = share([sum(rework[:4]) == 0 for _, _, kind, rework, *_ in rows if kind == "completed"])
    assert world_of_cases(rows).value(FIRST_TIME_RIGHT) == (None if expected is None else pytest.approx(expected))
