"""Failure remediation time: its example, its edge cases, and a plain loop over random episodes."""

from __future__ import annotations

import pytest
from hypothesis import given

from metrics.failure.failure_remediation_time import FAILURE_REMEDIATION_TIME
from metrics.metric import Statistic
from tests.metrics.builder import World, assert_no_data
from tests.metrics.worlds import FailureRow, failure_rows, few, world_of_failures


def test_example() -> None:
    """Rejected Monday 09:00, resubmitted Tuesday 09:00: 1 day."""
    world = World().failure("f", 1 + 9 / 24, 9.0, remediated=2 + 9 / 24)
    assert world.value(FAILURE_REMEDIATION_TIME) == pytest.approx(1.0)


def test_never_remediated() -> None:
    """An episode that was never repaired has no row, even when it healed."""
    assert_no_data(World().failure("f", 1.0, 2.0).summary(FAILURE_REMEDIATION_TIME))


def test_remediated_but_not_steady() -> None:
    """Repair ends it, whether or not work is back to normal."""
    assert World().failure("f", 1.0, remediated=4.0).amounts(FAILURE_REMEDIATION_TIME) == [3.0]


def test_no_rows() -> None:
    """No episode is no data, never 0."""
    assert_no_data(World().summary(FAILURE_REMEDIATION_TIME))


@few
@given(rows=failure_rows)
def test_oracle(rows: list[FailureRow]) -> None:
    """SQL agrees with a loop over the remediated episodes."""
    lengths = [repaired - detected for detected, repaired, _ in rows if repaired is not None and repaired >= detected]
    expected = pytest.approx(sum(lengths) / len(lengths), abs=1e-9) if lengths else None
    assert world_of_failures(rows).value(FAILURE_REMEDIATION_TIME, Statistic.MEAN) == expected
