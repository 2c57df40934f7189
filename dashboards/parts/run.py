"""The run chart: a metric by week with its usual range, releases and target, and an equal table.

Titles follow from signals and verdicts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import plotly.graph_objects as go
from markupsafe import Markup

from dashboards.bundle import BundleData, Change, Value
from dashboards.drawing import draw_chart
from dashboards.figures import Band, Mark, RunSeries, run_chart
from dashboards.language import capital, say
from dashboards.numbers import Number, Scale, count, day, number, short_day
from dashboards.parts.card import Card, Chart, Column, Table
from dashboards.parts.course import ENOUGH, Course, course_of, shown_weeks, valued, weekly_statistic
from dashboards.parts.measure import FLOW_TIME, NOT_RELIABLE, Measure, measure
from dashboards.parts.metric_words import counted_words, course_words
from dashboards.parts.run_words import range_label, remarks, title_of
from dashboards.wording import Voice, chip, is_sure, read_verdict


@dataclass(frozen=True, slots=True)
class RunRow:
    """One week of the table; `on` is its first day."""

    week: str
    shown: Number | None
    usual: str
    cases: Number
    remark: str
    on: dt.date


@dataclass(frozen=True, slots=True)
class RunLimits:
    """The usual range over the weeks `first` ≤ index < `until`, in the scale of the values."""

    first: int
    until: int
    low: Number
    centre: Number
    high: Number


@dataclass(frozen=True, slots=True)
class RunMark:
    """A release in the week of this index."""

    place: int
    version: str
    is_sure: bool


@dataclass(frozen=True, slots=True)
class RunCard:
    """The card: finding, measure, drawings for wide and narrow screens, table. `wide` None: too few weeks to draw;
    `figure` is what they are drawings of. Limits, marks and target are what else is drawn, for other formats.

    The subtitle begins with the caption of the table, which says what is measured.
    """

    title: str
    subtitle: str
    caption: str
    wide: Markup | None
    narrow: Markup | None
    rows: tuple[RunRow, ...]
    figure: go.Figure | None = None
    limits: tuple[RunLimits, ...] = ()
    marks: tuple[RunMark, ...] = ()
    target: Number | None = None


def run_card(data: BundleData, metric: str = FLOW_TIME) -> RunCard:
    """The run chart of a metric, in the statistic that most weeks have enough observations for."""
    found = measure(data, metric, weekly_statistic(data, metric))
    weeks = shown_weeks(data, metric, found.statistic)
    caption = say("{measured}, by week", measured=course_words(found, Voice.of(data)))
    how = say("The shaded band is the usual week-to-week range; a point outside it is a real signal.")
    empty = RunCard("", f"{caption}. {how}", caption, None, None, ())
    if found.is_gated:
        return replace(empty, title=say(NOT_RELIABLE))
    if valued(weeks) < ENOUGH:
        return replace(empty, title=say("Too few weeks to show a course: three with a value are needed"))
    return _drawn(data, found, weeks, empty)


def course_card(data: BundleData, metric: str) -> Card:
    """The same as a card of a sheet."""
    run = run_card(data, metric)
    columns = (
        Column(say("Week of")), Column(say("Value"), True), Column(say("Usual range"), True),
        Column(counted_words(metric, Voice.of(data)), True), Column(say("Remark")),
    )  # fmt: skip
    return Card(
        "course", run.title, run.subtitle, metric,
        chart=Chart(run.wide, run.narrow) if run.wide and run.narrow else None,
        table=Table(columns, tuple((r.week, r.shown, r.usual, r.cases, r.remark) for r in run.rows))
        if run.rows else None,
        empty=say("Nothing is drawn from so little."),
    )  # fmt: skip


def _drawn(data: BundleData, found: Measure, weeks: Sequence[Value], empty: RunCard) -> RunCard:
    course = course_of(data, found, weeks)
    title = title_of(data, found, course)
    figure = run_chart(_series(found, course))
    label = say("Line chart. {title}. {subtitle}", title=title, subtitle=empty.subtitle)
    return replace(
        empty, title=title,
        wide=draw_chart(figure, 1136, 340, css="chart wide", label=label),
        narrow=draw_chart(figure, 358, 280, css="chart narrow", label=label, narrow=True),
        rows=tuple(_row(course, index) for index in range(len(weeks))), figure=figure,
        limits=_limits(course), marks=_marks(course), target=found.target,
    )  # fmt: skip


def _series(found: Measure, course: Course) -> RunSeries:
    return RunSeries(
        weeks=[w.first_on for w in course.weeks],
        values=[w.value for w in course.weeks],
        hover=[
            say("Week of {day}: {value}", day=day(w.first_on), value=_text(w, course.scale)) for w in course.weeks
        ],
        tones=[course.tone(i) for i in range(len(course.weeks))],
        bands=_bands(course),
        marks=[_mark(c) for c in course.releases],
        target=found.target.value if found.target else None,
        target_label=say("Target {target}", target=found.target) if found.target else "",
        scale=course.scale,
    )  # fmt: skip


def _bands(course: Course) -> list[Band]:
    found = []
    for each in course.ranges:
        ends = course.ends(each)
        if each.centre is None or ends is None:
            continue
        found.append(Band(each.first, each.until, each.centre, *ends, range_label(course, each)))
    return found


def _limits(course: Course) -> tuple[RunLimits, ...]:
    """The ranges drawn, as numbers."""
    found = []
    for each in course.ranges:
        ends, week = course.ends(each), course.weeks[each.first]
        if each.centre is not None and ends is not None:
            origin = f"run_chart/{week.metric}/{week.statistic}/{week.first_on}"
            told = (("low", ends[0]), ("centre", each.centre), ("high", ends[1]))
            shown = (number(value, week.unit, f"{origin}/{name}", course.scale) for name, value in told)
            found.append(RunLimits(each.first, each.until, *shown))
    return tuple(found)


def _marks(course: Course) -> tuple[RunMark, ...]:
    return tuple(
        RunMark(place, release.label, is_sure(read_verdict(release.verdict)))
        for release in course.releases for place, week in enumerate(course.weeks)
        if release.at_on and week.first_on <= release.at_on < week.until_on
    )  # fmt: skip


def _mark(change: Change) -> Mark:
    tone = chip(read_verdict(change.verdict), change.difference).tone
    return Mark(change.at_on or dt.date.min, change.label, change.title or "", tone)


def _text(week: Value, scale: Scale) -> str:
    return say("no data") if week.value is None else number(week.value, week.unit, "", scale).text


def _row(course: Course, index: int) -> RunRow:
    week = course.weeks[index]
    shown = None if week.value is None else number(week.value, week.unit, f"{week.origin}/value", course.scale)
    usual = next(course.usual(r) for r in course.ranges if r.first <= index < r.until)
    remark = capital(", ".join(remarks(course, index)))
    return RunRow(short_day(week.first_on), shown, usual, count(week.n, f"{week.origin}/n"), remark, week.first_on)
