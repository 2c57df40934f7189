"""Run charts as published: the published values, limits that begin anew only at documented changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from metrics.catalog import HEADLINE
from metrics.evaluate import evaluate
from metrics.flow.flow_time import FLOW_TIME
from metrics.metric import Statistic
from metrics.published import METRIC_VALUES
from metrics.reports.run_chart import FEWEST, Change, chart_points, documented_changes, rows
from metrics.run_chart import FIRM_POINTS, Rule, limits, signals
from metrics.stream import Stream
from tests.metrics.builder import STREAM, World
from tests.metrics.effect_worlds import stream_with, world_of


def jumping(day: int, _: str) -> float:
    """Two days until mid April, then one: a level that changed."""
    return 2.0 if day < 100 else 1.0


def published(world: World, stream: Stream = STREAM) -> World:
    """The world with its values by week and month, as the pipeline writes them."""
    world.connection.execute(METRIC_VALUES.ddl())
    for metric in HEADLINE:
        for value in evaluate(world.connection, metric, stream, ("week", "month", "quarter")):
            row = value.as_row()
            marks = ", ".join("?" for _ in row)
            world.connection.execute(
                f"INSERT INTO metric_values ({', '.join(row)}) VALUES ({marks})", list(row.values())
            )
    return world


@pytest.fixture(scope="module")
def world() -> World:
    """A world whose level changed in the middle, with its published values."""
    return published(world_of(jumping, a_day=6, spread=0.2, seed=3))


def chart(
    world: World, stream: Stream = STREAM, statistic: str = "p50", grain: str = "week"
) -> list[dict[str, object]]:
    """The points of one chart of the flow time, oldest first."""
    found = [r for r in rows(world.connection, stream) if r["metric"] == "flow_time"]
    return [r for r in found if (r["statistic"], r["grain"]) == (statistic, grain)]


def test_points_are_the_published_values_of_whole_weeks(world: World) -> None:
    """Every whole week or month between the first and the last day with data, as published."""
    values = {
        v.period.key: v.summary.value
        for v in evaluate(world.connection, FLOW_TIME, STREAM, ("week", "month"))
        if v.summary.statistic is Statistic.P50
    }
    found = chart(world) + chart(world, grain="month")
    assert all(r["value"] == values[str(r["point"])] for r in found)
    assert [r["point"] for r in chart(world)][:1] == ["2026-W02"]  # Sunday 4 January is all there is of its week
    assert [r["point"] for r in chart(world, grain="month")] == [f"2026-{month:02}" for month in range(2, 8)]


def test_limits_and_signals_are_those_of_the_chart(world: World) -> None:
    """Centre, limits and signals are what `limits` and `signals` say of these values, point by point."""
    found = chart(world)
    values: Sequence[float | None] = [r["value"] for r in found]  # type: ignore[misc]
    (stretch,) = limits(values)
    assert {(r["centre"], r["low"], r["high"], r["is_firm"]) for r in found} == {
        (stretch.centre, stretch.low, stretch.high, True)
    }
    told = {place for s in signals(values, [stretch]) for place in range(s.first, s.last + 1)}
    assert {place for place, r in enumerate(found) if r["signal"]} == told
    assert {r["is_above"] for r in found[:8]} == {True}
    assert {r["is_above"] for r in found[-8:]} == {False}
    assert all((r["is_above"] is None) == (r["signal"] is None) for r in found)


def test_the_data_alone_never_begin_a_stretch(world: World) -> None:
    """A level that changed without a documented reason is a signal, and stays one."""
    assert {r["rebased_on"] for r in chart(world)} == {None}
    assert all(r["signal"] in (Rule.RUN.value, Rule.OUTSIDE.value) for r in chart(world)[-8:])


def test_a_documented_change_begins_a_stretch(world: World) -> None:
    """From the first whole week under it; the reason stands at each of its points, and its signals are gone."""
    on = dt.date(2026, 4, 15)  # a Wednesday: the week of 20 April is the first whole one
    stream = stream_with(rebase=[{"at_on": on, "reason": "new building"}])
    found = chart(world, stream)
    later = [r for r in found if r["rebased_on"] == on]
    assert min(r["first_on"] for r in later) == dt.date(2026, 4, 20)  # type: ignore[type-var]
    assert {r["rebase_reason"] for r in later} == {"new building"}
    assert {r["rebased_on"] for r in found} == {None, on}
    before, after = ({r["centre"] for r in found if r["rebased_on"] == day} for day in (None, on))
    assert min(before) > max(after) + 0.5  # type: ignore[operator,type-var]
    assert sum(r["signal"] is not None for r in found) < 4


def test_a_short_stretch_may_still_move(world: World) -> None:
    """Below twelve points the limits are told, and told not to be firm."""
    stream = stream_with(rebase=[{"at_on": "2026-07-06", "reason": "new desk"}])
    later = [r for r in chart(world, stream) if r["rebased_on"]]
    assert 2 <= len(later) < FIRM_POINTS
    assert {r["is_firm"] for r in later} == {False}
    assert {r["is_firm"] for r in chart(world, stream) if not r["rebased_on"]} == {True}


def test_changes_outside_the_points_begin_nothing(world: World) -> None:
    """A change before the first point or after the last has no stretch of its own, and one is no reason for another."""
    stream = stream_with(rebase=[{"at_on": "2025-01-01", "reason": "a"}, {"at_on": "2027-01-01", "reason": "b"}])
    assert {r["rebased_on"] for r in chart(world, stream)} == {None}


def test_changes_before_one_point_are_told_together(world: World) -> None:
    """Two in one week begin one stretch, with both reasons."""
    listed = [{"at_on": "2026-04-15", "reason": "new building"}, {"at_on": "2026-04-14", "reason": "new desk"}]
    found = {(r["rebased_on"], r["rebase_reason"]) for r in chart(world, stream_with(rebase=listed))}
    assert found == {(None, None), (dt.date(2026, 4, 15), "new desk; new building")}


def test_releases_begin_a_stretch_only_where_the_file_says_so() -> None:
    """A release is a documented change when it is flagged, on its local day."""
    at = "2026-05-01T23:30:00+00:00"
    plain, flagged = {"version": "1", "at": at}, {"version": "2", "at": at[:8] + "02" + at[10:], "rebase": True}
    stream = stream_with(plain, flagged, time_zone="Europe/Berlin", rebase=[{"at_on": "2026-01-01", "reason": "move"}])
    assert documented_changes(stream) == [
        Change(dt.date(2026, 1, 1), "move"), Change(dt.date(2026, 5, 3), "release 2: Change"),
    ]  # fmt: skip


def test_changes_of_a_day_stand_by_their_reason() -> None:
    """Listed changes and a release of one day, in the order of their words."""
    at = "2026-05-04T10:00:00+00:00"
    listed = [{"at_on": "2026-05-04", "reason": reason} for reason in ("union", "audit")]
    stream = stream_with({"version": "2", "at": at, "rebase": True}, rebase=listed)
    assert [change.reason for change in documented_changes(stream)] == ["audit", "release 2: Change", "union"]


def test_a_change_may_begin_with_the_second_point() -> None:
    """The first week stands alone before it, without limits; a change on the first day of a week begins with it."""
    weeks = [(f"w{number}", dt.date(2026, 1, 5) + dt.timedelta(weeks=number), float(number), 50) for number in range(4)]
    stream = stream_with(rebase=[{"at_on": "2026-01-12", "reason": "move"}])
    found = list(chart_points(stream, FLOW_TIME, Statistic.P50, weeks))
    assert [row["rebase_reason"] for row in found] == [None, "move", "move", "move"]
    assert [row["centre"] for row in found] == [None, 2.0, 2.0, 2.0]


def test_a_gap_within_a_run_is_no_signal() -> None:
    """Eight long weeks with a week of few cases among them: each of the eight says so, the gap says nothing."""
    values = [9.0] * 4 + [0.0] + [9.0] * 4 + [1.0] * 8
    weeks = [(f"w{n}", dt.date(2026, 1, 5) + dt.timedelta(weeks=n), value, 50 if value else 1)
             for n, value in enumerate(values)]  # fmt: skip
    found = list(chart_points(STREAM, FLOW_TIME, Statistic.P50, weeks))
    assert [row["is_above"] for row in found] == [True] * 4 + [None] + [True] * 4 + [False] * 8
    assert (found[4]["value"], found[4]["signal"]) == (None, None)


def test_a_point_outside_the_limits_says_so_within_a_run() -> None:
    """Eight weeks above the centre are a run; the one of them beyond the limits is told as that."""
    values = [2.0, 1.0] * 5 + [4.0] * 3 + [9.0] + [4.0] * 4
    weeks = [(f"w{n}", dt.date(2026, 1, 5) + dt.timedelta(weeks=n), value, 50) for n, value in enumerate(values)]
    found = [row["signal"] for row in chart_points(STREAM, FLOW_TIME, Statistic.P50, weeks)]
    assert found == [Rule.RUN.value] * 13 + [Rule.OUTSIDE.value] + [Rule.RUN.value] * 4


def test_a_point_of_few_cases_is_a_gap() -> None:
    """Fewer than 10 cases give no point of a median, fewer than 30 none of a p90; the count is told."""
    world = World()
    for week in range(4):
        for number in range(9 + week):
            world.case(f"c{week}-{number}", 1.0 + 7 * week + number / 9, 2.0 + 7 * week + number / 9)
    world.case("last", 40.0, 41.0)
    charts = [r for r in rows(published(world).connection, STREAM) if r["metric"] == "flow_time"]
    found = {(r["point"], r["statistic"]): r for r in charts}
    first, second = found["2026-W02", "p50"], found["2026-W03", "p50"]
    assert (first["n"], first["value"]) == (9, None)
    assert second["n"] == 10
    assert second["value"] == pytest.approx(1.0)
    assert found["2026-W03", "p90"]["value"] is None
    assert FEWEST[Statistic.P90] == 30


@pytest.mark.parametrize(("statistic", "fewest"), [("p50", 10), ("mean", 10), ("p85", 20), ("p90", 30)])
def test_a_point_needs_enough_observations_for_its_statistic(statistic: str, fewest: int) -> None:
    """The further out a statistic looks, the more it takes: with as many it is a point, with one fewer a gap."""
    weeks = [("w1", dt.date(2026, 1, 5), 1.0, fewest - 1), ("w2", dt.date(2026, 1, 12), 2.0, fewest)]
    found = [row["value"] for row in chart_points(STREAM, FLOW_TIME, Statistic(statistic), weeks)]
    assert found == [None, 2.0]


@pytest.mark.parametrize(("last", "weeks"), [(14.0, ["2026-W02", "2026-W03"]), (13.0, ["2026-W02"])])
def test_a_week_is_whole_with_its_sunday(last: float, weeks: list[str]) -> None:
    """With data of Sunday 18 January the week is told; with none after Saturday it is not over."""
    world = World().case("first", 0.0, 0.5).case("second", 1.0, 2.0).case("last", 1.0, last)
    assert [r["point"] for r in chart(published(world))] == weeks


def test_values_of_a_part_are_no_points() -> None:
    """What a segment took stands beside the value of all, and is not charted with it."""
    whole = published(World().case("first", 0.0, 0.5).case("second", 1.0, 2.0).case("last", 1.0, 14.0))
    expected = chart(whole)
    whole.connection.execute(
        """INSERT INTO metric_values SELECT * REPLACE ('{"size": "big"}' AS dimensions, 99 AS n) FROM metric_values"""
    )
    assert chart(whole) == expected


def test_a_release_without_a_name_is_told_by_its_version() -> None:
    """Nothing stands after it, and no colon."""
    stream = stream_with({"version": "2", "at": "2026-05-04T10:00:00+00:00", "rebase": True, "name": ""})
    assert [change.reason for change in documented_changes(stream)] == ["release 2"]


def test_without_cases_there_is_no_chart() -> None:
    """An empty stream has no point and no error."""
    world = World()
    world.connection.execute(METRIC_VALUES.ddl())
    assert list(rows(world.connection, STREAM)) == []
