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
from dashboards.language import capital, say
from dashboards.numbers import Number, Scale, count, day, number, scale_of, short_day
from dashboards.parts.measure import FLOW_TIME, NOT_RELIABLE, Measure, measure
from dashboards.parts.run_words import Course, range_label, remarks, title_of
from dashboards.wording import Voice, chip, read_verdict
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
    """The card: finding, measure, drawings for wide and narrow screens, table. `wide` None: too few weeks to draw.

    The subtitle begins with the caption of the table, which says what is measured.
    """

    title: str
    subtitle: str
    caption: str
    wide: Markup | None
    narrow: Markup | None
    rows: tuple[RunRow, ...]


def run_card(data: BundleData) -> RunCard:
    """The run chart of the flow time, p90 where weeks have one, else the median."""
    statistic = _statistic(data)
    weeks = _spoken(data.weekly(FLOW_TIME, statistic)[-_WEEKS:])
    found = measure(data, FLOW_TIME, statistic)
    caption, subtitle = _measured(statistic, Voice.of(data))
    if found.is_gated:
        return RunCard(say(NOT_RELIABLE), subtitle, caption, None, None, ())
    if _valued(weeks) < _ENOUGH:
        title = say("Too few weeks to show a course: three with a value are needed")
        return RunCard(title, subtitle, caption, None, None, ())
    return _drawn(data, found, weeks, RunCard("", subtitle, caption, None, None, ()))


def _measured(statistic: str, voice: Voice) -> tuple[str, str]:
    """What the chart measures, alone and with how to read it."""
    words = {
        "p90": say("Time within which 9 in 10 {cases} {finished}, by week", cases=voice.cases, finished=voice.finished),
        "p50": say(
            "Time within which half of the {cases} {finished}, by week", cases=voice.cases, finished=voice.finished
        ),
    }
    how = say("The shaded band is the usual week-to-week range; a point outside it is a real signal.")
    return words[statistic], f"{words[statistic]}. {how}"


def _statistic(data: BundleData) -> str:
    """p90 where most weeks hold enough cases for one, else the median."""
    most = data.weekly(FLOW_TIME, "p90")[-_WEEKS:]
    return "p90" if 2 * _valued(_spoken(most)) > _valued(most) or not data.weekly(FLOW_TIME, "p50") else "p50"


def _spoken(weeks: Sequence[Value]) -> list[Value]:
    """The weeks, with the value left out where too few cases stand behind it: a gap, not a spike."""
    return [w if w.n >= _NEEDS[w.statistic] else replace(w, value=None) for w in weeks]


def _drawn(data: BundleData, found: Measure, weeks: Sequence[Value], empty: RunCard) -> RunCard:
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
    title = title_of(data, course)
    figure = run_chart(_series(found, course))
    label = say("Line chart. {title}. {subtitle}", title=title, subtitle=empty.subtitle)
    return replace(
        empty, title=title,
        wide=draw_chart(figure, 1136, 340, css="chart wide", label=label),
        narrow=draw_chart(figure, 358, 280, css="chart narrow", label=label, narrow=True),
        rows=tuple(_row(course, index) for index in range(len(weeks))),
    )  # fmt: skip


def _series(found: Measure, course: Course) -> RunSeries:
    return RunSeries(
        weeks=[w.first_on for w in course.weeks],
        values=[w.value for w in course.weeks],
        hover=[say("Week of {day}: {value}", day=day(w.first_on), value=_text(w, course.scale)) for w in course.weeks],
        tones=[course.tone(i) for i in range(len(course.weeks))],
        bands=[
            Band(r.first, r.until, r.centre, r.low, r.high, range_label(course, r))
            for r in course.ranges
            if r.centre is not None and r.low is not None and r.high is not None
        ],
        marks=[_mark(c) for c in course.releases],
        target=found.target.value if found.target else None,
        target_label=say("Target {target}", target=found.target) if found.target else "",
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
    return say("no data") if week.value is None else number(week.value, "days", "", scale).text


def _row(course: Course, index: int) -> RunRow:
    week = course.weeks[index]
    shown = None if week.value is None else number(week.value, "days", f"{week.origin}/value", course.scale)
    usual = next(course.usual(r) for r in course.ranges if r.first <= index < r.until)
    remark = capital(", ".join(remarks(course, index)))
    return RunRow(short_day(week.first_on), shown, usual, count(week.n, f"{week.origin}/n"), remark)


def _valued(weeks: Sequence[Value]) -> int:
    return sum(w.value is not None for w in weeks)
