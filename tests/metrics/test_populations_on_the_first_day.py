"""What a metric could have counted on the first day of a period, and on the day after the last."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from metrics.explain.accounts import account_of_period
from metrics.failure.failure_containment_time import FAILURE_CONTAINMENT_TIME
from metrics.failure.failure_detection_time import FAILURE_DETECTION_TIME
from metrics.failure.open_failures import OPEN_FAILURES
from metrics.flow.flow_efficiency import FLOW_EFFICIENCY
from metrics.flow.flow_time import FLOW_TIME
from metrics.flow.flow_time_started import FLOW_TIME_STARTED
from metrics.metric import Metric
from metrics.periods import Period
from tests.metrics.builder import STREAM, World

PERIOD = Period(dt.date(2026, 1, 24), dt.date(2026, 2, 13), "middle", "month")  # days 20 to 40 of the made world


def told(world: World, metric: Metric) -> dict[str, int]:
    return {line.what: line.count for line in account_of_period(world.connection, metric, STREAM, PERIOD).lines}


def nobody(metric: Metric) -> Metric:
    """The metric, if it left out everything."""
    return replace(metric, sql=f"SELECT * FROM ({metric.sql.strip()}) WHERE subject = 'other'")


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


@pytest.mark.parametrize(("ended", "why"), [
    (21.0, "left out by the definition; see its SQL"), (20.9, "finished before it was triggered: the times are wrong"),
])  # fmt: skip
def test_what_ends_at_once_did_not_end_before_it_began(ended: float, why: str) -> None:
    """A case without work is left out for that; times are wrong only where the end lies before the beginning."""
    assert told(World().case("a", 21.0, ended), FLOW_EFFICIENCY) == {why: 1}


def test_started_work_that_ended_otherwise_at_once() -> None:
    """It is told by its outcome, not as one whose times are wrong."""
    found = told(World().case("a", 21.0, 21.0, outcome_kind="rejected"), FLOW_TIME_STARTED)
    assert found == {"counted as at least this long: ended otherwise: rejected": 1}


@pytest.mark.parametrize(("steady", "why"), [
    (21.0, "left out by the definition; see its SQL"), (20.9, "steady before it was detected: the times are wrong"),
    (None, "not steady at the newest event"),
])  # fmt: skip
def test_failures_that_a_metric_leaves_out(steady: float | None, why: str) -> None:
    """Of failures by the day they were detected only one that was over before that has wrong times."""
    assert told(World().failure("f", 21.0, steady), nobody(OPEN_FAILURES)) == {why: 1}


@pytest.mark.parametrize(("onset", "why"), [
    (21.0, "left out by the definition; see its SQL"), (21.1, "detected before it began: the times are wrong"),
])  # fmt: skip
def test_what_is_noticed_at_once_was_not_noticed_before(onset: float, why: str) -> None:
    """Of the time to detection only a failure that began after it was detected has wrong times."""
    assert told(World().failure("f", 21.0, onset=onset), nobody(FAILURE_DETECTION_TIME)) == {why: 1}


@pytest.mark.parametrize(("day", "count"), [(19.9, 0), (20.0, 1), (39.9, 1), (40.0, 0)])
def test_started_work_that_a_metric_leaves_out(day: float, count: int) -> None:
    """A case triggered in the period is told, whatever the metric makes of it; those of other days are not."""
    found = told(World().case("a", day, 50.0), nobody(FLOW_TIME_STARTED))
    assert found == ({"left out by the definition; see its SQL": 1} if count else {})


def test_failures_that_are_not_over_are_in_no_time() -> None:
    """A failure that is not over yet is told as that, and one that was over in time is counted."""
    found = told(World().failure("open", 21.0).failure("over", 21.0, 22.0), FAILURE_CONTAINMENT_TIME)
    assert found == {"counted": 1, "not steady at the newest event": 1}
