"""Cohorts at a cut: what ends on the last day that counts, what ended before it began, and what is said of the cut."""

from __future__ import annotations

from dataclasses import replace

import pytest

from metrics.effects.cohorts import WATCHED, Cohort, cohorts_of
from metrics.flow.flow_time import FLOW_TIME
from metrics.quality.first_time_right import FIRST_TIME_RIGHT
from tests.metrics.builder import STREAM, World


def test_the_note_says_how_the_sides_were_cut() -> None:
    """Durations are watched until the cut; what a case becomes gets its days to end in."""
    assert Cohort(FLOW_TIME, FLOW_TIME).note == WATCHED
    ripe = Cohort(FIRST_TIME_RIGHT, FIRST_TIME_RIGHT, 3)
    assert ripe.note == "by day of start, 3 days to end in on either side, what straddles left out"


@pytest.mark.parametrize(
    ("took", "counts"), [(0.0, True), (4.0, True), (4.0 + 1 / 86_400_000_000, False), (-0.5, False)]
)
def test_a_case_counts_when_it_ended_within_its_days(took: float, counts: bool) -> None:
    """To the microsecond: at the limit it counts, beyond it does not, nor does what ended before it began."""
    world = World()
    for number in range(20):
        world.case(f"c{number}", 1.0, 5.0)
    world.case("probe", 30.0, 30.0 + took)
    right = next(c for c in cohorts_of(world.connection, STREAM) if c.metric is FIRST_TIME_RIGHT)
    assert right.maturing_days == 4
    found = world.connection.execute(
        f"SELECT observed_on FROM ({right.observed.sql}) WHERE subject = 'probe'", {"stream": "made"}
    ).fetchall()
    assert [str(day) for (day,) in found] == (["2026-02-03"] if counts else [])


def test_every_cohort_keeps_the_name_of_its_metric() -> None:
    """A cut tells durations by day of start, under the name of the metric readers know."""
    cohorts = cohorts_of(World().connection, STREAM)
    assert [cohort.observed.key for cohort in cohorts] == [cohort.metric.key for cohort in cohorts]
    assert [cohort.maturing_days for cohort in cohorts] == [0, 0, 1, 1]
    assert replace(cohorts[0].observed, key="x").sql != FLOW_TIME.sql
