"""Failure containment time: its example, its edge cases, and a plain loop over random episodes."""

from __future__ import annotations

import pytest
from hypothesis import given

from metrics.failure.failure_containment_time import FAILURE_CONTAINMENT_TIME
from metrics.failure.open_failures import OPEN_FAILURES
from metrics.metric import Statistic
from tests.metrics.builder import World, assert_no_data, median
from tests.metrics.worlds import FailureRow, failure_rows, few, world_of_failures


def test_example() -> None:
    """Rejected Monday 09:00, approved Wednesday 09:00: 2 days."""
    assert World().failure("f", 1 + 9 / 24, 3 + 9 / 24).value(FAILURE_CONTAINMENT_TIME) == pytest.approx(2.0)


def test_open_episode() -> None:
    """An open episode has no row here, and is counted among the open ones."""
    world = World().failure("open", 1.0).failure("closed", 1.0, 2.0)
    assert world.amounts(FAILURE_CONTAINMENT_TIME) == [1.0]
    assert world.value(OPEN_FAILURES) == 0.5


def test_overlapping_failures_are_one_episode() -> None:
    """What the facts made one episode counts once, from the first sign to the steady step."""
    world = World().failure("f", 1.0, 5.0, episode=1)
    assert world.summary(FAILURE_CONTAINMENT_TIME).n == 1
    assert world.value(FAILURE_CONTAINMENT_TIME) == 4.0


def test_healed_without_anyone() -> None:
    """An episode nobody triaged or remediated counts like any other."""
    world = World().failure("f", 1.0, 2.0, triaged_at=None, remediated=None)
    assert world.amounts(FAILURE_CONTAINMENT_TIME) == [1.0]


def test_steady_before_detected() -> None:
    """A negative duration is left out, never clamped to 0."""
    assert_no_data(World().failure("f", 5.0, 3.0).summary(FAILURE_CONTAINMENT_TIME))


def test_by_severity() -> None:
    """Severities are never mixed when they are asked for."""
    world = World().failure("a", 1.0, 2.0, severity=1).failure("b", 1.0, 5.0, severity=3)
    assert world.values_by(FAILURE_CONTAINMENT_TIME, "severity") == {("1",): 1.0, ("3",): 4.0}


def test_no_rows() -> None:
    """No episode closed is no data, never 0."""
    assert_no_data(World().summary(FAILURE_CONTAINMENT_TIME))


@few
@given(rows=failure_rows)
def test_oracle(rows: list[FailureRow]) -> None:
    """SQL agrees with a loop over the closed episodes."""
    lengths = [steady - detected for detected, _, steady in rows if steady is not None and steady >= detected]
    expected = pytest.approx(median(lengths), abs=1e-9) if lengths else None
    assert world_of_failures(rows).value(FAILURE_CONTAINMENT_TIME, Statistic.P50) == expected
