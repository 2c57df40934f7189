"""Run charts of the headline metrics by week and month: every point, its limits, and whether it is a signal.

Limits begin anew only where a change is documented in the stream file: `rebase`, and releases that say so. The data
never move them: a level that changed without a documented reason is what a run chart is there to show. The documented
day falls into the last point of the old stretch when it is not the first of its week or month.
Reads `metric_values`, so the points are the published values themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import duckdb

from metrics.catalog import HEADLINE
from metrics.effects.segments import told_statistics
from metrics.evaluate import known_days, unit_of
from metrics.metric import Metric, Statistic
from metrics.published import RUN_CHART
from metrics.reports.report import Report
from metrics.run_chart import Limits, Signal, limits, signals
from metrics.stream.model import Stream

GRAINS = ("week", "month")
FEWEST = {Statistic.P90: 30, Statistic.P85: 20}
"""Observations below which a point would be noise, by statistic; of the others 10."""
_FEWEST_OF_OTHERS = 10
_SQL = """
SELECT period, first_on, value, n FROM metric_values
WHERE stream = $stream AND metric = $metric AND statistic = $statistic AND grain = $grain AND dimensions = '{}'
    AND first_on >= $first_on AND until_on <= $until_on
ORDER BY first_on
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A documented change: its first local day, and what it was."""

    at_on: dt.date
    reason: str


def documented_changes(stream: Stream) -> list[Change]:
    """Where limits begin anew, oldest first: what the stream file lists, and releases it says so of."""
    zone = ZoneInfo(stream.time_zone)
    listed = [Change(told.at_on, told.reason) for told in stream.rebase]
    released = [
        Change(release.at.astimezone(zone).date(), f"release {release.version}{release.name and ': '}{release.name}")
        for release in stream.releases
        if release.rebase
    ]
    return sorted((*listed, *released), key=lambda change: (change.at_on, change.reason))


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `run_chart`."""
    for metric in HEADLINE:
        first_on, last_on = known_days(connection, stream, metric)
        if first_on is None or last_on is None:
            return
        days = {"first_on": first_on, "until_on": last_on + dt.timedelta(days=1)}
        for statistic in told_statistics(metric):
            for grain in GRAINS:
                asked = {"stream": stream.stream, "metric": metric.key, "statistic": statistic.value, "grain": grain}
                points = connection.execute(_SQL, {**asked, **days}).fetchall()
                yield from ({**asked, **row} for row in chart_points(stream, metric, statistic, points))


def chart_points(
    stream: Stream, metric: Metric, statistic: Statistic, points: Sequence[tuple[str, dt.date, float | None, int]]
) -> Iterator[dict[str, object]]:
    """One chart: its points (period, first day, value, n), oldest first, with their limits and signals."""
    fewest = FEWEST.get(statistic, _FEWEST_OF_OTHERS)
    values = [value if n >= fewest else None for _, _, value, n in points]
    begun = _stretches([first_on for _, first_on, _, _ in points], documented_changes(stream))
    stretches = limits(values, list(begun))
    found = _by_place(values, signals(values, stretches))
    for place, (key, first_on, _, n) in enumerate(points):
        stretch = next(s for s in stretches if s.first <= place < s.until)
        yield {
            "point": key, "first_on": first_on, "value": values[place], "n": n, "unit": unit_of(metric, stream),
            **_limits(stretch), **_signal(found.get(place)), **_reason(begun.get(stretch.first, [])),
        }  # fmt: skip


def _stretches(firsts: Sequence[dt.date], changes: Sequence[Change]) -> dict[int, list[Change]]:
    """The changes by the place of the first whole point under them; those outside all points move none."""
    begun: dict[int, list[Change]] = {}
    for change in changes:
        place = next((place for place, first_on in enumerate(firsts) if first_on >= change.at_on), 0)
        if place:
            begun.setdefault(place, []).append(change)
    return begun


def _by_place(values: Sequence[float | None], found: Sequence[Signal]) -> dict[int, Signal]:
    """The signal of every point that has one; a point outside the limits says so, whatever run it stands in."""
    told: dict[int, Signal] = {}
    for signal in sorted(found, key=lambda signal: signal.first == signal.last):
        told.update((place, signal) for place in range(signal.first, signal.last + 1) if values[place] is not None)
    return told


def _limits(stretch: Limits) -> dict[str, object]:
    return {
        "centre": stretch.centre, "low": stretch.low, "high": stretch.high, "points": stretch.points,
        "is_firm": stretch.is_firm,
    }  # fmt: skip


def _signal(signal: Signal | None) -> dict[str, object]:
    return {"signal": signal and signal.rule.value, "is_above": None if signal is None else signal.is_above}


def _reason(changes: Sequence[Change]) -> dict[str, object]:
    """What began the stretch; several changes before the same point are told together, dated by the last."""
    if not changes:
        return {"rebased_on": None, "rebase_reason": None}
    return {"rebased_on": changes[-1].at_on, "rebase_reason": "; ".join(change.reason for change in changes)}


RUN_CHART_REPORT = Report(RUN_CHART, tuple(metric.key for metric in HEADLINE), rows)
