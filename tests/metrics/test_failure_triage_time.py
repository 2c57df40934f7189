"""Failure triage time: its example, its edge cases, and a plain loop over random episodes."""

from __future__ import annotations

import pytest
from hypothesis import given

from metrics.failure.failure_triage_time import FAILURE_TRIAGE_TIME
from metrics.metric import Statistic
from tests.metrics.builder import World, assert_no_data, median
from tests.metrics.worlds import StagedRow, few, staged_rows, world_of_stages


def test_example() -> None:
    """Noticed Monday 09:00, owned Monday 12:00: an eighth of a day."""
    assert World().failure("f", 1 + 9 / 24, 3.0, triaged=1 + 12 / 24).value(FAILURE_TRIAGE_TIME) == pytest.approx(0.125)


def test_never_triaged() -> None:
    """Without an owner there is no row, even when it healed."""
    assert_no_data(World().failure("f", 1.0, 2.0).summary(FAILURE_TRIAGE_TIME))


def test_triaged_before_detected() -> None:
    """A negative duration is left out, never clamped; one of nothing is kept."""
    world = World().failure("early", 5.0, 9.0, triaged=2.0).failure("at once", 1.0, 9.0, triaged=1.0)
    assert world.amounts(FAILURE_TRIAGE_TIME) == [0.0]


def test_still_open() -> None:
    """What is open counts once somebody owns it."""
    assert World().failure("f", 1.0, triaged=4.0).amounts(FAILURE_TRIAGE_TIME) == [3.0]


def test_no_rows() -> None:
    """No episode is no data, never 0."""
    assert_no_data(World().summary(FAILURE_TRIAGE_TIME))


@few
@given(rows=staged_rows)
def test_oracle(rows: list[StagedRow]) -> None:
    """SQL agrees with a loop over the episodes that know both stages in order."""
    lengths = [
        row["triaged"] - row["detected"]
        for row in rows
        if row["detected"] is not None and row["triaged"] is not None and row["triaged"] >= row["detected"]
    ]
    expected = pytest.approx(median(lengths), abs=1e-9) if lengths else None
    assert world_of_stages(rows).value(FAILURE_TRIAGE_TIME, Statistic.P50) == expected
