"""Changes where a side touches, is unknown, or is no longer there: pairs, roll-outs, baselines, windows."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from metrics.baseline import Baseline, FrozenMetric, Population, sql_hash_of, take_baseline
from metrics.catalog import CATALOG, HEADLINE
from metrics.effects.cohorts import Cohort, cohorts_of, maturing_days
from metrics.effects.effect import Effect, Place, effect_between
from metrics.effects.families import count_families
from metrics.effects.frozen import baseline_effects, kept_values
from metrics.effects.pairs import period_pair, release_pair
from metrics.effects.rollouts import rollout_effects
from metrics.effects.segments import segment_effects
from metrics.effects.windows import WINDOW, changes_of, cut_at, placebo_of
from metrics.evaluate import unit_of
from metrics.flow.flow_time import FLOW_TIME
from metrics.metric import Statistic, Summary, Verdict
from metrics.periods import parse_period
from metrics.quality.first_time_right import FIRST_TIME_RIGHT
from metrics.summarise import NOTHING_OBSERVED
from tests.metrics.builder import STREAM, World
from tests.metrics.effect_worlds import AT, stream_with, world_of

Q1 = parse_period("2026-Q1")
REACHED = {"version": "2", "at": AT, "reached": {"segment": "size", "values": ["big"]}}
CHANGED_ON = f"DATE '{AT:%Y-%m-%d}'"


def steady() -> World:
    """Two days, whoever it is and whenever; two automated handoffs and a manual one each."""
    return world_of(lambda day, value: 2.0, a_day=2, seed=3)


def rollout(world: World, metric: str, kind: str = "rollout", **more: object) -> Effect:
    """The effect of a roll-out on the first statistic of a metric."""
    found = rollout_effects(world.connection, stream_with(REACHED | more))
    return next(e for e in found if e.metric.key == metric and e.place.kind == kind)


@pytest.mark.parametrize(("one", "other"), [("2026-Q1", "2026-Q2"), ("2026-Q2", "2026-03"), ("2026-04", "2026-Q1")])
def test_neighbours_share_no_day(one: str, other: str) -> None:
    """A period that begins on the day after another ended is compared with it, whichever is named first."""
    world = World().case("a", 1.0, 2.0).case("b", 100.0, 101.0)
    found = list(period_pair(world.connection, STREAM, parse_period(one), parse_period(other)))
    assert {effect.metric for effect in found} == set(HEADLINE)


def test_segments_of_a_place_are_told_in_the_order_of_their_names() -> None:
    """The key of a row does not depend on which segment was named first."""
    summary = Summary(Statistic.P50, 1.0, None, None, 3, "test")
    place = Place("segment", "2026-Q2", dt.date(2026, 4, 1), dimensions={"size": "big", "region": "north"})
    row = effect_between(STREAM, place, FLOW_TIME, summary, summary).as_row()
    assert row["dimensions"] == json.dumps({"region": "north", "size": "big"})


def test_without_a_case_no_segment_changed() -> None:
    """A stream of which nothing is known has no changes."""
    assert list(segment_effects(World().connection, STREAM)) == []


def test_a_pair_of_releases_is_told_by_the_name_of_the_later() -> None:
    """Without a name it has no title."""
    world, first = World().case("a", 1.0, 2.0), {"version": "1", "at": AT - WINDOW, "name": "First"}
    for name, title in (("Second", "Second"), ("", None)):
        stream = stream_with(first, {"version": "2", "at": AT, "name": name})
        effects = list(release_pair(world.connection, stream, *stream.releases))
        assert {(e.place.label, e.place.title, e.place.at_on) for e in effects} == {("1 to 2", title, AT.date())}


# Roll-outs


def test_what_was_unknown_before_bounds_the_change_as_well() -> None:
    """Two unknown handoffs of those reached, before only: their ratio was 2/3 to 4, so the change is −2 to 4/3."""
    world = steady()
    world.connection.execute(
        f"UPDATE cases SET unknown_handoffs = 2 WHERE segments LIKE '%big%' AND triggered_on < {CHANGED_ON}"
    )
    found = rollout(world, "handoff_ratio").difference
    assert (found.value, found.before.least, found.before.most) == (0.0, None, None)
    assert found.after.least is not None
    assert found.after.most is not None
    assert found.after.value == 0.0
    assert (found.after.least.value, found.after.most.value) == (pytest.approx(-2.0), pytest.approx(4 / 3))
    assert found.verdict is Verdict.UNCLEAR


def test_what_is_unknown_since_bounds_the_change_as_well() -> None:
    """The same afterwards only: their ratio was 2 and is 2/3 to 4 now, so the change is −4/3 to 2."""
    world = steady()
    world.connection.execute(
        f"UPDATE cases SET unknown_handoffs = 2 WHERE segments LIKE '%big%' AND triggered_on >= {CHANGED_ON}"
    )
    after = rollout(world, "handoff_ratio").difference.after
    assert after.least is not None
    assert after.most is not None
    assert (after.least.value, after.most.value) == (pytest.approx(-4 / 3), pytest.approx(2.0))


@pytest.mark.parametrize("side", ["<", ">="])
def test_a_side_without_cases_is_the_reason(side: str) -> None:
    """Where those reached had no case before, or have none since, there is no effect and the reason says why."""
    world = steady()
    world.connection.execute(f"DELETE FROM cases WHERE segments LIKE '%big%' AND triggered_on {side} {CHANGED_ON}")
    effect = rollout(world, "flow_time")
    assert (effect.difference.value, effect.reason) == (None, NOTHING_OBSERVED)
    assert effect.difference.after.n == 0


def test_a_roll_out_is_told_by_its_name_where_it_has_one() -> None:
    """Without a name it has no title; it and its check are of the values that were reached, by their names."""
    world = steady()
    for name, title in (("Change", "Change"), ("", None)):
        for kind, on in (("rollout", AT), ("pre_trend", AT - WINDOW)):
            place = rollout(world, "flow_time", kind, name=name).place
            assert place == Place(kind, "2", on.date(), title, {"size": ["big"]})


# Baselines


def test_a_change_since_the_baseline_keeps_its_word() -> None:
    """Each quarter against the baseline is a question of its own: however many stand beside it, none weakens it."""

    def effect(kind: str, after: float) -> Effect:
        before, now = (Summary(Statistic.P50, v, v - 1, v + 1, 500, "test", v - 0.65, v + 0.65) for v in (9.0, after))
        return effect_between(STREAM, Place(kind, "2026-Q3", AT.date()), FLOW_TIME, before, now, meaningful=0.5)

    for kind, verdict in (("baseline", Verdict.FASTER), ("segment", Verdict.UNCLEAR)):
        first, *_ = count_families([effect(kind, 7.5), *(effect(kind, 9.1) for _ in range(39))])
        assert first.difference.verdict is verdict


def test_only_what_was_frozen_is_held_against() -> None:
    """A statistic that the baseline does not know has no change since; the others have one in every later quarter."""
    world = world_of(lambda day, value: 2.0, a_day=1, seed=3)
    baseline = take_baseline(world.connection, STREAM, Q1)
    told = baseline.of(FLOW_TIME)
    assert told is not None
    median = replace(told, summaries=tuple(s for s in told.summaries if s.statistic is Statistic.P50))
    found = baseline_effects(world.connection, STREAM, replace(baseline, metrics=(median,)))
    assert [(e.place.label, e.difference.after.statistic) for e in found] == [("2026-Q2", "p50"), ("2026-Q3", "p50")]


def test_a_metric_that_was_not_frozen_ends_no_list() -> None:
    """Metrics before it in the catalogue that the baseline does not know have no change; the one it knows has."""
    world = World().case("a", 1.0, 2.0).case("b", 100.0, 101.0)
    summary = Summary(Statistic.SHARE, 0.5, None, None, 3, "test")
    frozen = FrozenMetric(
        FIRST_TIME_RIGHT.key,
        FIRST_TIME_RIGHT.version,
        sql_hash_of(FIRST_TIME_RIGHT),
        unit_of(FIRST_TIME_RIGHT, STREAM),
        Population(3, ""),
        (summary,),
    )
    baseline = Baseline("made", Q1, "", None, Population(3, ""), (frozen,))
    found = list(baseline_effects(world.connection, STREAM, baseline))
    assert CATALOG[0] is not FIRST_TIME_RIGHT
    assert [(e.metric, e.place.label, e.difference.before) for e in found] == [(FIRST_TIME_RIGHT, "2026-Q2", summary)]


def test_what_is_measured_otherwise_is_not_measured_again() -> None:
    """Cases that came late move the value of the window: told where the definition is the frozen one, nowhere else."""
    world = world_of(lambda day, value: 2.0, a_day=1, seed=3)
    baseline = take_baseline(world.connection, STREAM, Q1)
    told = baseline.of(FLOW_TIME)
    assert told is not None
    for number in range(20):
        world.case(f"late{number}", 10.0, 40.0)
    older = replace(told, definition_version="0.9.0")
    for metric, is_told in ((told, True), (older, False)):
        states = list(kept_values(world.connection, STREAM, replace(baseline, metrics=(metric,))))
        assert [state.now is not None for state in states] == [is_told] * len(told.summaries)


# Windows and cohorts


def test_a_window_ends_when_the_watching_does() -> None:
    """Two weeks after the cut, and as many days earlier as work is given to end in; the side before is as it was."""
    stream, until = stream_with({"version": "2", "at": AT}), AT + dt.timedelta(weeks=2)
    for ripe, days in ((0, 14), (10, 4), (14, 0), (20, 0)):
        cut = cut_at(stream, AT, seen_until=until, maturing_days=ripe)
        assert (cut.after.days, cut.seen_until) == (days, until)
        assert (cut.before.days, cut.before.until_on) == (56, (AT - dt.timedelta(days=ripe)).date())


def test_the_change_itself_is_no_neighbour() -> None:
    """Told among the others or not, the instant of the cut shortens neither of its windows."""
    stream = stream_with({"version": "2", "at": AT})
    for others in (None, [], [AT], (at for at in (AT, AT + WINDOW, AT - WINDOW))):
        cut = cut_at(stream, AT, others=others)
        assert (cut.before.days, cut.after.days) == (56, 56)


def test_changes_are_told_in_the_order_of_time() -> None:
    """A later stage of a roll-out comes after the release that followed its first one, whatever is named first."""
    staged = REACHED | {"stages": [{"at": AT + 2 * WINDOW, "values": ["small"]}]}
    stream = stream_with(staged, {"version": "3", "at": AT + WINDOW})
    assert changes_of(stream) == [AT, AT + WINDOW, AT + 2 * WINDOW]


def test_a_placebo_is_cut_as_its_release() -> None:
    """Eight weeks earlier, with as many days to end in as are asked for: none unless told."""
    stream = stream_with({"version": "2", "at": AT})
    for placebo, ripe in ((placebo_of(stream, AT), 0), (placebo_of(stream, AT, maturing_days=7), 7)):
        assert placebo is not None
        assert placebo == cut_at(stream, AT - WINDOW, seen_until=AT, maturing_days=ripe)
        assert (placebo.before.days, placebo.after.days) == (56, 56 - ripe)


def test_a_cohort_counts_open_work_unless_told_otherwise() -> None:
    """No days to end in: what has not ended is watched."""
    assert Cohort(FLOW_TIME, FLOW_TIME).maturing_days == 0


def test_what_ended_at_once_ripens_as_well() -> None:
    """96 in 100 cases end with their trigger, so that a day is enough; the others take nine."""
    world = World()
    for number in range(100):
        world.case(f"c{number}", 10.0, 10.0 if number < 96 else 19.0)
    assert maturing_days(world.connection, STREAM) == 1


def test_what_ended_before_it_began_ripens_nothing() -> None:
    """Ten cases whose times are wrong say nothing of how long the others take: ten days, as the one that is right."""
    world = World().case("right", 10.0, 20.0)
    for number in range(10):
        world.case(f"wrong{number}", 10.0, 9.0)
    assert maturing_days(world.connection, STREAM) == 10


def test_a_case_of_another_stream_with_the_same_id_is_another_case() -> None:
    """What became of a case is dated by its own beginning, not by that of its namesake."""
    world = World().case("a", 10.0, 11.0).case("a", 30.0, 31.0, stream="other")
    right = next(c for c in cohorts_of(world.connection, STREAM) if c.metric is FIRST_TIME_RIGHT)
    found = world.connection.execute(
        f"SELECT subject, observed_on FROM ({right.observed.sql})", {"stream": "made"}
    ).fetchall()
    assert found == [("a", dt.date(2026, 1, 14))]


def test_every_headline_is_judged() -> None:
    """What a review shows first has a direction, so that each of its changes, of segments too, can be praised."""
    assert all(metric.is_judged for metric in HEADLINE)
