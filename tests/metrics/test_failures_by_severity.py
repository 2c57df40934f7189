"""The report of failures by severity: counts that add up, hours counted once, causes beside."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.published import FAILURES_BY_SEVERITY
from metrics.reports.failures_by_severity import rows, united_hours
from tests.metrics.builder import STREAM, World, instant
from tests.metrics.worlds import STAGES, StagedRow, few, staged_rows

LAST = 87.0  # 2026-04-01 in days of the builder
KEY = ("period", "level", "severity")
minutes = st.integers(0, 200).map(lambda minute: dt.datetime(2026, 1, 5) + dt.timedelta(minutes=minute))


def _report(world: World, stream: Any = STREAM) -> dict[tuple[Any, ...], dict[str, Any]]:
    found = {tuple(row[name] for name in KEY): dict(row) for row in rows(world.connection, stream)}
    assert all(set(row) == set(FAILURES_BY_SEVERITY.column_names) for row in found.values())
    return found


def _all(world: World, period: str = "2026-Q1") -> dict[str, Any]:
    return _report(world)[period, "all", "all"]


def _until(day: float) -> World:
    """A world whose cases begin on day 1 and whose newest event is of this day."""
    return World().case("newest", 1.0, day)


def test_failures_at_once_are_one_bad_hour() -> None:
    """Two failures that overlap by an hour: three hours of failure, four when each is counted."""
    world = _until(11.0).failure("a", 2.0, 2.0 + 2 / 24).failure("b", 2.0 + 1 / 24, 2.0 + 3 / 24)
    found = _all(world)
    assert (found["failing_hours"], found["summed_hours"]) == (pytest.approx(3.0), pytest.approx(4.0))
    first_day = -3  # the first of January
    assert found["failing_share"] == pytest.approx(3.0 / ((11 - first_day) * 24))


def test_hours_run_from_the_onset() -> None:
    """What nobody noticed yet was bad all the same; where the onset is unknown it runs from the detection."""
    world = _until(20.0).failure("a", 3.0, 4.0, onset=2.0).failure("b", 10.0, 11.0)
    assert _all(world)["failing_hours"] == pytest.approx(72.0)


def test_an_open_failure_runs_until_the_newest_event() -> None:
    """It is counted as open and as long as it has been; the newest event may be that of a failure."""
    found = _all(_until(5.0).failure("a", 3.0))
    assert (found["detected"], found["closed"], found["open_at_end"]) == (1, 0, 1)
    assert found["failing_hours"] == pytest.approx(48.0)
    later = _all(_until(5.0).failure("a", 3.0).failure("b", 4.0, 7.0))
    assert later["failing_hours"] == pytest.approx(96.0)


def test_the_newest_event_is_the_latest_of_all_that_is_known() -> None:
    """An open failure runs until the latest detection, or steady state, of any other, wherever cases have come to."""
    world = _until(5.0).failure("a", 3.0).failure("b", 3.5, 4.0).failure("c", 8.0)
    assert _all(world)["failing_hours"] == pytest.approx(120.0)
    assert _all(world.failure("d", 3.0, 9.0))["failing_hours"] == pytest.approx(144.0)


def test_hours_are_cut_at_the_quarter() -> None:
    """A failure over the turn of a quarter is counted in both, each with its own hours, and in neither twice."""
    world = _until(100.0).failure("a", LAST - 1, LAST + 2)
    first, second = _all(world), _all(world, "2026-Q2")
    assert (first["failing_hours"], second["failing_hours"]) == (pytest.approx(24.0), pytest.approx(48.0))
    assert (first["detected"], first["closed"], first["open_at_end"]) == (1, 0, 1)
    assert (second["detected"], second["closed"], second["open_at_end"]) == (0, 1, 0)


def test_quarters_are_local_and_as_long_as_they_were() -> None:
    """In Berlin the first quarter of 2026 lost an hour to summer time, and ends two hours before that of UTC."""
    berlin = STREAM.model_copy(update={"time_zone": "Europe/Berlin"})
    world = _until(100.0).failure("a", -10.0, 100.0, detected_on=dt.date(2025, 12, 25))
    found = _report(world, berlin)["2026-Q1", "all", "all"]
    assert (found["failing_hours"], found["failing_share"]) == (pytest.approx(90 * 24 - 1), 1.0)


def test_severities_and_levels_are_told_apart() -> None:
    """Each severity, each level, each of both, and all: overlaps of two severities count once only in all."""
    world = _until(20.0).failure("a", 2.0, 4.0, severity=1, level="stream", case_id=None)
    world.failure("b", 3.0, 5.0, severity=3).failure("c", 10.0, 11.0, severity=None)
    found = {(level, severity): row for (_, level, severity), row in _report(world).items()}
    assert {key: round(row["failing_hours"]) for key, row in found.items()} == {
        ("all", "all"): 96, ("all", "1"): 48, ("all", "3"): 48, ("all", "unknown"): 24, ("stream", "all"): 48,
        ("stream", "1"): 48, ("item", "all"): 72, ("item", "3"): 48, ("item", "unknown"): 24,
    }  # fmt: skip


def test_levels_and_severities_stand_in_their_order() -> None:
    """All before each level, and within a level all behind the numbers, in every quarter alike."""
    world = _until(100.0)
    for number, severity in enumerate((5, None, 2, 4, 1, 3)):
        world.failure(f"s{number}", 2.0, level="stream", case_id=None, severity=severity)
        world.failure(f"i{number}", 2.0, severity=severity)
    severities = ["1", "2", "3", "4", "5", "all", "unknown"]
    assert list(_report(world)) == [
        (quarter, level, severity) for quarter in ("2026-Q1", "2026-Q2") for level in ("all", "item", "stream")
        for severity in severities
    ]  # fmt: skip


def test_a_quarter_that_has_just_begun_has_no_share() -> None:
    """The newest event is of the very instant the quarter begins: no hour has passed of which one could fail."""
    found = _all(_until(LAST).failure("a", 2.0), "2026-Q2")
    assert (found["failing_hours"], found["failing_share"], found["open_at_end"]) == (0.0, None, 1)
    assert _all(_until(LAST + 1 / 48).failure("a", 2.0), "2026-Q2")["failing_share"] == 1.0


def test_who_healed_and_who_caused_is_counted() -> None:
    """Healed by itself among those closed, put down to a release and unattributed among those detected."""
    world = _until(40.0).failure("a", 2.0, 3.0, is_auto_healed=True, attributed_by="link", caused_by_release="2")
    world.failure("b", 2.0, 3.0, is_auto_healed=None).failure("c", 2.0, is_auto_healed=None)
    world.failure("d", 2.0, 3.0, is_auto_healed=False, attributed_by="link")
    found = _all(world)
    assert (found["auto_healed"], found["auto_healed_unknown"]) == (1, 1)
    assert (found["caused_by_release"], found["unattributed"], found["unattributed_share"]) == (1, 2, 0.5)


def test_a_failure_of_the_next_quarter_is_not_open_before_it() -> None:
    """Detected on the first of April it is of the second quarter, whatever was open at the end of March."""
    world = _until(100.0).failure("a", LAST - 0.1).failure("b", LAST)
    assert [_all(world, quarter)["open_at_end"] for quarter in ("2026-Q1", "2026-Q2")] == [1, 2]
    assert [_all(world, quarter)["detected"] for quarter in ("2026-Q1", "2026-Q2")] == [1, 1]


def test_a_quarter_without_failures_says_so() -> None:
    """None detected is a count of 0 and no share; a stream without cases has no rows."""
    found = _all(_until(5.0))
    assert (found["detected"], found["failing_hours"], found["unattributed_share"]) == (0, 0.0, None)
    assert _report(World()) == {}


@few
@given(told=staged_rows)
def test_a_loop_counts_the_same(told: list[StagedRow]) -> None:
    """Counts of a quarter against plain Python, and open + detected = closed + open."""
    world = _until(120.0)
    for number, row in enumerate(told):
        steady = None if row["steady"] is None else row["detected"] + 2 * row["steady"]  # type: ignore[operator]
        row["steady"] = steady
        world.failure(f"f{number}", row["detected"], **{s: row[s] for s in STAGES if s != "detected"})  # type: ignore[arg-type]
    first, second = _all(world), _all(world, "2026-Q2")
    closed = [row for row in told if row["steady"] is not None and row["steady"] < LAST]
    assert (first["detected"], first["closed"]) == (len(told), len(closed))
    assert first["detected"] == first["closed"] + first["open_at_end"]
    assert first["open_at_end"] + second["detected"] == second["closed"] + second["open_at_end"]


@few
@given(spells=st.lists(st.tuples(minutes, minutes).map(sorted).map(tuple), max_size=12))
def test_united_hours_are_the_minutes_in_which_any_runs(spells: list[tuple[dt.datetime, dt.datetime]]) -> None:
    """Counted minute by minute it comes to the same, in whatever order the spells come."""
    begun = instant(1.0)
    assert begun is not None
    covered = sum(any(a <= begun + dt.timedelta(minutes=m) < b for a, b in spells) for m in range(201))
    assert united_hours(spells) == pytest.approx(covered / 60)
    assert united_hours(reversed(spells)) == pytest.approx(covered / 60)
