"""The run chart: flow time by week with its usual range, releases and target, and an equal table.

Ranges and signals are the published ones: they begin anew only where the stream file documents a change. Titles follow
from signals and verdicts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import median
from zoneinfo import ZoneInfo

from markupsafe import Markup

from dashboards.bundle import BundleData, Change, Point, Value
from dashboards.drawing import draw_chart
from dashboards.figures import Band, Mark, RunSeries, run_chart
from dashboards.numbers import EN_DASH, Number, Scale, axis_text, count, day, number, scale_of, short_day
from dashboards.parts.measure import FLOW_TIME, NOT_RELIABLE, Measure, measure
from dashboards.wording import capital, chip, is_sure, is_worse, predicate, read_verdict
from metrics.metric import Verdict
from metrics.run_chart import Limits, Rule, Signal

_WEEKS = 39
_ENOUGH = 3
_NEEDS = {"p90": 30, "p50": 10}


@dataclass(frozen=True, slots=True)
class RunRow:
    """One week of the table."""

    week: str
    shown: Number | None
    usual: str
    cases: Number
    remark: str


@dataclass(frozen=True, slots=True)
class RunCard:
    """The card: finding, measure, drawings for wide and narrow screens, table. `wide` None: too few weeks to draw."""

    title: str
    subtitle: str
    wide: Markup | None
    narrow: Markup | None
    rows: tuple[RunRow, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """Weeks in order with their ranges, signals by week index, releases, and the scale all of it is written in."""

    weeks: Sequence[Value]
    ranges: Sequence[Limits]
    signals: dict[int, Signal]
    releases: Sequence[Change]
    scale: Scale

    def tone(self, index: int) -> str:
        """good, bad or flat: what a week's marker says."""
        if index not in self.signals:
            return "flat"
        return "bad" if self.signals[index].is_above else "good"

    def usual(self, found: Limits) -> str:
        """A range in words: '3.9–4.8 days'. A time cannot be under 0, so the words stop there."""
        if found.low is None or found.high is None:
            return EN_DASH
        low, high = (axis_text(max(v, 0.0), self.scale) for v in (found.low, found.high))
        return f"{low}{EN_DASH}{high} {self.scale.word}s"


def run_card(data: BundleData) -> RunCard:
    """The run chart of the flow time, p90 where weeks have one, else the median."""
    statistic = _statistic(data)
    weeks = _spoken(data.weekly(FLOW_TIME, statistic)[-_WEEKS:])
    found = measure(data, FLOW_TIME, statistic)
    cases, finished = data.stream.words.cases, predicate(data.stream.words.finished)
    who = {"p90": f"9 in 10 {cases}", "p50": f"half of the {cases}"}[statistic]
    subtitle = (
        f"Time within which {who} {finished}, by week. The shaded band is the usual week-to-week range; "
        "a point outside it is a real signal."
    )
    if found.is_gated:
        return RunCard(NOT_RELIABLE, subtitle, None, None, ())
    if _valued(weeks) < _ENOUGH:
        return RunCard("Too few weeks to show a course: three with a value are needed", subtitle, None, None, ())
    return _drawn(data, found, weeks, subtitle)


def _statistic(data: BundleData) -> str:
    """p90 where most weeks hold enough cases for one, else the median."""
    most = data.weekly(FLOW_TIME, "p90")[-_WEEKS:]
    return "p90" if 2 * _valued(_spoken(most)) > _valued(most) or not data.weekly(FLOW_TIME, "p50") else "p50"


def _spoken(weeks: Sequence[Value]) -> list[Value]:
    """The weeks, with the value left out where too few cases stand behind it: a gap, not a spike."""
    return [w if w.n >= _NEEDS[w.statistic] else replace(w, value=None) for w in weeks]


def _drawn(data: BundleData, found: Measure, weeks: Sequence[Value], subtitle: str) -> RunCard:
    releases = [
        c for c in _releases(data, found.statistic) if c.at_on and weeks[0].first_on <= c.at_on < data.period.until_on
    ]
    points = {p.first_on: p for p in data.points if (p.metric, p.statistic) == (FLOW_TIME, found.statistic)}
    held = [points.get(week.first_on) for week in weeks]
    course = Course(
        weeks=weeks, releases=releases, ranges=_ranges(held),
        scale=scale_of(median(w.value for w in weeks if w.value is not None), "days"),
        signals={i: signal for i, point in enumerate(held) if point and (signal := _signal(i, point))},
    )  # fmt: skip
    title = _title(data, course)
    figure = run_chart(_series(found, course))
    label = f"Line chart. {title}. {subtitle}"
    return RunCard(
        title, subtitle,
        wide=draw_chart(figure, 1136, 340, css="chart wide", label=label),
        narrow=draw_chart(figure, 358, 280, css="chart narrow", label=label, narrow=True),
        rows=tuple(_row(course, index) for index in range(len(weeks))),
    )  # fmt: skip


def _series(found: Measure, course: Course) -> RunSeries:
    return RunSeries(
        weeks=[w.first_on for w in course.weeks],
        values=[w.value for w in course.weeks],
        hover=[f"Week of {day(w.first_on)}: {_text(w, course.scale)}" for w in course.weeks],
        tones=[course.tone(i) for i in range(len(course.weeks))],
        bands=[
            Band(
                r.first,
                r.until,
                r.centre,
                r.low,
                r.high,
                f"usual range {'' if r.is_firm else 'so far '}{course.usual(r)}",
            )
            for r in course.ranges
            if r.centre is not None and r.low is not None and r.high is not None
        ],
        marks=[_mark(c) for c in course.releases],
        target=found.target.value if found.target else None,
        target_label=f"Target {found.target}" if found.target else "",
        scale=course.scale,
    )


def _releases(data: BundleData, statistic: str) -> list[Change]:
    """Releases with their effect where one was computed for this statistic; the others as marks only."""
    effects = {
        c.label: c for c in data.changes if c.kind == "release" and (c.metric, c.statistic) == (FLOW_TIME, statistic)
    }
    zone = ZoneInfo(data.stream.time_zone)
    others = [r for r in data.stream.releases if r.version not in effects]
    known = [
        *effects.values(),
        *(_unmeasured(r.version, r.name, r.at.astimezone(zone).date(), statistic) for r in others),
    ]
    return sorted(known, key=lambda c: (c.at_on or dt.date.min, c.label))


def _unmeasured(version: str, name: str, on: dt.date, statistic: str) -> Change:
    return Change(
        kind="release", label=version, title=name, at_on=on, metric=FLOW_TIME, statistic=statistic, unit="days",
        before_value=None, after_value=None, before_n=None, after_n=None, difference=None, low=None, high=None,
        low80=None, high80=None, meaningful=None, verdict=Verdict.NO_BASELINE.value, method=None,
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


def _mark(change: Change) -> Mark:
    tone = chip(read_verdict(change.verdict), change.difference).tone
    return Mark(change.at_on or dt.date.min, change.label, change.title or "", tone)


def _text(week: Value, scale: Scale) -> str:
    return "no data" if week.value is None else number(week.value, "days", "", scale).text


def _row(course: Course, index: int) -> RunRow:
    week = course.weeks[index]
    shown = None if week.value is None else number(week.value, "days", f"{week.origin}/value", course.scale)
    usual = next(course.usual(r) for r in course.ranges if r.first <= index < r.until)
    remarks = [f"release {c.label}" for c in course.releases if c.at_on and week.first_on <= c.at_on < week.until_on]
    if week.value is None and week.n:
        remarks.insert(0, "too few for a value")
    if index in course.signals:
        signal = course.signals[index]
        level = "usual range" if signal.rule is Rule.OUTSIDE else "usual level, eight weeks or more"
        remarks.insert(0, f"{'above' if signal.is_above else 'below'} the {level}")
    return RunRow(
        short_day(week.first_on), shown, usual, count(week.n, f"{week.origin}/n"), capital(", ".join(remarks))
    )


def _title(data: BundleData, course: Course) -> str:
    name, weeks = capital(data.stream.words.cases), course.weeks
    last = next((c for c in reversed(course.releases) if is_sure(read_verdict(c.verdict))), None)
    found = {i for i in course.signals if weeks[i].first_on >= data.period.first_on}
    if last is not None and last.at_on and last.at_on >= data.period.first_on:
        word = "slower" if is_worse(read_verdict(last.verdict)) else "faster"
        after = {i for i in found if weeks[i].first_on >= last.at_on}
        stayed = "" if after else f", and stayed {word}"
        return f"{name} got {word} with release {last.label}{stayed}"
    if all(week.value is None for week in weeks if week.first_on >= data.period.first_on):
        return f"No week of the quarter has enough {data.stream.words.cases} to judge"
    if not found:
        return "No week of the quarter was outside the usual range"
    return f"{len(found)} {'week was' if len(found) == 1 else 'weeks were'} out of the ordinary this quarter"


def _valued(weeks: Sequence[Value]) -> int:
    return sum(w.value is not None for w in weeks)
