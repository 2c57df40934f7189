"""Open failures: the example, the edge cases, and a plain loop over random episodes."""

from __future__ import annotations

import pytest
from hypothesis import given

from metrics.failure.open_failures import OPEN_FAILURES
from tests.metrics.builder import World, assert_no_data
from tests.metrics.worlds import FailureRow, failure_rows, few, share, world_of_failures


def test_example() -> None:
    """Four rejected claims of which one was never approved: 0.25."""
    world = World().failure("a", 1.0, 2.0).failure("b", 1.0, 2.0).failure("c", 1.0, 2.0).failure("d", 1.0)
    assert world.value(OPEN_FAILURES) == 0.25


def test_newest_period_falls_as_work_is_finished() -> None:
    """The same episode counts as open until it is steady, and as closed from then on."""
    assert World().failure("f", 60.0).value(OPEN_FAILURES) == 1.0
    assert World().failure("f", 60.0, 70.0).value(OPEN_FAILURES) == 0.0


def test_no_rows() -> None:
    """No failure is no data, never 0."""
    assert_no_data(World().summary(OPEN_FAILURES))


@few
@given(rows=failure_rows)
def test_oracle(rows: list[FailureRow]) -> None:
    """SQL agrees with a loop over the episodes."""
    assert world_of_failures(rows).value(OPEN_FAILURES) == pytest.approx(
        share([steady is None for _, _, steady in rows])
    )
