"""Failure containment time of all detected: its example, its edge cases, and a plain loop over random episodes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from metrics.failure.failure_containment_time_started import FAILURE_CONTAINMENT_TIME_STARTED
from metrics.metric import Statistic
from metrics.observe import observe
from metrics.survival import TOO_MUCH_OPEN
from tests.metrics.builder import JANUARY, STREAM, World, assert_no_data, instant
from tests.metrics.worlds import FailureRow, failure_rows, few, world_of_failures


def _until(world: World, day: float) -> World:
    """The stream's newest event is of this day."""
    return world.case("newest", day, day)


def test_example() -> None:
    """Episodes of 1, 2 and 3 days, a fourth open since 5 days: half are over within 2 days."""
    world = World().failure("a", 10.0, 11.0).failure("b", 10.0, 12.0).failure("c", 10.0, 13.0).failure("d", 10.0)
    assert _until(world, 15.0).value(FAILURE_CONTAINMENT_TIME_STARTED, Statistic.P50) == 2.0


def test_all_open() -> None:
    """Where nothing ended nobody knows, and the reason says so."""
    found = _until(World().failure("a", 10.0), 15.0).summary(FAILURE_CONTAINMENT_TIME_STARTED)
    assert (found.value, found.reason) == (None, TOO_MUCH_OPEN)


def test_steady_before_detected() -> None:
    """An episode whose times are wrong has no row; one that was over at once has."""
    world = _until(World().failure("f", 5.0, 3.0).failure("g", 5.0, 5.0), 9.0)
    assert world.amounts(FAILURE_CONTAINMENT_TIME_STARTED) == [0.0]


def test_steady_after_the_instant_of_looking() -> None:
    """Seen from an earlier instant it was open then, and what was detected later is not there."""
    world = _until(World().failure("a", 1.0, 5.0).failure("b", 4.0, 5.0), 9.0)
    (group,) = observe(world.connection, FAILURE_CONTAINMENT_TIME_STARTED, STREAM, as_of=instant(3.0))
    found = group.within(JANUARY)
    assert (found.amount.tolist(), found.complete.tolist()) == ([2.0], [False])
    (group,) = observe(world.connection, FAILURE_CONTAINMENT_TIME_STARTED, STREAM, as_of=instant(5.0))
    assert group.within(JANUARY).complete.tolist() == [True, True]


def test_no_rows() -> None:
    """No episode is no data, never 0."""
    assert_no_data(World().summary(FAILURE_CONTAINMENT_TIME_STARTED))


@few
@given(rows=failure_rows)
def test_oracle(rows: list[FailureRow]) -> None:
    """SQL agrees with a loop: closed ones as long as they lasted, open ones as old as they are."""
    world = _until(world_of_failures(rows), 70.0)
    expected = sorted(
        ((70.0 if steady is None else steady) - detected, steady is not None)
        for detected, _, steady in rows
        if steady is None or steady >= detected
    )
    found = world.observations(FAILURE_CONTAINMENT_TIME_STARTED)
    seen = sorted(zip(found.amount.tolist(), found.complete.tolist(), strict=True))
    assert [complete for _, complete in seen] == [complete for _, complete in expected]
    assert np.allclose([amount for amount, _ in seen], [amount for amount, _ in expected], atol=1e-9)
    assert len(found) == pytest.approx(len(expected))
