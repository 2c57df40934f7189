"""The run chart as a native one: weeks, their usual range, the target, and releases as labelled points."""

from __future__ import annotations

from dashboards.language import say
from dashboards.numbers import Number
from dashboards.parts.run import RunCard, RunLimits
from dashboards.slides.fit import length_of
from dashboards.slides.slide import LineChart, Mark, Part, Series, Slide, Words
from dashboards.slides.source import Source
from dashboards.slides.speaking import spoken_notes
from dashboards.wording import brief

_NAME = 14
_CHART, _BETWEEN = 11.0, 0.15
"""Inches that the weeks of a chart share, and that lie between two names."""


def course_slide(source: Source) -> Slide:
    """The chart, or the words why nothing is drawn."""
    review = source.review
    run = review.run
    notes = [note for note in review.notes if note.index in (1, review.feet.get("run_chart"))]
    parts: tuple[Part, ...] = _parts(run) if run.rows else (Words((say("Nothing is drawn from so little."),)),)
    subtitle = f"{run.caption}. {say('A point outside the usual range is a real signal.')}" if run.rows else run.caption
    spoken = say("Line chart. {title}. {subtitle}", title=run.title, subtitle=subtitle)
    return Slide("course", run.title, subtitle, parts, spoken_notes(notes), spoken=spoken)


def _parts(run: RunCard) -> tuple[Part, ...]:
    chart = _chart(run)
    if all(mark.label for mark in chart.marks):
        return (chart,)
    return chart, Words((say("Where releases stand close together some have no name; the page names all."),))


def _chart(run: RunCard) -> LineChart:
    weeks = range(len(run.rows))
    series = [Series(say("Value"), tuple(row.shown for row in run.rows), "value")]
    for name, column in ((say("Upper limit"), "high"), (say("Centre"), "centre"), (say("Lower limit"), "low")):
        points = tuple(_limit(run, place, column) for place in weeks)
        if any(point is not None for point in points):
            series.append(Series(name, points, "centre" if column == "centre" else "limit"))
    if run.target is not None:
        series.append(Series(say("Target"), tuple(run.target for _ in weeks), "target"))
    breaks = tuple(each.first for each in run.limits if each.first)
    unit = next((row.shown.suffix for row in run.rows if row.shown is not None), "")
    return LineChart(tuple(row.on for row in run.rows), tuple(series), tuple(_marks(run)), breaks, unit, say("Release"))


def _within(run: RunCard, place: int) -> RunLimits | None:
    return next((each for each in run.limits if each.first <= place < each.until), None)


def _limit(run: RunCard, place: int, column: str) -> Number | None:
    found = _within(run, place)
    return None if found is None else getattr(found, column)


def _marks(run: RunCard) -> list[Mark]:
    """A mark a week at its value, else at the centre of the range; a week with neither has none."""
    by_week: dict[int, list[str]] = {}
    for mark in run.marks:
        by_week.setdefault(mark.place, []).append(mark.version)
    at = {place: run.rows[place].shown or _limit(run, place, "centre") for place in sorted(by_week)}
    labels = {place: _label(versions) for place, versions in by_week.items()}
    named = _named(run, {place: label for place, label in labels.items() if at[place] is not None})
    return [
        Mark(place, labels[place] if place in named else "", shown) for place, shown in at.items() if shown is not None
    ]


def _label(versions: list[str]) -> str:
    return ", ".join(brief(version, _NAME) for version in versions[:2]) + ("…" if len(versions) > 2 else "")


def _named(run: RunCard, labels: dict[int, str]) -> set[int]:
    """Weeks whose names do not cover each other: those with a clear effect first, then the newest."""
    sure = {mark.place for mark in run.marks if mark.is_sure}
    week = _CHART / max(len(run.rows), 1)
    found: set[int] = set()
    for place in sorted(labels, key=lambda place: (place not in sure, -place)):
        wide = {other: (length_of(labels[place], 12) + length_of(labels[other], 12)) / 2 for other in found}
        if all(abs(place - other) * week > needed + _BETWEEN for other, needed in wide.items()):
            found.add(place)
    return found
