"""Objectives: what a target promises to one customer, the budget in customers, and when it burns too fast."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from metrics.objective_target import objectives_of
from metrics.reports.objectives import ALERTS, FEWEST, ObjectiveState, judge
from metrics.stream import Stream
from tests.metrics.builder import STREAM, SUNDAY, World

TARGETS = {"flow_time": {"p90": "2 days"}, "first_time_right": {"share": "90 %"}}


def _stream(tier: int = 1, **targets: dict[str, str]) -> Stream:
    return STREAM.model_copy(update={"targets": targets or TARGETS, "tier": tier})


def _newest(world: World, stream: Stream) -> dict[str, ObjectiveState]:
    states = list(judge(world.connection, stream))
    last = max(state.period.first_on for state in states)
    return {state.objective.metric.key: state for state in states if state.period.first_on == last}


def _steady(days: int, a_day: int, misses_a_day: int) -> World:
    """Cases that end every day; some of them took three days, the others one."""
    world = World()
    for day in range(4, days + 4):
        for number in range(a_day):
            took = 3 if number < misses_a_day else 1
            world.case(f"c{day}-{number}", day - took + 0.2, day + 0.2)
    return world


def test_a_budget_is_counted_in_customers() -> None:
    """Of 40 finished orders 9 in 10 within two days: 4 may take longer, 6 did, 2 too many."""
    world = _steady(days=10, a_day=4, misses_a_day=0)
    for number in range(6):
        world.connection.execute(
            "UPDATE cases SET triggered_at = triggered_at - INTERVAL 5 DAY WHERE case_id = ?", [f"c{5 + number}-0"]
        )
    state = _newest(world, _stream())["flow_time"]
    assert (state.subjects, state.misses) == (40, 6)
    assert state.budget == pytest.approx(4)
    assert state.as_row()["budget_left"] == pytest.approx(-2)


def test_the_limit_itself_is_kept() -> None:
    """A case that takes exactly the target has kept it."""
    world = World().case("a", 1, 3).case("b", 1, 3.000001)
    assert _newest(world, _stream())["flow_time"].misses == 1


def test_a_promise_of_working_days() -> None:
    """Working days can be promised, to the limit itself; how old open work is by that clock is not said."""
    world = World().case("a", 1, 2).worked("a", 3.0).case("b", 1, 9).worked("b", 3.1).case("c", 1)
    state = _newest(world, _stream(working_time={"p90": "3 working days"}))["working_time"]
    assert (state.subjects, state.misses, state.open_past_target) == (2, 1, None)
    assert state.as_row()["unit"] == "working_days"


def test_right_is_not_reworked() -> None:
    """Of a share the subjects that are not right are the misses."""
    world = World().case("a", 1, 2).case("b", 1, 2, loops=1).case("c", 1, 2)
    state = _newest(world, _stream())["first_time_right"]
    assert (state.subjects, state.misses, state.objective.wanted_share) == (3, 1, 0.9)


def test_burn_of_one_spends_the_budget_exactly() -> None:
    """As many misses a day as the target allows burn at 1, over the week and over four."""
    state = _newest(_steady(days=40, a_day=10, misses_a_day=1), _stream())["flow_time"]
    assert (state.short_burn, state.long_burn) == (pytest.approx(1), pytest.approx(1))
    assert state.is_alert is False


@pytest.mark.parametrize(
    ("tier", "misses", "rings"), [(1, 2, True), (2, 2, False), (2, 3, True), (3, 3, False), (3, 4, True)]
)
def test_a_stricter_tier_rings_earlier(tier: int, misses: int, rings: bool) -> None:
    """The same burn rings for a critical stream and not for one that may wait."""
    state = _newest(_steady(days=40, a_day=10, misses_a_day=misses), _stream(tier))["flow_time"]
    assert state.short_burn == pytest.approx(misses)
    assert state.is_alert is rings
    assert ALERTS[tier][0] <= misses or not rings


def test_one_bad_week_after_good_ones_waits_for_the_month() -> None:
    """A fast week alone rings only when the month has gone with it."""
    world = _steady(days=33, a_day=10, misses_a_day=0)
    world.connection.execute(
        "UPDATE cases SET triggered_at = triggered_at - INTERVAL 5 DAY WHERE finished_on >= ? AND case_id LIKE '%-0'",
        [(SUNDAY + dt.timedelta(days=32)).date()],
    )
    state = _newest(world, _stream())["flow_time"]
    assert state.long_burn is not None and state.long_burn < 1
    assert state.is_alert is False


def test_too_few_say_nothing() -> None:
    """Below 30 subjects in four weeks nothing is said of the burn, and nothing rings."""
    state = _newest(_steady(days=FEWEST - 2, a_day=1, misses_a_day=1), _stream())["flow_time"]
    assert (state.short_burn, state.long_burn, state.is_alert) == (None, None, None)


def test_open_work_past_its_target_is_counted() -> None:
    """Work that waits longer than promised is named before it ends."""
    world = World().case("done", 1, 2).case("old", 1, last_event=9).case("young", 8, last_event=9)
    assert _newest(world, _stream())["flow_time"].open_past_target == 1
    assert _newest(world, _stream())["first_time_right"].open_past_target is None


def test_only_the_newest_quarter_burns() -> None:
    """Burn and open work are of now; a quarter that is over has a budget and nothing else."""
    states = list(judge(_steady(days=120, a_day=1, misses_a_day=0).connection, _stream()))
    past = [state for state in states if state.period.first_on < max(s.period.first_on for s in states)]
    assert past
    assert all((s.short_burn, s.long_burn, s.open_past_target) == (None, None, None) for s in past)


def test_what_promises_nothing_is_no_objective() -> None:
    """A mean, a ratio, a cost and a share of all promise nothing that one customer could miss."""
    stream = _stream(
        flow_time={"mean": "3 days", "p50": "1 day"}, handoff_ratio={"ratio": "0.2"},
        cost_per_transaction={"unit_cost": "24"}, first_time_right={"share": "1"},
    )  # fmt: skip
    assert [(o.metric.key, o.wanted_share) for o in objectives_of(stream)] == [("flow_time", 0.5)]


@pytest.mark.parametrize("seed", range(5))
def test_counts_equal_a_naive_loop(seed: int) -> None:
    """Subjects and misses are those of a plain loop over the cases."""
    chance = random.Random(seed)
    world, told = World(), []
    for number in range(60):
        begun = chance.uniform(1, 80)
        ended = None if chance.random() < 0.2 else begun + chance.uniform(0, 4)
        world.case(f"c{number}", begun, ended, last_event=90)
        told.append((begun, ended))
    states = [s for s in judge(world.connection, _stream()) if s.objective.metric.key == "flow_time"]
    finished = [(begun, ended) for begun, ended in told if ended is not None]
    assert sum(s.subjects for s in states) == len(finished)
    assert sum(s.misses for s in states) == sum(1 for begun, ended in finished if round(ended - begun, 9) > 2)
    assert states[-1].open_past_target == sum(1 for begun, ended in told if ended is None and begun < 90 - 2)
