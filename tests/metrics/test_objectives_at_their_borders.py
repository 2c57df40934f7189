"""Objectives where a day, a case or a hundredth decides."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from metrics.catalog import metric_by_key
from metrics.flow.flow_time import FLOW_TIME
from metrics.metric import Statistic
from metrics.objective_target import Objective, objectives_of
from metrics.periods import parse_period
from metrics.quality.first_time_right import FIRST_TIME_RIGHT
from metrics.reports.objectives import ALERTS, FEWEST, LONG_DAYS, SHORT_DAYS, ObjectiveState, judge
from metrics.stream import Stream
from tests.metrics.builder import STREAM, World

NINE_IN_TEN = Objective(FLOW_TIME, Statistic.P90, 2.0, 0.9)
STATE = ObjectiveState("made", 2, NINE_IN_TEN, parse_period("2026-Q1"), 40, 6, 3.0, 1.5, 7)


def stream(**targets: dict[str, str]) -> Stream:
    return STREAM.model_copy(update={"targets": targets or {"flow_time": {"p90": "2 days"}}})


def newest(world: World, of: Stream | None = None) -> ObjectiveState:
    return list(judge(world.connection, of or stream()))[-1]


def test_the_row_that_is_published() -> None:
    """Each column stands for what its name says."""
    assert STATE.as_row() == {
        "stream": "made", "tier": 2, "metric": "flow_time", "statistic": "p90", "period": "2026-Q1",
        "first_on": dt.date(2026, 1, 1), "until_on": dt.date(2026, 4, 1), "target": 2.0, "unit": "days",
        "wanted_share": 0.9, "subjects": 40, "misses": 6, "budget": pytest.approx(4.0),
        "budget_left": pytest.approx(-2.0), "short_burn": 3.0, "long_burn": 1.5, "is_alert": True,
        "open_past_target": 7,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("short", "long", "rings"),
    [(3.0, 1.5, True), (2.99, 1.5, False), (3.0, 1.49, False), (9.0, 0.0, False), (None, 1.5, None), (3.0, None, None)],
)
def test_both_burns_must_reach_their_limit(short: float | None, long: float | None, rings: bool | None) -> None:
    """At the limit it rings; where nothing is said of a burn, nothing is said of an alert."""
    assert replace(STATE, short_burn=short, long_burn=long).is_alert is rings


def test_the_limits_of_each_tier() -> None:
    """The stricter the tier, the earlier it rings; the week always burns faster than the month."""
    assert ALERTS == {1: (2.0, 1.0), 2: (3.0, 1.5), 3: (4.0, 2.0)}
    assert (SHORT_DAYS, LONG_DAYS, FEWEST) == (7, 28, 30)


def test_what_is_kept() -> None:
    """A duration up to the limit itself; of a share, an amount of the whole base."""
    amount, base = np.array([1.9, 2.0, 2.1]), np.ones(3)
    assert NINE_IN_TEN.is_met(amount, base).tolist() == [True, True, False]
    right = Objective(FIRST_TIME_RIGHT, Statistic.SHARE, 0.9, 0.9)
    assert right.is_met(np.array([1.0, 0.0, 2.0]), base).tolist() == [True, False, True]


def test_what_a_target_promises() -> None:
    """The percentile says how many must keep it; of a share the target itself, unless it is all."""
    promised = stream(
        flow_time={"p50": "1 day", "p85": "2 days", "p90": "3 days", "mean": "9 days"},
        failure_containment_time={"p90": "4 hours"}, first_time_right={"share": "95 %"}, rework_rate={"share": "5 %"},
    )  # fmt: skip
    assert [(o.metric.key, o.statistic.value, o.wanted_share) for o in objectives_of(promised)] == [
        ("flow_time", "p50", 0.5), ("flow_time", "p85", 0.85), ("flow_time", "p90", 0.9),
        ("failure_containment_time", "p90", 0.9), ("first_time_right", "share", 0.95),
    ]  # fmt: skip


def ended(world: World, days: list[float], took: float) -> World:
    """A case that ended on each of these days."""
    for number, day in enumerate(days):
        world.case(f"c{took}-{day}-{number}", day - took, day)
    return world


def test_thirty_in_four_weeks_are_enough() -> None:
    """With thirty subjects in the long window burns are told, with twenty-nine nothing is."""
    for count, said in ((30, True), (29, False)):
        state = newest(ended(World(), [40.0] * count, 1.0))
        assert (state.short_burn is not None, state.long_burn is not None) == (said, said)


def test_windows_end_with_the_last_day() -> None:
    """A miss on the seventh day counts for the week, on the eighth only for the month, on the twenty-ninth for none."""
    for day, short, long in ((34.0, True, True), (33.0, False, True), (13.0, False, True), (12.0, False, False)):
        world = ended(ended(World(), [40.0] * 40, 1.0), [day], 5.0)
        state = newest(world)
        assert (bool(state.short_burn), bool(state.long_burn)) == (short, long), day


def test_a_week_without_subjects_has_no_burn() -> None:
    """Nothing ended in the last week: its burn is unknown, never 0."""
    world = ended(World(), [20.0] * 40, 1.0).case("open", 39.0)
    state = newest(world)
    assert (state.short_burn, state.long_burn, state.is_alert) == (None, 0.0, None)


def test_open_work_at_the_limit_is_not_past_it() -> None:
    """What waits exactly as long as promised may still keep it."""
    world = World().case("at", 8.0, last_event=8.0).case("past", 7.999, last_event=10.0).case("done", 1.0, 2.0)
    world.case("x", 1.0, last_event=10.0, stream="other")
    assert newest(world).open_past_target == 1


def test_open_failures_past_their_target() -> None:
    """Of a target on failures, failures are counted, by when they were detected."""
    wanted = stream(failure_containment_time={"p90": "2 days"})
    world = World().case("a", 1.0, last_event=10.0).case("b", 1.0, 2.0)
    world.failure("at", 8.0).failure("past", 7.9).failure("done", 1.0, 9.0).failure("x", 1.0, stream="other")
    assert newest(world, wanted).open_past_target == 1


def test_nothing_known_promises_nothing() -> None:
    """Without a case there is no quarter to judge."""
    assert list(judge(World().connection, stream())) == []
    assert metric_by_key("flow_time") is FLOW_TIME
