"""Stages of failures on the first and the last day of a quarter."""

from __future__ import annotations

import pytest

from metrics.reports import failures_by_severity
from metrics.reports.failure_stages import rows
from tests.metrics.builder import STREAM, World


@pytest.mark.parametrize(("steady", "first", "second"), [(86.0, 1, 0), (86.999, 1, 0), (87.0, 0, 1), (87.5, 0, 1)])
def test_a_failure_over_on_the_first_day_is_of_that_quarter(steady: float, first: int, second: int) -> None:
    """The last of March is the first quarter's, the first of April the second's."""
    world = World().case("newest", 1.0, 100.0).failure("a", 80.0, steady)
    found = {row["period"]: row["n"] for row in rows(world.connection, STREAM)
             if (row["stage"], row["level"], row["severity"]) == ("containment", "all", "all")}  # fmt: skip
    assert (found["2026-Q1"], found.get("2026-Q2", 0)) == (first, second)


def test_what_was_new_and_what_was_over_are_counted_apart() -> None:
    """Detected in the first quarter and over in the second: new, unattributed there; over, and by whom, here."""
    world = World().case("newest", 1.0, 100.0).failure("a", 80.0, 90.0, is_auto_healed=True)
    told = {row["period"]: row for row in failures_by_severity.rows(world.connection, STREAM)
            if (row["level"], row["severity"]) == ("all", "all")}  # fmt: skip
    names = ("detected", "unattributed", "auto_healed")
    assert [tuple(told[period][name] for name in names) for period in ("2026-Q1", "2026-Q2")] == [(1, 1, 0), (0, 0, 1)]
