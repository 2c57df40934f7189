"""The effect of a release: on what began before and after it, equally ripe, straddlers apart, a placebo beside it."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import pytest

from metrics.effects.cohorts import MOST_MATURING_DAYS, cohorts_of, maturing_days
from metrics.effects.effect import Effect
from metrics.effects.releases import release_effects
from metrics.effects.windows import WINDOW, cut_at, placebo_of
from metrics.metric import Statistic, Verdict
from metrics.reports import release_strata
from tests.metrics.builder import STREAM, World, median
from tests.metrics.effect_worlds import AT, CHANGE_DAY, stream_with, world_of

RELEASE = {"version": "2", "at": AT}


def halved(day: int, _: str) -> float:
    """Two days before the change, one after."""
    return 2.0 if day < CHANGE_DAY else 1.0


@lru_cache(maxsize=1)
def changed() -> World:
    """A world in which the release halves the flow time and lets more be right."""
    return world_of(halved, right=lambda day, _: 0.7 if day < CHANGE_DAY else 0.9)


def effects(world: World, kind: str = "release", *releases: dict[str, object]) -> dict[tuple[str, str], Effect]:
    """The effects of a kind by metric and statistic."""
    found = release_effects(world.connection, stream_with(*(releases or (RELEASE,))))
    return {(e.metric.key, e.difference.after.statistic.value): e for e in found if e.place.kind == kind}


def test_a_true_effect_is_found_on_every_metric_judged_so() -> None:
    """The median falls by about a day, the share right rises by about 20 points; handoffs are as they were."""
    found = effects(changed())
    assert set(found) == {
        ("flow_time", "p50"), ("flow_time", "p85"), ("flow_time", "p90"), ("first_time_right", "share"),
        ("handoff_ratio", "ratio"), ("failure_containment_time", "p50"), ("failure_containment_time", "p85"),
        ("failure_containment_time", "p90"),
    }  # fmt: skip
    flow, right = found["flow_time", "p50"].difference, found["first_time_right", "share"].difference
    assert flow.low is not None
    assert flow.high is not None
    assert flow.low <= -1.0 <= flow.high < 0
    assert flow.verdict is Verdict.FASTER
    assert right.low is not None
    assert right.high is not None
    assert 0 < right.low <= 0.2 <= right.high
    assert right.verdict is Verdict.BETTER
    assert found["handoff_ratio", "ratio"].difference.value == 0.0
    assert found["failure_containment_time", "p50"].difference.verdict is Verdict.NO_DATA


def test_the_placebo_finds_nothing() -> None:
    """Eight weeks before the release the same test sees no change."""
    found = effects(changed(), "placebo")
    assert {e.place.at_on for e in found.values()} == {(AT - WINDOW).date()}
    for key in (("flow_time", "p50"), ("first_time_right", "share")):
        effect = found[key].difference
        assert effect.low is not None
        assert effect.high is not None
        assert effect.low <= 0 <= effect.high


def test_there_is_no_placebo_where_something_else_changed() -> None:
    """Another release within the sixteen weeks before leaves no empty cut."""
    earlier = {"version": "1", "at": AT - dt.timedelta(weeks=15)}
    assert effects(changed(), "placebo", earlier, RELEASE) == {
        key: e for key, e in effects(changed(), "placebo", earlier, RELEASE).items() if e.place.label == "1"
    }
    assert placebo_of(stream_with(RELEASE), AT) is not None
    assert placebo_of(stream_with({"version": "1", "at": AT - 2 * WINDOW}, RELEASE), AT) is not None
    inside = {"version": "1", "at": AT - 2 * WINDOW + dt.timedelta(days=1)}
    assert placebo_of(stream_with(inside, RELEASE), AT) is None


def test_windows_end_at_the_neighbouring_change() -> None:
    """Eight weeks on either side, cut short by the release before and after; a placebo is watched until the release."""
    near = {"version": "1", "at": AT - dt.timedelta(weeks=3)}, {"version": "3", "at": AT + dt.timedelta(weeks=2)}
    cut = cut_at(stream_with(near[0], RELEASE, near[1]), AT)
    assert ((AT.date() - cut.before.first_on).days, cut.before.until_on) == (21, AT.date())
    assert (cut.after.first_on, (cut.after.until_on - AT.date()).days) == (AT.date(), 14)
    alone = cut_at(stream_with(RELEASE), AT)
    assert (alone.before.days, alone.after.days, alone.seen_until) == (56, 56, None)
    placebo = placebo_of(stream_with(RELEASE), AT)
    assert placebo is not None
    assert (placebo.after.until_on, placebo.seen_until) == (AT.date(), AT)


def test_either_side_has_the_same_days_to_end_in() -> None:
    """With ten days to ripen the window before ends ten days early, and is as long as it was."""
    cut = cut_at(stream_with(RELEASE), AT, maturing_days=10)
    assert (cut.before.days, (AT.date() - cut.before.until_on).days) == (56, 10)
    assert (cut.after.first_on, cut.after.days) == (AT.date(), 56)
    soon = cut_at(stream_with(RELEASE, {"version": "3", "at": AT + dt.timedelta(days=9)}), AT, maturing_days=10)
    assert soon.after.days == 0


def test_the_days_to_ripen_are_those_of_95_in_100() -> None:
    """Whole days, at least one, at most half a window; a world where nothing was completed gets one."""
    assert maturing_days(World().case("open", 1.0).connection, STREAM) == 1
    world = World()
    for number in range(100):
        world.case(f"c{number}", 1.0, 1.0 + (3.2 if number < 96 else 90))
    assert maturing_days(world.connection, STREAM) == 4
    assert maturing_days(World().case("long", 1.0, 400.0).connection, STREAM) == MOST_MATURING_DAYS
    assert maturing_days(World().case("gone", 1.0, 9.0, outcome_kind="cancelled").connection, STREAM) == 1


def test_oracle() -> None:
    """A loop over the cases finds the share right of those begun in the windows and ended within the days to ripen."""
    world, stream = changed(), stream_with(RELEASE)
    days = maturing_days(world.connection, stream)
    cut = cut_at(stream, AT, maturing_days=days)
    rows = world.connection.execute(
        "SELECT triggered_on, triggered_at, finished_at, is_rework_free FROM cases"
    ).fetchall()
    expected = []
    for period in (cut.before, cut.after):
        ripe = [
            right for on, begun, ended, right in rows
            if period.first_on <= on < period.until_on and ended and ended - begun <= dt.timedelta(days=days)
        ]  # fmt: skip
        expected.append((sum(ripe) / len(ripe), len(ripe)))
    found = effects(world)["first_time_right", "share"].difference
    assert (found.before.value, found.before.n) == pytest.approx(expected[0])
    assert (found.after.value, found.after.n) == pytest.approx(expected[1])


def test_straddlers_are_watched_only_until_the_release() -> None:
    """A case that is open at the cut counts as open so long; what it becomes afterwards is not of the time before."""
    world = World()
    for day in range(CHANGE_DAY - 56, CHANGE_DAY):
        world.case(f"q{day}", day, day + 1.0, last_event=300)
    for number in range(30):
        world.case(f"s{number}", CHANGE_DAY - 10 + number / 10, CHANGE_DAY + 100.0)
    before = effects(world)["flow_time", "p90"].difference.before
    assert (before.n, before.value) == (86, None)
    assert before.reason == "too much work is still open"


def test_failures_are_judged_by_the_day_they_were_noticed() -> None:
    """Episodes begun before the cut and not steady at it count as open; those after it as they are seen today."""
    world = world_of(halved, a_day=1)
    for day in range(CHANGE_DAY - 50, CHANGE_DAY + 50):
        for number in range(4):
            world.failure(f"f{day}-{number}", day + number / 4, day + number / 4 + (4 if day < CHANGE_DAY else 2))
    found = effects(world)["failure_containment_time", "p50"].difference
    assert (found.before.value, found.after.value, found.value) == (4.0, 2.0, -2.0)
    assert (found.before.n, found.after.n) == (200, 200)


def test_a_staged_release_is_no_release_of_all() -> None:
    """What reached only some is judged as a roll-out, not against all."""
    reached = RELEASE | {"reached": {"segment": "size", "values": ["big"]}}
    assert list(release_effects(changed().connection, stream_with(reached))) == []


def test_cost_is_not_judged_at_a_cut() -> None:
    """Bills come by the month, so no cost belongs to the days around a release."""
    metrics = {cohort.metric.key for cohort in cohorts_of(changed().connection, stream_with(RELEASE))}
    assert "cost_per_transaction" not in metrics


def test_strata_by_hand() -> None:
    """Ended before the cut, open at it, begun after it: each case is in one stratum, with its whole life."""
    world = World().case("before", CHANGE_DAY - 9, CHANGE_DAY - 4).case("lasts", CHANGE_DAY - 5, CHANGE_DAY + 2)
    world.case("at the cut", CHANGE_DAY - 1, float(CHANGE_DAY)).case("open", CHANGE_DAY - 2, None)
    world.case("gone", CHANGE_DAY - 3, CHANGE_DAY - 2, outcome_kind="cancelled").case(
        "after", CHANGE_DAY + 1, CHANGE_DAY + 4
    )
    world.case("long ago", CHANGE_DAY - 57, CHANGE_DAY + 9)
    rows = [r for r in release_strata.rows(world.connection, stream_with(RELEASE)) if r["statistic"] == "p50"]
    found = {r["stratum"]: (r["cases"], r["open_cases"], r["value"], r["case_share"]) for r in rows}
    assert found == {
        "before": (2, 1, 5.0, pytest.approx(2 / 6)), "straddling": (3, 1, 7.0, pytest.approx(3 / 6)),
        "after": (1, 0, 3.0, pytest.approx(1 / 6)),
    }  # fmt: skip


def test_strata_are_of_one_stream() -> None:
    """Another stream has a case of the same number: it is in no stratum, and no case here counts twice."""
    world = World().case("a", CHANGE_DAY - 9, CHANGE_DAY - 4)
    world.case("a", CHANGE_DAY - 9, CHANGE_DAY + 9, stream="other")
    rows = [r for r in release_strata.rows(world.connection, stream_with(RELEASE)) if r["statistic"] == "p50"]
    assert [(r["stratum"], r["cases"]) for r in rows] == [("before", 1)]


def test_a_release_without_a_name_has_none() -> None:
    """An empty name is no name; the version tells which release it is."""
    world = World().case("a", CHANGE_DAY - 9, CHANGE_DAY - 4)
    named = list(release_strata.rows(world.connection, stream_with(RELEASE)))
    nameless = list(release_strata.rows(world.connection, stream_with(RELEASE | {"name": ""})))
    assert {(r["release"], r["name"]) for r in named} == {("2", "Change")}
    assert {(r["release"], r["name"]) for r in nameless} == {("2", None)}


def test_strata_oracle() -> None:
    """A loop over the cases around the release counts the same, and straddlers are the slow ones."""
    rows = {(r["stratum"], r["statistic"]): r for r in release_strata.rows(changed().connection, stream_with(RELEASE))}
    told: dict[str, list[float]] = {"before": [], "straddling": [], "after": []}
    cut = AT.replace(tzinfo=None)
    for begun, ended in changed().connection.execute("SELECT triggered_at, finished_at FROM cases").fetchall():
        if cut - WINDOW <= begun < cut + WINDOW and ended is not None:
            name = "after" if begun >= cut else "before" if ended < cut else "straddling"
            told[name].append((ended - begun).total_seconds() / 86400)
    assert {name: len(lengths) for name, lengths in told.items()} == {
        name: rows[name, "p50"]["cases"] - rows[name, "p50"]["open_cases"] for name in told
    }
    assert rows["straddling", "p50"]["value"] == pytest.approx(median(told["straddling"]), rel=0.1)
    assert rows["straddling", "p50"]["value"] > rows["before", "p50"]["value"]
    assert Statistic.P90.value in {statistic for _, statistic in rows}
