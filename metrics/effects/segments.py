"""The change of every segment value against the period before: who gained, who lost.

Only values with enough observations on both sides to be judged, at most the 20 largest of a segment: chosen by size,
never by result, so that counting the family (see `discovery`) is honest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import duckdb

from metrics.catalog import HEADLINE
from metrics.closing.closed import OPEN, Closed, as_closed, closed_effect
from metrics.effects.effect import Effect, Place, effect_between
from metrics.evaluate import known_days, summaries_of
from metrics.metric import Metric, Statistic
from metrics.observe import ObservedGroup, observe
from metrics.periods import Period, spine
from metrics.stream.model import Stream
from metrics.verdicts import FEWEST

MOST_VALUES = 20


def segment_effects(connection: duckdb.DuckDBPyConnection, stream: Stream, closed: Closed = OPEN) -> Iterator[Effect]:
    """The changes of every quarter, of the headline metrics by each segment they can be split by.

    The values of closed quarters are those that were closed.
    """
    first_on, last_on = known_days(connection, stream)
    if first_on is None or last_on is None:
        return
    quarters = spine(first_on, last_on, "quarter", stream.fiscal_year_starts)
    for metric in HEADLINE:
        for name in stream.segments if "segments" in metric.sql else ():
            groups = observe(connection, metric, stream, (name,))
            for before, after in pairwise(quarters):
                yield from _effects_by(stream, closed, metric, name, _largest(groups, before, after), before, after)


def told_statistics(metric: Metric) -> tuple[Statistic, ...]:
    """The first statistic and the headline; the others of a metric say much the same of a segment."""
    return tuple(dict.fromkeys((metric.statistics[0], metric.headline)))


def _effects_by(
    stream: Stream, closed: Closed, metric: Metric, name: str, groups: Sequence[ObservedGroup],
    before: Period, after: Period,
) -> Iterator[Effect]:  # fmt: skip
    for group in groups:
        value = {name: group.dimensions[name]}
        place = Place("segment", after.key, after.first_on, dimensions=value)
        sides = (
            [
                as_closed(closed, metric, period, summary, value)
                for summary in summaries_of(metric, group.within(period))
            ]
            for period in (before, after)
        )
        for old, new in zip(*sides, strict=True):
            if new.statistic in told_statistics(metric):
                yield closed_effect(effect_between(stream, place, metric, old, new), stream, closed, before, value)


def _largest(groups: Sequence[ObservedGroup], before: Period, after: Period) -> list[ObservedGroup]:
    """The largest groups by their smaller side, largest first."""
    sizes = [min(len(group.within(before)), len(group.within(after))) for group in groups]
    order = sorted(range(len(groups)), key=lambda place: (-sizes[place], place))
    return [groups[place] for place in order[:MOST_VALUES] if sizes[place] >= FEWEST]
