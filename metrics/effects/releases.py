"""What changed with each release, and with a placebo cut before it, the same test where nothing happened.

A release is judged by work *started* in the weeks before and after it (see `cohorts`), so that the first cases to
finish, which are the quick ones, do not flatter it. A case that straddles the release lived under both: in the window
before it is watched only until the release; `reports/release_strata` tells straddlers as a stratum of their own.
A release that reached only some is a roll-out: see `rollouts`.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from metrics.effects.cohorts import Cohort, cohorts_of, summary_pairs
from metrics.effects.effect import Effect, Place, effect_between
from metrics.effects.windows import Cut, cut_at, placebo_of
from metrics.stream.model import Stream
from metrics.stream.releases import Release


def release_effects(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[Effect]:
    """The effect of each release that reached everybody, and of a placebo cut before it, on every metric judged so."""
    cohorts = cohorts_of(connection, stream) if stream.releases else ()
    for release in stream.releases:
        for cohort in cohorts if release.reached is None else ():
            for kind, cut in cuts_of(stream, release, cohort):
                yield from _effects(connection, stream, release, cohort, kind, cut)


def cuts_of(stream: Stream, release: Release, cohort: Cohort) -> Iterator[tuple[str, Cut]]:
    """The cut at the release, and its placebo where one is empty."""
    days = cohort.maturing_days
    yield "release", cut_at(stream, release.at, maturing_days=days)
    placebo = placebo_of(stream, release.at, maturing_days=days)
    if placebo is not None:
        yield "placebo", placebo


def _effects(
    connection: duckdb.DuckDBPyConnection, stream: Stream, release: Release, cohort: Cohort, kind: str, cut: Cut
) -> Iterator[Effect]:
    place = Place(kind, release.version, cut.at_on, release.name or None)
    for before, after in summary_pairs(connection, stream, cohort, cut):
        yield effect_between(stream, place, cohort.metric, before, after, note=cohort.note)
