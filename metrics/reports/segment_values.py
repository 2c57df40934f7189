"""The headline metrics of every quarter by segment: what a page shows side by side.

Of each segment the 20 largest values of the quarter: chosen by size, never by result. How many there were, and how many
observations all of them have, stands beside each, so that what is left out can be told. Whether a value changed is told
in `comparisons`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from metrics.catalog import HEADLINE
from metrics.effects.segments import MOST_VALUES, told_statistics
from metrics.evaluate import summaries_of, unit_of
from metrics.metric import Metric
from metrics.observe import ObservedGroup, observe
from metrics.periods import Period
from metrics.published import SEGMENT_VALUES
from metrics.reports.mix_effects import dimensions_of
from metrics.reports.quarters import quarters
from metrics.reports.report import Report
from metrics.stream.model import Stream


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `segment_values`."""
    periods = list(quarters(connection, stream))
    for metric in HEADLINE if periods else ():
        for name in dimensions_of(metric, stream, by_release=False):
            groups = observe(connection, metric, stream, (name,))
            for period in periods:
                yield from _quarter_rows(stream, metric, name, groups, period)


def _quarter_rows(
    stream: Stream, metric: Metric, name: str, groups: Sequence[ObservedGroup], period: Period
) -> Iterator[dict[str, object]]:
    sizes = [len(group.within(period)) for group in groups]
    order = sorted((place for place, size in enumerate(sizes) if size), key=lambda place: -sizes[place])
    for rank, place in enumerate(order[:MOST_VALUES], 1):
        for found in summaries_of(metric, groups[place].within(period)):
            if found.statistic in told_statistics(metric):
                yield {
                    "stream": stream.stream, "metric": metric.key, "statistic": found.statistic.value,
                    "period": period.key, "dimension": name, "rank": rank, "segment": groups[place].dimensions[name],
                    "value": found.value, "low": found.low, "high": found.high, "n": found.n,
                    "unit": unit_of(metric, stream), "segments": len(order), "observations": sum(sizes),
                    "reason": found.reason, "method": found.method,
                }  # fmt: skip


SEGMENTS_VALUED = Report(SEGMENT_VALUES, ("cases", "failures"), rows)
