"""The five results: value, verdict, shape of the last weeks, one sentence, target.

The same sentences go to the command line.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from dashboards.bundle import BundleData
from dashboards.drawing import draw_bare
from dashboards.figures import sparkline
from dashboards.numbers import Number, count, day
from dashboards.parts.hero import nothing_finished, within_words
from dashboards.parts.measure import FLOW_TIME, HEADLINES, NOT_RELIABLE, Measure, measure
from dashboards.wording import Chip, Sentence, Voice, capital, change_sentence, target_words, tenths

_SPARK_WEEKS = 26
_SPARK_NEEDS = 10


@dataclass(frozen=True, slots=True)
class Tile:
    """One of the five results. `shown` None is no data."""

    note: int
    label: str
    shown: Number | None
    chip: Chip
    sentence: Sentence
    target: Number | None
    target_state: str
    target_text: str
    spark: Markup | None


def tiles(data: BundleData) -> tuple[Tile, ...]:
    """The five results, in order."""
    return tuple(_tile(data, measure(data, metric), index) for index, metric in enumerate(HEADLINES, 1))


def headline(data: BundleData, metric: str) -> Sentence:
    """One result as one sentence for the command line: name, value, what it means, change."""
    found, voice = measure(data, metric), Voice.of(data)
    said = _say(data, found, voice)
    if found.shown is None:
        return Sentence(f"{found.label}: {said}", said.numbers)
    glue = " " if said.text[:1].islower() else ". "
    return Sentence(f"{found.label}: {found.shown}{glue}{said}", (found.shown, *said.numbers))


def _tile(data: BundleData, found: Measure, note: int) -> Tile:
    state, words = ("none", "No target set")
    if found.target is not None:
        state, words = target_words(found.target, found.shown, lower_is_better=found.lower_is_better)
    return Tile(
        note=note, label=found.label, shown=found.shown, chip=found.chip,
        sentence=_say(data, found, Voice.of(data)), target=found.target,
        target_state=state, target_text=words, spark=_spark(data, found),
    )  # fmt: skip


def _spark(data: BundleData, found: Measure) -> Markup | None:
    weeks = data.weekly(found.metric, found.statistic)[-_SPARK_WEEKS:]
    values = [w.value if w.n >= _SPARK_NEEDS else None for w in weeks]
    if found.is_gated or sum(value is not None for value in values) < 3:
        return None
    target = found.target.value if found.target else None
    figure = sparkline(values, target, found.chip.tone)
    return draw_bare(figure, 150, 34, css="spark", stretch=True)


def _say(data: BundleData, found: Measure, voice: Voice) -> Sentence:
    if found.is_gated:
        return Sentence(f"{NOT_RELIABLE}.")
    if found.shown is None:
        return _empty(found, voice)
    meaning = _meaning(data, found, voice)
    clause = change_sentence(found.change, found.verdict, voice)
    return Sentence(f"{meaning} {clause}{young_words(data, found)}", clause.numbers)


def young_words(data: BundleData, found: Measure) -> str:
    """' It may still fall until 14 October.' while the cases of the quarter are too young for its value to be final."""
    final_on = found.now.matures_on if found.now else None
    if final_on is None or data.newest_on is None or final_on == data.period.until_on or data.newest_on >= final_on:
        return ""
    return f" It may still {'rise' if found.lower_is_better else 'fall'} until {day(final_on)}."


def _meaning(data: BundleData, found: Measure, voice: Voice) -> str:
    if found.metric == FLOW_TIME and found.statistic in ("p90", "p85", "p50"):
        return within_words(found, voice) + " this."
    if found.metric == "failure_containment_time" and found.statistic in ("p90", "p50"):
        who = "9 in 10 failures" if found.statistic == "p90" else "Half of all failures"
        return f"{who} are back to normal within this."
    if found.metric == "handoff_ratio":
        return "for each handoff that a person takes part in."
    if found.metric == "first_time_right" and found.shown is not None:
        share = tenths(found.shown)
        return (
            f"of {voice.cases} need no rework."
            if share == found.shown.text
            else f"{share} {voice.cases} need no rework."
        )
    if found.metric == "cost_per_transaction":
        return f"for each {voice.case}."
    known = data.definitions.get(found.metric)
    return known.sentence if known else ""


def _empty(found: Measure, voice: Voice) -> Sentence:
    if found.metric == FLOW_TIME:
        return nothing_finished(found, voice)
    if found.now is not None and found.now.n:
        n = count(found.now.n, f"{found.now.origin}/n")
        if found.metric == "handoff_ratio":
            return Sentence("No handoff to a person was recorded, so there is nothing to compare with.")
        why = f"{capital(found.now.reason)}." if found.now.reason else "Too few for a number."
        return Sentence(f"{why} Based on {n}.", (n,))
    words = {
        "failure_containment_time": "No failure was over in this period.",
        "handoff_ratio": "No handoff was recorded in this period.",
        "first_time_right": f"No {voice.case} of this period can be judged yet.",
        "cost_per_transaction": "No costs are recorded for this period.",
    }
    return Sentence(words.get(found.metric, "No data in this period."))
