"""Every change of a quarter, and with each release, taken apart by segment: what changed within, and what only the mix.

A segment of many values is taken apart by its 20 largest, the others together. A change since the baseline is taken
apart where the window's observations still are the frozen ones; where later events moved them, no parts tie to the
record. Reads contract tables, and `baselines` for the frozen window.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import duckdb
import numpy as np

from metrics.catalog import HEADLINE
from metrics.effects.cohorts import cohorts_of, sides
from metrics.effects.pooling import pool
from metrics.effects.releases import cuts_of
from metrics.effects.segments import MOST_VALUES
from metrics.evaluate import known_days, unit_of
from metrics.metric import Metric, Observations, Reading, Statistic
from metrics.mix import quantiles, sums
from metrics.mix.parts import Part, Whole
from metrics.observe import ObservedGroup, observe
from metrics.periods import Period, spine
from metrics.published import MIX_EFFECTS
from metrics.reports.report import Report
from metrics.stream.model import Stream
from metrics.summarise import QUANTILES

_OWN = ("rule", "severity")  # of failures; of cases the segments, and over a quarter the release they began under
_UNMOVED = """
SELECT metric, any_value(first_on), any_value(until_on) FROM baselines WHERE stream = $stream AND is_current
GROUP BY metric HAVING bool_and(CASE WHEN value IS NULL THEN TRUE ELSE value_now IS NULL AND restated_by = 0 END)
"""
_SUMS = "shares and values of segments (Kitagawa 1955)"
_REWEIGHTED = "reweighted to the mix before; parts read at the percentile"


@dataclass(frozen=True, slots=True)
class _Change:
    """What is taken apart: where it stands, and the groups of a dimension on either side."""

    stream: Stream
    kind: str
    label: str
    metric: Metric
    dimension: str
    labels: Sequence[tuple[str, str | None]]
    before: Sequence[Observations]
    after: Sequence[Observations]


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `mix_effects`."""
    told = (_quarter_changes(connection, stream), _release_changes(connection, stream))
    for change in chain.from_iterable(told):
        for statistic in change.metric.statistics:
            if (whole := take_apart(change.metric, change.before, change.after, statistic)) is not None:
                yield from _rows(change, statistic, whole)


def take_apart(
    metric: Metric, before: Sequence[Observations], after: Sequence[Observations], statistic: Statistic
) -> Whole | None:
    """A change by segment, as the statistic asks; None where a side has no value, or a blocked one."""
    if statistic in QUANTILES:
        counts_open = metric.reading is Reading.STARTED
        old, new = ([quantiles.Durations(o.amount, o.complete) for o in side] for side in (before, after))
        return quantiles.take_apart(old, new, QUANTILES[statistic], counts_open=counts_open)
    if metric.unit == "currency" and not all(o.complete.all() for o in (*before, *after)):
        return None
    is_mean = statistic is Statistic.MEAN
    return sums.take_apart(*([_sums(o, is_mean=is_mean) for o in side] for side in (before, after)))


def dimensions_of(metric: Metric, stream: Stream, *, by_release: bool) -> tuple[str, ...]:
    """By what a change of the metric is taken apart."""
    own = tuple(name for name in metric.dimensions if name in _OWN or (by_release and name == "release"))
    return (*(stream.segments if "segments" in metric.sql else ()), *own)


def _sums(observed: Observations, *, is_mean: bool) -> sums.Sums:
    if is_mean:
        return sums.Sums(float(observed.amount[observed.complete].sum()), float(np.count_nonzero(observed.complete)))
    return sums.Sums(float(observed.amount.sum()), float(observed.base.sum()))


def _quarter_changes(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[_Change]:
    """Each quarter against the one before, and against the baseline where its observations are as they were."""
    first_on, last_on = known_days(connection, stream)
    if first_on is None or last_on is None:
        return
    quarters = spine(first_on, last_on, "quarter", stream.fiscal_year_starts)
    windows = _unmoved_windows(connection, stream)
    for metric in HEADLINE:
        for name in dimensions_of(metric, stream, by_release=bool(stream.releases)):
            groups = observe(connection, metric, stream, (name,))
            for before, after in pairwise(quarters):
                yield _change(stream, "period", after.key, metric, name, (groups, groups), (before, after))
            window = windows.get(metric.key)
            for after in quarters:
                if window is not None and after.first_on >= window.until_on:
                    yield _change(stream, "baseline", after.key, metric, name, (groups, groups), (window, after))


def _unmoved_windows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> dict[str, Period]:
    """The window of the current baseline, by metric whose observations in it are the frozen ones."""
    found = connection.execute(_UNMOVED, {"stream": stream.stream}).fetchall()
    return {metric: Period(first_on, until_on, "baseline", "all") for metric, first_on, until_on in found}


def _release_changes(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[_Change]:
    cohorts = cohorts_of(connection, stream) if stream.releases else ()
    for release in stream.releases:
        for cohort in cohorts if release.reached is None else ():
            _, cut = next(cuts_of(stream, release, cohort))
            for name in dimensions_of(cohort.observed, stream, by_release=False):
                groups = sides(connection, stream, cohort, cut, (name,))
                days = (cut.before, cut.after)
                yield _change(stream, "release", release.version, cohort.observed, name, groups, days)


def _change(
    stream: Stream,
    kind: str,
    label: str,
    metric: Metric,
    name: str,
    groups: tuple[list[ObservedGroup], list[ObservedGroup]],
    days: tuple[Period, Period],
) -> _Change:
    sizes: Counter[str | None] = Counter()
    for side, period in zip(groups, days, strict=True):
        sizes.update({group.dimensions[name]: len(group.within(period)) for group in side})
    order = sorted((v for v in sizes if sizes[v]), key=lambda v: (-sizes[v], v is None, v or ""))
    labels: list[tuple[str, str | None]] = [("value", value) for value in order[:MOST_VALUES]]
    members = [{value} for value in order[:MOST_VALUES]]
    if rest := set(order[MOST_VALUES:]):
        labels.append(("others", None))
        members.append(rest)
    before, after = (
        [pool((group for group in side if group.dimensions[name] in chosen), period) for chosen in members]
        for side, period in zip(groups, days, strict=True)
    )
    return _Change(stream, kind, label, metric, name, labels, before, after)


def _rows(change: _Change, statistic: Statistic, whole: Whole) -> Iterator[dict[str, object]]:
    total = Part(1.0, 1.0, whole.before, whole.after, whole.within, whole.mix, whole.interaction)
    largest = None if whole.largest is None else change.labels[whole.largest]
    yield _row(
        change, statistic, ("total", None), total, largest and (largest[1] if largest[0] == "value" else "others")
    )
    for label, told in zip(change.labels, whole.parts, strict=True):
        yield _row(change, statistic, label, told, None)


def _row(
    change: _Change, statistic: Statistic, label: tuple[str, str | None], part: Part, largest: str | None
) -> dict[str, object]:
    return {
        "stream": change.stream.stream, "kind": change.kind, "label": change.label, "metric": change.metric.key,
        "statistic": statistic.value, "dimension": change.dimension, "part": label[0], "segment": label[1],
        "unit": unit_of(change.metric, change.stream), "before_share": part.before_share,
        "after_share": part.after_share, "before_value": part.before_value, "after_value": part.after_value,
        "difference": part.difference, "within": part.within, "mix": part.mix, "interaction": part.interaction,
        "largest": largest, "method": _REWEIGHTED if statistic in QUANTILES else _SUMS,
    }  # fmt: skip


MIX_REPORT = Report(MIX_EFFECTS, ("cases", "failures", "baselines"), rows)
