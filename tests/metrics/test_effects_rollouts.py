"""Roll-outs: those reached against those not reached yet, whatever moves both, in stages, with a check before."""

from __future__ import annotations

import datetime as dt
import math
from functools import lru_cache

import pytest

from metrics.effects.effect import Effect
from metrics.effects.rollouts import rollout_effects, waves_of
from metrics.effects.windows import WINDOW
from metrics.metric import Verdict
from tests.metrics.builder import World
from tests.metrics.effect_worlds import AT, CHANGE_DAY, Rule, stream_with, world_of

REACHED = {"version": "2", "at": AT, "reached": {"segment": "size", "values": ["big"]}}


def shock(day: int, _: str) -> float:
    """Everybody gets slower by a day on the day of the change: a strike, and no effect of the roll-out."""
    return 2.0 if day < CHANGE_DAY else 3.0


def shock_and_gain(day: int, value: str) -> float:
    """Those reached are spared the day that everybody else loses."""
    return 3.0 if day >= CHANGE_DAY and value != "big" else 2.0


def drifting(day: int, value: str) -> float:
    """Those reached were getting faster all the time."""
    return 4.0 - day / 64 if value == "big" else 3.0


@lru_cache(maxsize=4)
def world(rule: Rule) -> World:
    """A world by the rule, made once."""
    return world_of(rule, ("big", "small", "tiny"), seed=5)


def effects(made: World, *releases: dict[str, object]) -> dict[tuple[str, str, str, str], Effect]:
    """The effects by kind, label, metric and statistic."""
    found = rollout_effects(made.connection, stream_with(*(releases or (REACHED,))))
    return {(e.place.kind, e.place.label, e.metric.key, e.difference.after.statistic.value): e for e in found}


def median_effect(made: World, kind: str = "rollout", label: str = "2", *releases: dict[str, object]) -> Effect:
    """The effect on the median flow time."""
    return effects(made, *releases)[kind, label, "flow_time", "p50"]


def test_what_moves_everybody_is_no_effect() -> None:
    """A common shock of one day is in both changes and in no effect."""
    effect = median_effect(world(shock))
    found = effect.difference
    assert found.before.value == pytest.approx(1.0, abs=0.3)
    assert found.after.value == pytest.approx(1.0, abs=0.3)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= 0 <= found.high
    assert found.verdict in (Verdict.UNCLEAR, Verdict.SAME)


def test_what_the_roll_out_brought_is_found() -> None:
    """Spared a day that the others lose: an effect of −1 day, though those reached changed nothing themselves."""
    found = median_effect(world(shock_and_gain)).difference
    assert found.low is not None
    assert found.high is not None
    assert found.low <= -1.0 <= found.high < 0
    assert found.verdict is Verdict.FASTER
    assert found.after.value == pytest.approx(0.0, abs=0.3)


def test_mover_is_applied_twice() -> None:
    """The interval is that of the difference of two changes, each of which has its own."""
    found = median_effect(world(shock_and_gain)).difference
    waiting, reached = found.before, found.after
    assert None not in (waiting.value, waiting.high, reached.value, reached.low, found.value, found.low)
    arm = math.hypot(
        float(reached.value or 0) - float(reached.low or 0), float(waiting.high or 0) - float(waiting.value or 0)
    )
    assert found.low == pytest.approx(float(found.value or 0) - arm)
    assert found.before.low is not None


def test_oracle() -> None:
    """Four shares right, counted by a loop over the cases, and their difference of differences."""
    made = world_of(
        shock, ("big", "small"), seed=8,
        right=lambda day, value: 0.9 if day >= CHANGE_DAY and value == "big" else 0.6,
    )  # fmt: skip
    effect = effects(made)["rollout", "2", "first_time_right", "share"]
    days = dt.timedelta(days=int(effect.method.split(" days to end in")[0].rpartition(" ")[2]))
    cut = AT.replace(tzinfo=None)
    sides = {"before": (cut - WINDOW - days, cut - days), "after": (cut, cut + WINDOW)}
    shares = {}
    rows = made.connection.execute("SELECT case_id, triggered_at, finished_at, is_rework_free FROM cases").fetchall()
    for value in ("big", "small"):
        for side, (first, until) in sides.items():
            ripe = [
                right for name, begun, ended, right in rows
                if name.startswith(value) and first <= begun < until and ended and ended - begun <= days
            ]  # fmt: skip
            shares[value, side] = sum(ripe) / len(ripe)
    expected = (shares["big", "after"] - shares["big", "before"]) - (
        shares["small", "after"] - shares["small", "before"]
    )
    assert effect.difference.value == pytest.approx(expected)
    assert effect.difference.verdict is Verdict.BETTER


def test_the_check_before_shows_groups_that_moved_apart_anyway() -> None:
    """Where those reached were getting faster before, the same test eight weeks earlier finds that, too."""
    check, effect = (median_effect(world(drifting), kind).difference for kind in ("pre_trend", "rollout"))
    assert check.verdict is Verdict.FASTER
    assert effect.verdict is Verdict.FASTER
    calm = median_effect(world(shock_and_gain), "pre_trend").difference
    assert calm.low is not None
    assert calm.high is not None
    assert calm.low <= 0 <= calm.high


def test_stages_are_judged_against_those_still_waiting() -> None:
    """Each stage has its own cut; who was reached before it is on neither side; an untold value waits."""
    staged = REACHED | {"stages": [{"at": AT + dt.timedelta(weeks=8), "values": ["small"]}]}
    found = effects(world(shock_and_gain), staged)
    assert {label for _, label, _, _ in found} == {"2", "2 stage 2"}
    second = found["rollout", "2 stage 2", "flow_time", "p50"]
    assert second.place.dimensions == {"size": ["small"]}
    assert second.place.at_on == (AT + dt.timedelta(weeks=8)).date()
    assert second.difference.low is not None
    assert second.difference.high is not None
    assert second.difference.low <= 0 <= second.difference.high
    assert second.difference.before.n == second.difference.after.n == pytest.approx(56 * 8, abs=9)


def test_who_waits_and_until_when() -> None:
    """Those reached within the window do not serve; where nobody else is left, they do until the next stage begins."""
    soon, late = AT + dt.timedelta(weeks=3), AT + WINDOW
    stream = stream_with(REACHED | {"stages": [{"at": soon, "values": ["small"]}, {"at": late, "values": ["tiny"]}]})
    first, second, third = waves_of(stream.releases[0])
    assert first.waiting(["big", "small", "tiny", None]) == ({"tiny", None}, None)
    assert first.waiting(["big", "small", "tiny"]) == ({"tiny"}, None)
    assert first.waiting(["big", "small"]) == ({"small"}, soon)
    assert second.waiting(["big", "small", "tiny"]) == ({"tiny"}, late)
    assert third.waiting(["big", "small", "tiny"]) == (frozenset(), None)
    assert [wave.label for wave in (first, second, third)] == ["2", "2 stage 2", "2 stage 3"]


def test_with_nobody_left_to_compare_there_is_no_effect() -> None:
    """When the last have been reached nothing is said, and the reason stands there."""
    staged = REACHED | {"stages": [{"at": AT + dt.timedelta(weeks=8), "values": ["small", "tiny"]}]}
    last = effects(world(shock), staged)["rollout", "2 stage 2", "flow_time", "p50"]
    assert last.difference.value is None
    assert last.difference.verdict is Verdict.NO_BASELINE


def test_a_window_is_cut_short_where_only_the_next_stage_waits() -> None:
    """With two values in all, the second serves as a comparison until it is reached itself."""
    made = world_of(shock_and_gain, ("big", "small"), seed=9)
    staged = REACHED | {"stages": [{"at": AT + dt.timedelta(weeks=4), "values": ["small"]}]}
    found = effects(made, staged)["rollout", "2", "flow_time", "p50"].difference
    assert found.after.n == found.before.n == 28 * 8


def test_what_is_unknown_takes_the_word_away() -> None:
    """Handoffs that improved for those reached, if all the unknown ones were manual, are no clear change."""
    made = world_of(shock, ("big", "small"), seed=8)
    made.connection.execute(
        "UPDATE cases SET automated_handoffs = 3 WHERE segments LIKE '%big%' AND triggered_on >= DATE '2026-04-26'"
    )
    sure = effects(made)["rollout", "2", "handoff_ratio", "ratio"].difference
    assert (sure.value, sure.verdict) == (1.0, Verdict.BETTER)
    made.connection.execute(
        "UPDATE cases SET unknown_handoffs = 2 WHERE segments LIKE '%big%' AND triggered_on >= DATE '2026-04-26'"
    )
    unsure = effects(made)["rollout", "2", "handoff_ratio", "ratio"].difference
    assert (unsure.value, unsure.verdict) == (1.0, Verdict.UNCLEAR)
    assert unsure.after.least is not None
    assert unsure.after.most is not None
    assert unsure.before.least is None
    assert (unsure.after.least.value, unsure.after.most.value) == (-1.0, 3.0)


def test_plain_releases_are_no_roll_outs() -> None:
    """What reached everybody leaves nobody to compare with."""
    assert effects(world(shock), {"version": "2", "at": AT}) == {}
