"""The course of a metric by week: the weeks worth showing, the published limits and signals, the releases among them.

Ranges and signals are the published ones: they begin anew only where the stream file documents a change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import median
from zoneinfo import ZoneInfo

from dashboards.bundle import BundleData, Change, Point, Value
from dashboards.numbers import EN_DASH, Scale, range_text, scale_of
from dashboards.parts.measure import STATISTICS, Measure
from metrics.metric import Verdict
from metrics.run_chart import Limits, Rule, Signal

ENOUGH = 3
"""Weeks with a value, below which there is no course to show."""
_WEEKS = 39
_NEEDS = {"p90": 30, "p85": 20}
_NEEDS_ELSE = 10


@dataclass(frozen=True, slots=True)
class Course:
    """Weeks in order with their ranges, signals by week index, releases, and the scale all of it is written in."""

    weeks: Sequence[Value]
    ranges: Sequence[Limits]
    signals: dict[int, Signal]
    releases: Sequence[Change]
    scale: Scale
    lower_is_better: bool

    def tone(self, index: int) -> str:
        """good, bad or flat: what a week's marker says."""
        if index not in self.signals:
            return "flat"
        return "bad" if self.signals[index].is_above == self.lower_is_better else "good"

    def usual(self, found: Limits) -> str:
        """A range in words: '3.9–4.8 days'. No value can be under 0, and no share over 1: there the words stop."""
        ends = self.ends(found)
        return EN_DASH if ends is None else range_text(*ends, self.scale)

    def ends(self, found: Limits) -> tuple[float, float] | None:
        """The ends of a range, no farther than a value can be; None where there is none."""
        if found.low is None or found.high is None:
            return None
        return max(found.low, 0.0), min(found.high, 1.0) if self.scale.unit == "share" else found.high


def weekly_statistic(data: BundleData, metric: str) -> str:
    """The first statistic in readers' order of which most weeks rest on enough for one; else the last there is."""
    held = [s for s in STATISTICS if data.weekly(metric, s) and s not in ("mean", "p85")]
    for statistic in held:
        weeks = data.weekly(metric, statistic)[-_WEEKS:]
        if 2 * valued(_spoken(weeks)) > valued(weeks):
            return statistic
    return held[-1] if held else STATISTICS[0]


def shown_weeks(data: BundleData, metric: str, statistic: str) -> list[Value]:
    """The newest weeks, with the value left out where too few stand behind it: a gap, not a spike.

    The first week with data is seldom a whole one, and then it is not shown: a month's bills over two days of work.
    """
    begun = min(
        (p.first_on for p in data.points if (p.metric, p.statistic) == (metric, statistic)), default=dt.date.min
    )
    whole = [week for week in data.weekly(metric, statistic) if week.first_on >= begun]
    return _spoken(whole[-_WEEKS:])


def course_of(data: BundleData, found: Measure, weeks: Sequence[Value]) -> Course:
    """The course over these weeks, of which some have a value."""
    points = {p.first_on: p for p in data.points if (p.metric, p.statistic) == (found.metric, found.statistic)}
    held = [points.get(week.first_on) for week in weeks]
    return Course(
        weeks=weeks, ranges=_ranges(held), lower_is_better=found.lower_is_better,
        releases=[
            c for c in _releases(data, found) if c.at_on and weeks[0].first_on <= c.at_on < data.period.until_on
        ],
        scale=scale_of(median(w.value for w in weeks if w.value is not None), found.unit),
        signals={i: signal for i, point in enumerate(held) if point and (signal := _signal(i, point))},
    )  # fmt: skip


def valued(weeks: Sequence[Value]) -> int:
    """How many of the weeks have a value."""
    return sum(w.value is not None for w in weeks)


def _spoken(weeks: Sequence[Value]) -> list[Value]:
    return [w if w.n >= _NEEDS.get(w.statistic, _NEEDS_ELSE) else replace(w, value=None) for w in weeks]


def _releases(data: BundleData, found: Measure) -> list[Change]:
    """Releases with their effect where one was computed for this statistic; the others as marks only."""
    wanted = (found.metric, found.statistic)
    effects = {c.label: c for c in data.changes if c.kind == "release" and (c.metric, c.statistic) == wanted}
    zone = ZoneInfo(data.stream.time_zone)
    others = [r for r in data.stream.releases if r.version not in effects]
    known = [
        *effects.values(),
        *(_unmeasured(found, r.version, r.name, r.at.astimezone(zone).date()) for r in others),
    ]
    return sorted(known, key=lambda c: (c.at_on or dt.date.min, c.label))


def _unmeasured(found: Measure, version: str, name: str, on: dt.date) -> Change:
    return Change(
        kind="release", label=version, title=name, at_on=on, metric=found.metric, statistic=found.statistic,
        unit=found.unit, before_value=None, after_value=None, before_n=None, after_n=None, difference=None, low=None,
        high=None, low80=None, high80=None, meaningful=None, verdict=Verdict.NO_BASELINE.value, method=None,
    )  # fmt: skip


def _ranges(held: Sequence[Point | None]) -> list[Limits]:
    """The published limits over the weeks shown; a week that is no whole one, and so no point, has none."""
    found = []
    for _, group in groupby(enumerate(held), key=lambda pair: pair[1] and (pair[1].rebased_on, pair[1].centre)):
        stretch = list(group)
        first, point = stretch[0]
        ends = (point.points, point.centre, point.low, point.high) if point else (0, None, None, None)
        found.append(Limits(first, stretch[-1][0] + 1, *ends))
    return found


def _signal(index: int, point: Point) -> Signal | None:
    return None if point.signal is None else Signal(Rule(point.signal), index, index, bool(point.is_above))
