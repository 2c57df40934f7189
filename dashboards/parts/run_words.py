"""The course of the weeks in words: what came with a release, what is out of the ordinary, why a week is a signal.

Titles and remarks follow from published ranges and signals, and from verdicts.
"""

from __future__ import annotations

from dashboards.bundle import BundleData
from dashboards.language import capital, say, say_of
from dashboards.parts.course import Course
from dashboards.parts.measure import FLOW_TIME, Measure
from dashboards.parts.metric_words import counted_words
from dashboards.wording import Voice, is_sure, is_worse, read_verdict
from metrics.run_chart import Limits, Rule

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
MOVES = {
    (True, True): "{label} got worse with release {release}, and stayed so",
    (True, False): "{label} got worse with release {release}",
    (False, True): "{label} got better with release {release}, and stayed so",
    (False, False): "{label} got better with release {release}",
}
"""The same of a metric that is no time of all cases: messages."""


def title_of(data: BundleData, found: Measure, course: Course) -> str:
    """The finding: what the weeks of the quarter show."""
    weeks = course.weeks
    last = next((c for c in reversed(course.releases) if is_sure(read_verdict(c.verdict))), None)
    out = {i for i in course.signals if weeks[i].first_on >= data.period.first_on}
    if last is not None and last.at_on and last.at_on >= data.period.first_on:
        stayed = not any(weeks[i].first_on >= last.at_on for i in out)
        how = is_worse(read_verdict(last.verdict)), stayed
        if found.metric == FLOW_TIME:
            return say(COURSES[how], cases=capital(data.stream.words.cases), release=last.label)
        return say(MOVES[how], label=found.label, release=last.label)
    if all(week.value is None for week in weeks if week.first_on >= data.period.first_on):
        counted = counted_words(found.metric, Voice.of(data))
        return say("No week of the quarter has enough {cases} to judge", cases=counted)
    if not out:
        return say("No week of the quarter was outside the usual range")
    one, many = "{n} week was out of the ordinary this quarter", "{n} weeks were out of the ordinary this quarter"
    return say_of(len(out), one, many, n=len(out))


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
