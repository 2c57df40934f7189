"""The course of the weeks in words: what came with a release, what is out of the ordinary, why a week is a signal.

Titles and remarks follow from published ranges and signals, and from verdicts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.bundle import BundleData, Change, Value
from dashboards.language import capital, say, say_of
from dashboards.numbers import EN_DASH, Scale, axis_text, many_of
from dashboards.wording import is_sure, is_worse, read_verdict
from metrics.run_chart import Limits, Rule, Signal

SIGNALS = {
    (True, True): "above the usual range",
    (True, False): "below the usual range",
    (False, True): "above the usual level, eight weeks or more",
    (False, False): "below the usual level, eight weeks or more",
}
"""Why a week is a signal, by whether it is outside its range, and above: messages."""
COURSES = {
    (True, True): "{cases} got slower with release {release}, and stayed slower",
    (True, False): "{cases} got slower with release {release}",
    (False, True): "{cases} got faster with release {release}, and stayed faster",
    (False, False): "{cases} got faster with release {release}",
}
"""What came with the last release, by whether it is slower, and stayed so: messages."""


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
        return f"{low}{EN_DASH}{high} {many_of(self.scale)}"


def title_of(data: BundleData, course: Course) -> str:
    """The finding: what the weeks of the quarter show."""
    weeks = course.weeks
    last = next((c for c in reversed(course.releases) if is_sure(read_verdict(c.verdict))), None)
    found = {i for i in course.signals if weeks[i].first_on >= data.period.first_on}
    if last is not None and last.at_on and last.at_on >= data.period.first_on:
        stayed = not any(weeks[i].first_on >= last.at_on for i in found)
        message = COURSES[is_worse(read_verdict(last.verdict)), stayed]
        return say(message, cases=capital(data.stream.words.cases), release=last.label)
    if all(week.value is None for week in weeks if week.first_on >= data.period.first_on):
        return say("No week of the quarter has enough {cases} to judge", cases=data.stream.words.cases)
    if not found:
        return say("No week of the quarter was outside the usual range")
    one, many = "{n} week was out of the ordinary this quarter", "{n} weeks were out of the ordinary this quarter"
    return say_of(len(found), one, many, n=len(found))


def remarks(course: Course, index: int) -> list[str]:
    """What is to be said of one week: a signal, too few for a value, the releases in it."""
    week = course.weeks[index]
    said = [
        say("release {release}", release=c.label)
        for c in course.releases if c.at_on and week.first_on <= c.at_on < week.until_on
    ]  # fmt: skip
    if week.value is None and week.n:
        said.insert(0, say("too few for a value"))
    if index in course.signals:
        signal = course.signals[index]
        said.insert(0, say(SIGNALS[signal.rule is Rule.OUTSIDE, signal.is_above]))
    return said


def range_label(course: Course, found: Limits) -> str:
    """The label of a range in the drawing."""
    if found.is_firm:
        return say("usual range {range}", range=course.usual(found))
    return say("usual range so far {range}", range=course.usual(found))
