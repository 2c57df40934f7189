"""Unattributed failures: the example, the edge cases, and a plain loop over random episodes."""

from __future__ import annotations

import pytest
from hypothesis import given

from metrics.failure.unattributed_failures import UNATTRIBUTED_FAILURES
from tests.metrics.builder import World, assert_no_data
from tests.metrics.worlds import CauseRow, cause_rows, few, share, world_of_causes


def test_example() -> None:
    """One linked to a release, one known to be of none, two unknown: 0.5."""
    assert world_of_causes(["link", "none", "unknown", "unknown"]).value(UNATTRIBUTED_FAILURES) == 0.5


def test_told_that_no_release_was() -> None:
    """That no release was the cause is knowledge, too."""
    assert world_of_causes(["none"]).value(UNATTRIBUTED_FAILURES) == 0.0


def test_no_rows() -> None:
    """No failure is no data, never 0."""
    assert_no_data(World().summary(UNATTRIBUTED_FAILURES))


@few
@given(rows=cause_rows)
def test_oracle(rows: list[CauseRow]) -> None:
    """SQL agrees with a loop over the episodes."""
    unknown = share([row == "unknown" for row in rows])
    assert world_of_causes(rows).value(UNATTRIBUTED_FAILURES) == pytest.approx(unknown)
