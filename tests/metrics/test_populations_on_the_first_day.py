"""What a metric could have counted on the first day of a period, and on the day after the last."""

from __future__ import annotations

import datetime as dt

import pytest

from metrics.explain.accounts import account_of_period
from metrics.failure.failure_detection_time import FAILURE_DETECTION_TIME
from metrics.flow.flow_time import FLOW_TIME
from metrics.flow.flow_time_started import FLOW_TIME_STARTED
from metrics.metric import Metric
from metrics.periods import Period
from tests.metrics.builder import STREAM, World

PERIOD = Period(dt.date(2026, 1, 24), dt.date(2026, 2, 13), "middle", "month")  # days 20 to 40 of the made world


def told(world: World, metric: Metric) -> dict[str, int]:
    return {line.what: line.count for line in account_of_period(world.connection, metric, STREAM, PERIOD).lines}


@pytest.mark.parametrize(("day", "count"), [(19.9, 0), (20.0, 1), (39.9, 1), (40.0, 0)])
def test_failures_without_a_beginning(day: float, count: int) -> None:
    """Noticed in the period, and nobody knows when it began: told as that, and in no number."""
    found = told(World().failure("f", day), FAILURE_DETECTION_TIME)
    assert found == ({"nobody knows when it began": 1} if count else {})


@pytest.mark.parametrize(("began", "count"), [(1.0, 1), (20.0, 1), (39.9, 1), (40.0, 0)])
def test_cases_in_hand_that_are_open(began: float, count: int) -> None:
    """Triggered before the period ended and still open; what ended the day before it began is in no period of it."""
    found = told(World().case("a", began, last_event=50.0).case("gone", 1.0, 19.9), FLOW_TIME)
    assert found == ({"still open at the newest event": 1} if count else {})


def test_started_work_that_ended_otherwise() -> None:
    """Counted as at least as long as it lasted, by its outcome."""
    found = told(World().case("a", 21.0, 22.0, outcome_kind="rejected"), FLOW_TIME_STARTED)
    assert found == {"counted as at least this long: ended otherwise: rejected": 1}
