"""What a roll-out brought those it reached: their change, less the change of those who did not have it yet.

Difference in differences: a season, a strike or a price that moves everybody moves both changes and is no effect. Work
is cut as at a release (see `cohorts`); the interval is MOVER applied twice, once for either change and once for the
difference of the two. Both groups live through the same days, so what these share cancels in truth and not in the
interval, which is the wider for it. Beside each stands the same test eight weeks earlier: groups that moved apart
before anybody was reached (no parallel trends) would have moved apart without it, too.

Source: Card & Krueger (1994), "Minimum wages and employment"; staged roll-outs against those not reached yet as in
Callaway & Sant'Anna (2021), "Difference-in-differences with multiple time periods": nobody reached earlier serves as a
comparison, whose own effect would be taken for a trend.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb

from metrics.compare import compare
from metrics.effects.cohorts import Cohort, cohorts_of, sides
from metrics.effects.effect import Effect, Place, effect_between
from metrics.effects.pooling import pool
from metrics.effects.windows import WINDOW, Cut, changes_of, cut_at, placebo_of
from metrics.evaluate import summaries_of
from metrics.judging import meaningful_change
from metrics.metric import Difference, Metric, Observations, Summary
from metrics.stream.model import Stream
from metrics.stream.releases import Release

_NOTE = "difference in differences against those not reached yet"


@dataclass(frozen=True, slots=True)
class Wave:
    """A stage of a roll-out: when it reached which values, which were reached before, and which will be, and when."""

    release: Release
    number: int
    at: dt.datetime
    reached: frozenset[str]
    earlier: frozenset[str]
    later: tuple[tuple[dt.datetime, frozenset[str]], ...]

    @property
    def label(self) -> str:
        """The version, with the stage from the second on."""
        return self.release.version if self.number == 1 else f"{self.release.version} stage {self.number}"

    def waiting(self, known: Iterable[str | None]) -> tuple[frozenset[str | None], dt.datetime | None]:
        """Who, of the values seen, serves as a comparison, and until when; None: for a whole window.

        Those not reached within the window; where all are, those of the later stages, until the next one begins. An
        untold value (None) is of nobody who was reached.
        """
        left = frozenset(known) - self.reached - self.earlier
        spared = left.difference(*(values for at, values in self.later if at < self.at + WINDOW))
        return (spared, None) if spared or not self.later else (left, self.later[0][0])


def rollout_effects(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[Effect]:
    """The effect of every stage of every roll-out, and its check before anybody of it was reached."""
    staged = [release for release in stream.releases if release.reached is not None]
    cohorts = cohorts_of(connection, stream) if staged else ()
    for release in staged:
        for cohort in (cohort for cohort in cohorts if "segments" in cohort.observed.sql):
            for wave in waves_of(release):
                yield from _wave_effects(connection, stream, cohort, wave)


def waves_of(release: Release) -> Iterator[Wave]:
    """The stages of a roll-out, oldest first."""
    waves = [(at, frozenset(values)) for at, values in release.waves]
    for place, (at, values) in enumerate(waves):
        earlier: frozenset[str] = frozenset().union(*(reached for _, reached in waves[:place]))
        yield Wave(release, place + 1, at, values, earlier, tuple(waves[place + 1 :]))


def _wave_effects(
    connection: duckdb.DuckDBPyConnection, stream: Stream, cohort: Cohort, wave: Wave
) -> Iterator[Effect]:
    reach, days = wave.release.reached, cohort.maturing_days
    assert reach is not None
    own = {at for at, _ in wave.release.waves}
    others = [at for at in changes_of(stream) if at not in own]  # its other stages reached neither of the two groups
    cut = cut_at(stream, wave.at, others=others, maturing_days=days)
    seen = {group.dimensions[reach.segment] for group in sides(connection, stream, cohort, cut, (reach.segment,))[1]}
    waiting, until = wave.waiting(seen)
    if until is not None:
        cut = cut_at(stream, wave.at, others=[*others, until], maturing_days=days)
    yield from _compared(connection, stream, cohort, wave, waiting, "rollout", cut)
    placebo = placebo_of(stream, wave.at, others=others, maturing_days=days)
    if placebo is not None:
        yield from _compared(connection, stream, cohort, wave, waiting, "pre_trend", placebo)


def _compared(
    connection: duckdb.DuckDBPyConnection,
    stream: Stream,
    cohort: Cohort,
    wave: Wave,
    waiting: frozenset[str | None],
    kind: str,
    cut: Cut,
) -> Iterator[Effect]:
    assert wave.release.reached is not None
    segment = wave.release.reached.segment
    early, late = sides(connection, stream, cohort, cut, (segment,))
    place = Place(kind, wave.label, cut.at_on, wave.release.name or None, {segment: sorted(wave.reached)})
    of_waiting, of_reached = (
        _changes(
            stream, cohort,
            pool((group for group in early if group.dimensions[segment] in chosen), cut.before),
            pool((group for group in late if group.dimensions[segment] in chosen), cut.after),
        )
        for chosen in (waiting, wave.reached)
    )  # fmt: skip
    for one, other in zip(of_waiting, of_reached, strict=True):
        yield effect_between(
            stream, place, cohort.metric, _as_summary(cohort.metric, one), _as_summary(cohort.metric, other),
            note=f"{_NOTE}; {cohort.note}", meaningful=meaningful_change(cohort.metric, stream, other.before),
        )  # fmt: skip


def _changes(stream: Stream, cohort: Cohort, before: Observations, after: Observations) -> list[Difference]:
    metric = cohort.observed
    return [
        _change(metric, old, new, meaningful_change(metric, stream, old))
        for old, new in zip(summaries_of(metric, before), summaries_of(metric, after), strict=True)
    ]


def _as_summary(metric: Metric, found: Difference) -> Summary:
    """A change as the value that the difference of two changes is made of; n is the smaller of its sides.

    Where something is unknown, the ends are the least and the most that the change could be.
    """
    before, after = found.before, found.after
    least, most = (
        None
        if end is None and start is None
        else _as_summary(metric, _change(metric, start or before, end or after, 0.0))
        for start, end in ((before.most, after.least), (before.least, after.most))
    )
    return Summary(
        after.statistic, found.value, found.low, found.high, min(before.n, after.n), found.method, found.low80,
        found.high80, None if found.value is not None else after.reason or before.reason, least, most,
    )  # fmt: skip


def _change(metric: Metric, before: Summary, after: Summary, meaningful: float) -> Difference:
    return compare(before, after, better=metric.better, unit=metric.unit, meaningful=meaningful)
