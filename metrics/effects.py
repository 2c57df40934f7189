"""Effects: what changed from one period to the next, and with each release.

A release is judged by work *started* in the weeks before and after it, open work counted, so that the first cases to
finish, which are the quick ones, do not flatter it. A case that straddles the release lived under both: in the window
before it is watched only until the release. A placebo cut, the same test where nothing happened, stands beside each.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import duckdb

from metrics.compare import compare
from metrics.evaluate import Value, meaningful_change, summaries_of, unit_of
from metrics.flow.flow_time import FLOW_TIME
from metrics.flow.flow_time_started import FLOW_TIME_STARTED
from metrics.metric import Difference, Metric, Summary, Verdict
from metrics.observe import observe
from metrics.periods import Period
from metrics.stream.model import Stream
from metrics.stream.releases import Release

WINDOW = dt.timedelta(weeks=8)


@dataclass(frozen=True, slots=True)
class Effect:
    """One row of the published table `comparisons`."""

    stream: Stream
    kind: str
    label: str
    title: str | None
    at_on: dt.date
    metric: Metric
    difference: Difference
    meaningful: float
    method: str

    def as_row(self) -> dict[str, object]:
        """A row of the published table `comparisons`."""
        found = self.difference
        return {
            "stream": self.stream.stream, "kind": self.kind, "label": self.label, "title": self.title,
            "at_on": self.at_on, "metric": self.metric.key, "statistic": found.after.statistic.value,
            "unit": unit_of(self.metric, self.stream), "before_value": found.before.value,
            "after_value": found.after.value, "before_n": found.before.n, "after_n": found.after.n,
            "difference": found.value, "low": found.low, "high": found.high, "low80": found.low80,
            "high80": found.high80, "meaningful": self.meaningful, "verdict": found.verdict.value,
            "method": self.method,
        }  # fmt: skip


def period_effects(stream: Stream, metric: Metric, values: Iterable[Value]) -> Iterator[Effect]:
    """The change of every period against the one before; values of one grain and no dimensions, oldest first."""
    before: dict[str, Value] = {}
    for value in values:
        key = value.summary.statistic.value
        if key in before:
            earlier = before[key].summary
            period = value.period
            yield _effect(stream, "period", period.key, None, period.first_on, metric, earlier, value.summary)
        before[key] = value


def release_effects(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[Effect]:
    """The effect of each release on flow time, and of a placebo cut before it."""
    for release in stream.releases:
        windows = _windows(stream, release.at)
        yield from _cut(connection, stream, "release", release, release.at, windows)
        placebo_at = release.at - WINDOW
        if not any(placebo_at - WINDOW < other.at < release.at for other in stream.releases):
            windows = _windows(stream, placebo_at, release.at)
            yield from _cut(connection, stream, "placebo", release, placebo_at, windows)


def _cut(
    connection: duckdb.DuckDBPyConnection,
    stream: Stream,
    kind: str,
    release: Release,
    at: dt.datetime,
    windows: tuple[Period, Period],
) -> Iterator[Effect]:
    utc = at.astimezone(dt.UTC).replace(tzinfo=None)
    after_until = None if kind == "release" else release.at.astimezone(dt.UTC).replace(tzinfo=None)
    early = observe(connection, FLOW_TIME_STARTED, stream, as_of=utc)[0].within(windows[0])
    late = observe(connection, FLOW_TIME_STARTED, stream, as_of=after_until)[0].within(windows[1])
    befores, afters = summaries_of(FLOW_TIME_STARTED, early), summaries_of(FLOW_TIME_STARTED, late)
    on = at.astimezone(ZoneInfo(stream.time_zone)).date()
    for before, after in zip(befores, afters, strict=True):
        yield _effect(stream, kind, release.version, release.name or None, on, FLOW_TIME, before, after)


def _windows(stream: Stream, at: dt.datetime, until: dt.datetime | None = None) -> tuple[Period, Period]:
    """Up to eight weeks on either side of a cut, never past the neighbouring release."""
    zone = ZoneInfo(stream.time_zone)
    others = [other.at for other in stream.releases if other.at != at]
    first = max([at - WINDOW, *(other for other in others if other < at)])
    last = min([at + WINDOW, *(other for other in others if other > at), *([until] if until else [])])
    days = [instant.astimezone(zone).date() for instant in (first, at, last)]
    return Period(days[0], days[1], "before", "all"), Period(days[1], days[2], "after", "all")


def _effect(
    stream: Stream,
    kind: str,
    label: str,
    title: str | None,
    on: dt.date,
    metric: Metric,
    before: Summary,
    after: Summary,
) -> Effect:
    meaningful = meaningful_change(metric, stream, before)
    found = compare(before, after, better=metric.better, unit=metric.unit, meaningful=meaningful)
    if not metric.is_judged and found.value is not None:
        found = replace(found, verdict=Verdict.NOT_JUDGED)
    method = found.method if kind == "period" else f"{found.method}; by day of start, open work counted, straddlers cut"
    return Effect(stream, kind, label, title, on, metric, found, meaningful, method)
