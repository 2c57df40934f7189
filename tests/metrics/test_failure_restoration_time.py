"""Failure restoration time: its example, its bounds, and a plain loop over random episodes."""

from __future__ import annotations

import pytest
from hypothesis import given

from metrics.failure.failure_restoration_time import FAILURE_RESTORATION_TIME
from metrics.metric import Statistic
from tests.metrics.builder import World, assert_no_data, median
from tests.metrics.worlds import StagedRow, few, staged_rows, world_of_stages


def _bounds(world: World) -> tuple[float | None, float | None, float | None]:
    found = world.summary(FAILURE_RESTORATION_TIME)
    least, most = found.least or found, found.most or found
    return least.value, found.value, most.value


def test_example() -> None:
    """Began Monday 09:00, back to normal Wednesday 09:00: 2 days, whenever it was noticed."""
    world = World().failure("f", 1 + 15 / 24, 3 + 9 / 24, onset=1 + 9 / 24)
    assert _bounds(world) == pytest.approx((2.0, 2.0, 2.0))


def test_unknown_onset() -> None:
    """It lasted at least since it was noticed, and at most since its case began."""
    world = World().case("f", 1.0, 9.0).failure("f", 4.0, 6.0)
    assert _bounds(world) == (2.0, 2.0, 5.0)


def test_unknown_case() -> None:
    """What hit the whole stream cannot have begun before its first case; without any it began when noticed."""
    world = World().failure("f", 4.0, 6.0, case_id=None, level="stream")
    assert _bounds(world) == (2.0, 2.0, 2.0)
    assert _bounds(world.case("other", 1.0, 9.0).case("later", 3.0, 9.0)) == (2.0, 2.0, 5.0)


def test_a_case_that_began_later() -> None:
    """Where the times are at odds the upper bound is never below the value."""
    assert _bounds(World().case("f", 5.0, 9.0).failure("f", 4.0, 6.0)) == (2.0, 2.0, 2.0)


def test_steady_before_it_began() -> None:
    """A negative duration is left out, never clamped; one of nothing is kept."""
    world = World().failure("f", 1.0, 2.0, onset=3.0).failure("g", 1.0, 3.0, onset=3.0)
    assert world.amounts(FAILURE_RESTORATION_TIME) == [0.0]


def test_open_episode() -> None:
    """An open episode has no row here."""
    assert_no_data(World().failure("f", 1.0, onset=0.5).summary(FAILURE_RESTORATION_TIME))


def test_no_rows() -> None:
    """No episode is no data, never 0."""
    assert_no_data(World().summary(FAILURE_RESTORATION_TIME))


@few
@given(rows=staged_rows)
def test_oracle(rows: list[StagedRow]) -> None:
    """SQL agrees with a loop that begins at the onset, or at the detection where there is none."""
    lengths = []
    for row in rows:
        began = row["detected"] if row["onset"] is None else row["onset"]
        assert began is not None
        if row["steady"] is not None and row["steady"] >= began:
            lengths.append(row["steady"] - began)
    expected = pytest.approx(median(lengths), abs=1e-9) if lengths else None
    assert world_of_stages(rows).value(FAILURE_RESTORATION_TIME, Statistic.P50) == expected
