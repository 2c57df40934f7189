"""What the maturity of first-time-right and rework is read from: how long each case was watched, and what was seen."""

from __future__ import annotations

from metrics.metric import Metric
from metrics.observe import newest_event_at
from metrics.quality.first_time_right import FIRST_TIME_RIGHT
from metrics.quality.rework_rate import REWORK_RATE
from tests.metrics.builder import STREAM, World


def watched(metric: Metric, world: World) -> list[tuple[int, bool]]:
    """Whole days of each case, and whether rework was seen by then."""
    assert metric.maturing is not None
    told = {"stream": "made", "newest_at": newest_event_at(world.connection, STREAM)}
    return world.connection.execute(f"SELECT * FROM ({metric.maturing.sql}) ORDER BY ALL", told).fetchall()


def test_a_right_case_was_watched_since_its_finish() -> None:
    """Ten days and a half are ten whole ones; an open case, and one that was cancelled, can move no value."""
    world = World().case("right", 1.0, 2.0).case("off", 1.0, 3.0, outcome_kind="cancelled").case("newest", 12.5)
    assert watched(FIRST_TIME_RIGHT, world) == [(10, False)]


def test_rework_after_the_finish_came_within_so_many_days() -> None:
    """Two days and a little are three; rework at the finish or before it moved nothing."""
    world = World().case("later", 1.0, 2.0, loops=1, first_rework_at=4.1).case("newest", 12.5)
    world.case("at once", 1.0, 2.0, loops=1, first_rework_at=2.0)
    world.case("before", 1.0, 2.0, loops=1, first_rework_at=1.5)
    assert watched(FIRST_TIME_RIGHT, world) == [(3, True)]


def test_rework_of_started_cases_is_watched_since_their_trigger() -> None:
    """Eleven days and a half are eleven, up to rework on the twelfth day they are twelve; of the newest case none."""
    world = World().case("right", 1.0, 2.0).case("late", 1.0, loops=1, first_rework_at=12.2).case("newest", 12.5)
    assert watched(REWORK_RATE, world) == [(0, False), (11, False), (12, True)]


def test_rework_before_the_trigger_is_seen_at_once() -> None:
    """A draft that was mended took no time, not less than none."""
    world = World().case("draft", 3.0, 5.0, loops=1, first_rework_at=1.0)
    assert watched(REWORK_RATE, world) == [(0, True)]
