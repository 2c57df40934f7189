"""Failure spread time: its example, its edge cases, and a plain loop over random episodes."""

from __future__ import annotations

import pytest
from hypothesis import given

from metrics.failure.failure_spread_time import FAILURE_SPREAD_TIME
from metrics.metric import Statistic
from tests.metrics.builder import World, assert_no_data, median
from tests.metrics.worlds import StagedRow, few, staged_rows, world_of_stages


def test_example() -> None:
    """Noticed Monday 09:00, no further order hit from Monday 21:00: half a day."""
    assert World().failure("f", 1 + 9 / 24, 3.0, contained=1 + 21 / 24).value(FAILURE_SPREAD_TIME) == pytest.approx(0.5)


def test_never_contained() -> None:
    """What was never contained has no row."""
    assert_no_data(World().failure("f", 1.0, 2.0).summary(FAILURE_SPREAD_TIME))


def test_contained_before_detected() -> None:
    """What had stopped before anybody knew has no length, and is no 0; what stopped at once is."""
    world = World().failure("early", 5.0, 9.0, contained=2.0).failure("at once", 1.0, 9.0, contained=1.0)
    assert world.amounts(FAILURE_SPREAD_TIME) == [0.0]


def test_still_open() -> None:
    """What is open counts once no further case is harmed."""
    assert World().failure("f", 1.0, contained=4.0).amounts(FAILURE_SPREAD_TIME) == [3.0]


def test_no_rows() -> None:
    """No episode is no data, never 0."""
    assert_no_data(World().summary(FAILURE_SPREAD_TIME))


@few
@given(rows=staged_rows)
def test_oracle(rows: list[StagedRow]) -> None:
    """SQL agrees with a loop over the episodes that know both stages in order."""
    lengths = [
        row["contained"] - row["detected"]
        for row in rows
        if row["detected"] is not None and row["contained"] is not None and row["contained"] >= row["detected"]
    ]
    expected = pytest.approx(median(lengths), abs=1e-9) if lengths else None
    assert world_of_stages(rows).value(FAILURE_SPREAD_TIME, Statistic.P50) == expected
