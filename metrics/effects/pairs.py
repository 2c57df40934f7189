"""Any two periods, or any two releases, against each other, on request.

Periods are compared as a quarter is with the one before it. They must not share a day: the interval of a difference
takes its two sides as independent. Releases are compared by the work begun in the weeks after each (see `cohorts`),
watched only until the next change, so that both are judged by cases that lived under them. Cost is not judged so.

Each pair is asked for by itself, so its verdict is its own and no family is counted; who asks for many pairs looks for
something that moved, and will find it by chance.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import duckdb

from metrics.catalog import HEADLINE
from metrics.closing.closed import OPEN, Closed, as_closed, closed_effect
from metrics.effects.cohorts import cohorts_of, sides
from metrics.effects.effect import Effect, Place, effect_between
from metrics.effects.windows import Cut, changes_of, cut_at
from metrics.errors import PeriodError
from metrics.evaluate import summaries_of
from metrics.observe import observe
from metrics.periods import Period
from metrics.stream.model import Stream
from metrics.stream.releases import Release

KIND = "pair"
AFTER = "work begun in the weeks after each release, watched until the next change"


def period_pair(
    connection: duckdb.DuckDBPyConnection, stream: Stream, before: Period, after: Period, closed: Closed = OPEN
) -> Iterator[Effect]:
    """The later-named period against the first, on every headline metric and statistic; closed ones as closed.

    Raises:
        PeriodError: the two share days.
    """
    if before.first_on < after.until_on and after.first_on < before.until_on:
        raise PeriodError.from_shared_days(before.key, after.key)
    place = Place(KIND, f"{before.key} to {after.key}", after.first_on)
    for metric in HEADLINE:
        (group,) = observe(connection, metric, stream)
        befores, afters = (
            [as_closed(closed, metric, period, summary) for summary in summaries_of(metric, group.within(period))]
            for period in (before, after)
        )
        for old, new in zip(befores, afters, strict=True):
            effect = effect_between(stream, place, metric, old, new)
            yield closed_effect(closed_effect(effect, stream, closed, before), stream, closed, after)


def release_pair(
    connection: duckdb.DuckDBPyConnection, stream: Stream, before: Release, after: Release
) -> Iterator[Effect]:
    """The weeks after one release against those after another, on every metric judged at releases."""
    for cohort in cohorts_of(connection, stream):
        cuts = [_watched(stream, release, cohort.maturing_days) for release in (before, after)]
        groups = [sides(connection, stream, cohort, cut)[1][0] for cut in cuts]
        befores, afters = (
            summaries_of(cohort.observed, group.within(cut.after)) for group, cut in zip(groups, cuts, strict=True)
        )
        place = Place(KIND, f"{before.version} to {after.version}", cuts[1].at_on, after.name or None)
        for old, new in zip(befores, afters, strict=True):
            yield effect_between(stream, place, cohort.metric, old, new, note=f"{AFTER}; {cohort.note}")


def _watched(stream: Stream, release: Release, maturing_days: int) -> Cut:
    """The cut at a release, its later side watched until something else changed."""
    cut = cut_at(stream, release.at, maturing_days=maturing_days)
    return replace(cut, seen_until=_next_change(stream, release.at))


def _next_change(stream: Stream, at: dt.datetime) -> dt.datetime | None:
    return next((change for change in changes_of(stream) if change > at), None)
