"""What is said of a metric, in customer words: its finding, what is measured, what is counted.

The headline metrics have sentences of their own; any other metric is named with its value.
"""

from __future__ import annotations

from dashboards.bundle import BundleData
from dashboards.language import say, say_of
from dashboards.numbers import Number
from dashboards.parts.hero import hero
from dashboards.parts.measure import FLOW_TIME, Measure, not_reliable
from dashboards.parts.tiles import empty_words, young_words
from dashboards.wording import Sentence, Voice, change_clause, quantile_words, tenth_of
from metrics.metric import DURATIONS

CONTAINMENT = "failure_containment_time"
RATIO = "handoff_ratio"
RIGHT = "first_time_right"
COST = "cost_per_transaction"
STARTED = "flow_time_started"
_MOST_LETTERS = 32


def heading(data: BundleData, found: Measure) -> Sentence:
    """The finding of the quarter: the value in words, and what may be said of its change; or why there is none."""
    if found.metric == FLOW_TIME:
        return hero(data).sentence
    voice = Voice.of(data)
    if found.is_gated:
        return Sentence(not_reliable())
    if found.shown is None:
        return empty_words(found, voice)
    value, clause = finding(found, voice), change_clause(found.change, found.verdict, voice)
    text = say("{finding} — {change}.", finding=value, change=clause)
    young = young_words(data, found)
    return Sentence(f"{text} {young}" if young else text, value.numbers + clause.numbers)


def finding(found: Measure, voice: Voice) -> Sentence:
    """The value in words, without full stop: '87% of orders need no rework'."""
    shown = found.shown
    assert shown is not None  # callers ask only where there is one
    if found.metric == CONTAINMENT and found.statistic in ("p50", "p90"):
        return Sentence(
            say("9 in 10 failures are back to normal within {shown}", shown=shown) if found.statistic == "p90"
            else say("Half of all failures are back to normal within {shown}", shown=shown),
            (shown,),
        )  # fmt: skip
    if found.metric == RATIO:
        figure = shown.figure
        return Sentence(
            say("For each handoff that a person takes part in, {figure} are automated", figure=figure), (shown,)
        )
    if found.metric == RIGHT:
        tenth = tenth_of(shown)
        if tenth is None:
            return Sentence(say("{share} of {cases} need no rework", share=shown, cases=voice.cases), (shown,))
        return Sentence(say("{tenth} in 10 {cases} need no rework", tenth=tenth, cases=voice.cases), (shown,))
    if found.metric == COST:
        return Sentence(say("The average {case} costs {shown}", case=voice.case, shown=shown), (shown,))
    return Sentence(say("{label}: {shown}", label=found.label, shown=shown), (shown,))


def course_words(found: Measure, voice: Voice) -> str:
    """What a run chart shows, without full stop: 'Time within which 9 in 10 orders are delivered'."""
    if found.metric == FLOW_TIME and found.statistic in ("p90", "p50"):
        parts = {"cases": voice.cases, "finished": voice.finished}
        if found.statistic == "p90":
            return say("Time within which 9 in 10 {cases} {finished}", **parts)
        return say("Time within which half of the {cases} {finished}", **parts)
    if found.metric == CONTAINMENT and found.statistic in ("p90", "p50"):
        if found.statistic == "p90":
            return say("Time within which 9 in 10 failures are back to normal")
        return say("Time within which half of all failures are back to normal")
    if found.metric == RATIO:
        return say("Automated handoffs for each one that a person takes part in")
    if found.metric == RIGHT:
        return say("Share of {cases} that need no rework", cases=voice.cases)
    if found.metric == COST:
        return say("Cost of the average {case}", case=voice.case)
    if found.unit in DURATIONS:
        return say("{label} ({statistic})", label=found.label, statistic=quantile_words(found.statistic))
    return found.label


def counted_words(metric: str, voice: Voice) -> str:
    """What stands behind a value: 'orders', or 'failures'."""
    return say("failures") if "failure" in metric else voice.cases


def counted_sentence(n: Number, metric: str, voice: Voice) -> Sentence:
    """'1 order', '2,104 failures'."""
    if "failure" in metric:
        return Sentence(say_of(n.value, "{n} failure", "{n} failures", n=n), (n,))
    noun = voice.case if n.value == 1 else voice.cases
    return Sentence(say("{n} {noun}", n=n, noun=noun), (n,))


def short_name(label: str) -> str:
    """A name for the list of pages: customers may write long ones."""
    return label if len(label) <= _MOST_LETTERS else label[: _MOST_LETTERS - 1].rstrip() + "…"
