"""Failures caused by a release: the example, the edge cases, and a plain loop over random episodes."""

from __future__ import annotations

import pytest
from hypothesis import given

from metrics.failure.release_caused_failures import RELEASE_CAUSED_FAILURES
from tests.metrics.builder import World, assert_no_data
from tests.metrics.worlds import CAUSES, CauseRow, cause_rows, few, share, world_of_causes


def _bounds(world: World) -> tuple[float | None, float | None, float | None]:
    found = world.summary(RELEASE_CAUSED_FAILURES)
    return (found.least or found).value, found.value, (found.most or found).value


def test_example() -> None:
    """One linked to release 2.4, one known to be of none, two unknown: 0.25, at most 0.75."""
    assert _bounds(world_of_causes(["link", "none", "unknown", "unknown"])) == (0.25, 0.25, 0.75)


def test_unattributed() -> None:
    """Nobody knows: none of them may be a release's, or all."""
    assert _bounds(world_of_causes(["unknown"])) == (0.0, 0.0, 1.0)


def test_told_that_no_release_was() -> None:
    """What is known to be of no release is certain."""
    assert _bounds(world_of_causes(["none", "link"])) == (0.5, 0.5, 0.5)


def test_the_window_counts_like_a_link() -> None:
    """Put down to a release by its window is put down to it; the dimension tells them apart."""
    world = world_of_causes(["window", "link", "none"])
    assert _bounds(world) == (2 / 3, 2 / 3, 2 / 3)
    assert world.values_by(RELEASE_CAUSED_FAILURES, "attributed_by", "caused_by_release") == {
        ("link", "2.4"): 1.0, ("link", None): 0.0, ("window", "2.4"): 1.0,
    }  # fmt: skip


def test_no_rows() -> None:
    """No failure is no data, never 0."""
    assert_no_data(World().summary(RELEASE_CAUSED_FAILURES))


@few
@given(rows=cause_rows)
def test_oracle(rows: list[CauseRow]) -> None:
    """SQL agrees with a loop over the episodes, at both ends of what is unknown."""
    caused = share([CAUSES[row][0] is not None for row in rows])
    most = share([row != "none" for row in rows])
    assert _bounds(world_of_causes(rows)) == (pytest.approx(caused), pytest.approx(caused), pytest.approx(most))
