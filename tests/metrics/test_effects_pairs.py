"""Any two periods or releases against each other: as published where they are published, refused where they overlap."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import pytest

from metrics.catalog import HEADLINE
from metrics.effects.cohorts import cohorts_of, sides
from metrics.effects.effect import Effect
from metrics.effects.pairs import period_pair, release_pair
from metrics.effects.periods import period_effects
from metrics.effects.releases import release_effects
from metrics.effects.windows import WINDOW, cut_at
from metrics.errors import PeriodError
from metrics.evaluate import evaluate, summaries_of
from metrics.metric import Verdict
from metrics.periods import parse_period
from metrics.stream.model import Stream
from tests.metrics.builder import STREAM, World
from tests.metrics.effect_worlds import AT, CHANGE_DAY, stream_with, world_of

FIRST = {"version": "1", "at": AT - WINDOW, "name": "First"}
SECOND = {"version": "2", "at": AT, "name": "Second"}


@lru_cache(maxsize=1)
def changed() -> World:
    """A world in which the second release halves the flow time and lets more be right."""
    return world_of(
        lambda day, _: 2.0 if day < CHANGE_DAY else 1.0, right=lambda day, _: 0.7 if day < CHANGE_DAY else 0.9
    )


def periods(before: str, after: str) -> dict[tuple[str, str], Effect]:
    """A pair of periods by metric and statistic."""
    found = period_pair(changed().connection, STREAM, parse_period(before), parse_period(after))
    return {(e.metric.key, e.difference.after.statistic.value): e for e in found}


def releases(stream: Stream, before: int = 0, after: int = 1) -> dict[tuple[str, str], Effect]:
    """A pair of releases by metric and statistic."""
    found = release_pair(changed().connection, stream, stream.releases[before], stream.releases[after])
    return {(e.metric.key, e.difference.after.statistic.value): e for e in found}


def test_neighbours_are_compared_as_published() -> None:
    """A quarter against the one before is what the published comparisons say of it, number by number."""
    found = periods("2026-Q1", "2026-Q2")
    for metric in HEADLINE:
        values = evaluate(changed().connection, metric, STREAM, ("quarter",))
        for published in period_effects(STREAM, metric, values):
            if published.place.label == "2026-Q2":
                told = found[metric.key, published.difference.after.statistic.value]
                assert told.difference == published.difference
                assert (told.meaningful, told.reason) == (published.meaningful, published.reason)
    assert {effect.place.kind for effect in found.values()} == {"pair"}
    assert {effect.place.label for effect in found.values()} == {"2026-Q1 to 2026-Q2"}


def test_the_other_way_round_the_change_turns_round() -> None:
    """B against A and A against B differ in sign, ranges mirrored, and praise becomes blame."""
    there, back = (periods(*pair)["flow_time", "p50"].difference for pair in (
        ("2026-Q1", "2026-07"), ("2026-07", "2026-Q1"),
    ))  # fmt: skip
    assert there.value is not None
    assert back.value == pytest.approx(-there.value)
    assert (back.low, back.high) == pytest.approx((-(there.high or 0), -(there.low or 0)))
    assert (there.verdict, back.verdict) == (Verdict.FASTER, Verdict.SLOWER)


@pytest.mark.parametrize(("one", "other"), [("2026", "2026-Q3"), ("2026-Q2", "2026-05"), ("2026-Q2", "2026-Q2")])
def test_periods_that_share_days_are_refused(one: str, other: str) -> None:
    """Whichever is named first: a period is no measure of one it shares days with."""
    for pair in ((one, other), (other, one)):
        with pytest.raises(PeriodError, match="share days"):
            periods(*pair)
    assert periods("2026-Q1", "2026-Q2")  # neighbours touch and share none


def test_a_period_without_data_has_no_verdict() -> None:
    """Nothing in 2024: no difference, and no word of praise."""
    effect = periods("2024-Q1", "2026-Q2")["flow_time", "p50"]
    assert effect.difference.value is None
    assert effect.difference.verdict is Verdict.NO_BASELINE
    assert effect.difference.before.n == 0


def test_releases_are_compared_by_what_began_after_each() -> None:
    """The weeks after the second are as slow as its own effect says; against the weeks after the first a day less."""
    stream = stream_with(FIRST, SECOND)
    found, own = releases(stream), release_effects(changed().connection, stream)
    for effect in own:
        if (effect.place.kind, effect.place.label) == ("release", "2"):
            told = found[effect.metric.key, effect.difference.after.statistic.value]
            assert told.difference.after == effect.difference.after
    flow = found["flow_time", "p50"].difference
    assert flow.verdict is Verdict.FASTER
    assert flow.value == pytest.approx(-1.0, abs=0.2)
    assert found["first_time_right", "share"].difference.verdict is Verdict.BETTER
    assert "cost_per_transaction" not in {metric for metric, _ in found}


def test_a_release_is_watched_only_until_the_next_change() -> None:
    """The weeks after the first, told by hand: work begun in them, seen as of the second release."""
    stream = stream_with(FIRST, SECOND)
    cohort = cohorts_of(changed().connection, stream)[0]
    cut = cut_at(stream, stream.releases[0].at, seen_until=stream.releases[1].at)
    (group,) = sides(changed().connection, stream, cohort, cut)[1]
    wanted = {s.statistic: s for s in summaries_of(cohort.observed, group.within(cut.after))}
    for effect in releases(stream).values():
        if effect.metric.key == "flow_time":
            assert effect.difference.before == wanted[effect.difference.before.statistic]
    open_at_second = [not done for done in group.within(cut.after).complete]
    assert any(open_at_second)


def test_weeks_end_where_something_else_changed() -> None:
    """A third release two weeks after the second shortens what the second is judged by."""
    third = {"version": "3", "at": AT + dt.timedelta(weeks=2), "name": "Third"}
    short = releases(stream_with(FIRST, SECOND, third))["flow_time", "p50"].difference
    whole = releases(stream_with(FIRST, SECOND))["flow_time", "p50"].difference
    assert short.after.n < whole.after.n
    assert short.before == whole.before
