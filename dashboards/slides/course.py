"""The run chart as a native one: weeks, their usual range, the target, and releases as labelled points."""

from __future__ import annotations

from dashboards.language import say
from dashboards.numbers import Number
from dashboards.parts.run import RunCard, RunLimits
from dashboards.slides.slide import LineChart, Mark, Part, Series, Slide, Words
from dashboards.slides.source import Source
from dashboards.slides.speaking import spoken_notes
from dashboards.wording import brief

_NAMED = 10
"""Weeks with a release up to which each is named; of more, those with a clear effect are, and the newest."""
_NAME = 14


def course_slide(source: Source) -> Slide:
    """The chart, or the words why nothing is drawn."""
    review = source.review
    run = review.run
    notes = [note for note in review.notes if note.index in (1, review.feet.get("run_chart"))]
    parts: tuple[Part, ...] = (_chart(run),) if run.rows else (Words((say("Nothing is drawn from so little."),)),)
    subtitle = f"{run.caption}. {say('A point outside the usual range is a real signal.')}" if run.rows else run.caption
    spoken = say("Line chart. {title}. {subtitle}", title=run.title, subtitle=subtitle)
    return Slide("course", run.title, subtitle, parts, spoken_notes(notes), spoken=spoken)


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
    return LineChart(
        tuple(row.on for row in run.rows), tuple(series), tuple(_marks(run)), breaks, unit, say("Release")
    )


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
    named = set(by_week) if len(by_week) <= _NAMED else {m.place for m in run.marks if m.is_sure} | {max(by_week)}
    named = set(sorted(named)[-_NAMED:])
    found = []
    for place, versions in sorted(by_week.items()):
        at = run.rows[place].shown or _limit(run, place, "centre")
        if at is not None:
            label = ", ".join(brief(version, _NAME) for version in versions[:2]) + ("…" if len(versions) > 2 else "")
            found.append(Mark(place, label if place in named else "", at))
    return found
