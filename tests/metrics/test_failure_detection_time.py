"""Failure detection time: its example, its edge cases, and a plain loop over random episodes."""

from __future__ import annotations

import pytest
from hypothesis import given

from metrics.failure.failure_detection_time import FAILURE_DETECTION_TIME
from metrics.metric import Statistic
from tests.metrics.builder import World, assert_no_data, median
from tests.metrics.worlds import StagedRow, few, staged_rows, world_of_stages


def test_example() -> None:
    """Began Monday 09:00, noticed Monday 15:00: a quarter of a day."""
    assert World().failure("f", 1 + 15 / 24, 3.0, onset=1 + 9 / 24).value(FAILURE_DETECTION_TIME) == pytest.approx(0.25)


def test_unknown_onset() -> None:
    """Nobody knows how long a failure without an onset went unnoticed."""
    assert_no_data(World().failure("f", 1.0, 2.0).summary(FAILURE_DETECTION_TIME))


def test_onset_after_detection() -> None:
    """A negative duration is left out, never clamped; one of nothing is kept."""
    world = World().failure("late", 1.0, 9.0, onset=2.0).failure("at once", 1.0, 9.0, onset=1.0)
    assert world.amounts(FAILURE_DETECTION_TIME) == [0.0]


def test_still_open() -> None:
    """What is open has been noticed all the same."""
    assert World().failure("f", 3.0, onset=1.0).amounts(FAILURE_DETECTION_TIME) == [2.0]


def test_no_rows() -> None:
    """No episode is no data, never 0."""
    assert_no_data(World().summary(FAILURE_DETECTION_TIME))


@few
@given(rows=staged_rows)
def test_oracle(rows: list[StagedRow]) -> None:
    """SQL agrees with a loop over the episodes that know both stages in order."""
    lengths = [
        row["detected"] - row["onset"]
        for row in rows
        if row["onset"] is not None and row["detected"] is not None and row["detected"] >= row["onset"]
    ]
    expected = pytest.approx(median(lengths), abs=1e-9) if lengths else None
    assert world_of_stages(rows).value(FAILURE_DETECTION_TIME, Statistic.P50) == expected
