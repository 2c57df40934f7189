"""The five results: value, verdict, shape of the last weeks, one sentence, target.

The same sentences go to the command line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from dashboards.bundle import BundleData
from dashboards.drawing import draw_bare
from dashboards.figures import sparkline
from dashboards.language import capital, say
from dashboards.manifest import Result
from dashboards.numbers import Number, count, day
from dashboards.parts.closing import closed_here
from dashboards.parts.hero import nothing_finished
from dashboards.parts.measure import FLOW_TIME, HEADLINES, Measure, measure, not_reliable, page_stem
from dashboards.reasons import reason_words
from dashboards.targets import target_words
from dashboards.wording import Chip, Sentence, Voice, change_sentence, is_sure, tenth_of

_SPARK_WEEKS = 26
_SPARK_NEEDS = 10
_FACTS = 3


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
    page: str
    is_sure: bool


def tiles(data: BundleData) -> tuple[Tile, ...]:
    """The five results, in order."""
    return tuple(_tile(data, measure(data, metric), index) for index, metric in enumerate(HEADLINES, 1))


def three_of(shown: Iterable[Tile]) -> list[Tile]:
    """Three results in the order of the page: first those with a sure change for the worse, then for the better."""
    found = list(shown)
    ranked = sorted(found, key=lambda tile: (tile.shown is None, not tile.is_sure, tile.chip.tone != "bad"))
    kept = ranked[:_FACTS]
    return [tile for tile in found if tile in kept]


def results_of(shown: Iterable[Tile]) -> tuple[Result, ...]:
    """The tiles as the manifest tells them."""
    return tuple(
        Result(
            tile.label, tile.shown.text if tile.shown else "", tile.chip.word, tile.chip.sign, tile.chip.tone,
            tile.is_sure,
        )
        for tile in shown
    )  # fmt: skip


def headline(data: BundleData, metric: str) -> Sentence:
    """One result as one sentence for the command line: name, value, what it means, change."""
    found, voice = measure(data, metric), Voice.of(data)
    said = _sentence(data, found, voice)
    if found.shown is None:
        return Sentence(f"{found.label}: {said}", said.numbers)
    glue = " " if said.text[:1].islower() else ". "
    return Sentence(f"{found.label}: {found.shown}{glue}{said}", (found.shown, *said.numbers))


def _tile(data: BundleData, found: Measure, note: int) -> Tile:
    state, words = "none", say("No target set")
    if found.target is not None:
        state, words = target_words(found.target, found.shown, lower_is_better=found.lower_is_better)
    return Tile(
        note=note, label=found.label, shown=found.shown, chip=found.chip,
        sentence=_sentence(data, found, Voice.of(data)), target=found.target,
        target_state=state, target_text=words, spark=_spark(data, found),
        page=f"{page_stem(found.metric)}.html", is_sure=is_sure(found.verdict),
    )  # fmt: skip


def _spark(data: BundleData, found: Measure) -> Markup | None:
    weeks = data.weekly(found.metric, found.statistic)[-_SPARK_WEEKS:]
    values = [w.value if w.n >= _SPARK_NEEDS else None for w in weeks]
    if found.is_gated or sum(value is not None for value in values) < 3:
        return None
    target = found.target.value if found.target else None
    figure = sparkline(values, target, found.chip.tone)
    return draw_bare(figure, 150, 34, css="spark", stretch=True)


def _sentence(data: BundleData, found: Measure, voice: Voice) -> Sentence:
    if found.is_gated:
        return Sentence(not_reliable())
    if found.shown is None:
        return empty_words(found, voice)
    clause = change_sentence(found.change, found.verdict, voice)
    young = young_words(data, found)
    said = [_meaning(data, found, voice), clause.text, *([young] if young else [])]
    return Sentence(" ".join(said), clause.numbers)


def young_words(data: BundleData, found: Measure) -> str:
    """'It may still fall until 14 October.' while the cases of the quarter are too young for its value to be final."""
    final_on = found.now.matures_on if found.now else None
    if closed_here(data) is not None:
        return ""  # it cannot move any more, however young its cases were
    if final_on is None or data.newest_on is None or final_on == data.period.until_on or data.newest_on >= final_on:
        return ""
    if found.lower_is_better:
        return say("It may still rise until {day}.", day=day(final_on))
    return say("It may still fall until {day}.", day=day(final_on))


def _meaning(data: BundleData, found: Measure, voice: Voice) -> str:
    """What the value says, in words that follow it on a tile."""
    words = {
        FLOW_TIME: _within(found.statistic, voice),
        "failure_containment_time": _normal_within(found.statistic),
        "handoff_ratio": say("for each handoff that a person takes part in."),
        "first_time_right": _right(found, voice),
        "cost_per_transaction": say("for each {case}.", case=voice.case),
    }
    if words.get(found.metric):
        return words[found.metric]
    known = data.definitions.get(found.metric)
    return say(known.sentence) if known else ""


def _within(statistic: str, voice: Voice) -> str:
    words = {
        "p90": say("9 in 10 {cases} {finished} within this.", cases=voice.cases, finished=voice.finished),
        "p85": say("85 in 100 {cases} {finished} within this.", cases=voice.cases, finished=voice.finished),
        "p50": say("Half of the {cases} {finished} within this.", cases=voice.cases, finished=voice.finished),
    }
    return words.get(statistic, "")


def _normal_within(statistic: str) -> str:
    words = {
        "p90": say("9 in 10 failures are back to normal within this."),
        "p50": say("Half of all failures are back to normal within this."),
    }
    return words.get(statistic, "")


def _right(found: Measure, voice: Voice) -> str:
    tenth = tenth_of(found.shown) if found.shown else None
    if tenth is None:
        return say("of {cases} need no rework.", cases=voice.cases)
    return say("{tenth} in 10 {cases} need no rework.", tenth=tenth, cases=voice.cases)


def empty_words(found: Measure, voice: Voice) -> Sentence:
    """Why there is no value: nothing happened, or too little."""
    if found.metric == FLOW_TIME:
        return nothing_finished(found, voice)
    if found.now is not None and found.now.n:
        if found.metric == "handoff_ratio":
            return Sentence(say("No handoff to a person was recorded, so there is nothing to compare with."))
        n = count(found.now.n, f"{found.now.origin}/n")
        why = f"{capital(reason_words(found.now.reason))}." if found.now.reason else say("Too few for a number.")
        return Sentence(f"{why} {say('Based on {n}.', n=n)}", (n,))
    words = {
        "failure_containment_time": say("No failure was over in this period."),
        "handoff_ratio": say("No handoff was recorded in this period."),
        "first_time_right": say("No {case} of this period can be judged yet.", case=voice.case),
        "cost_per_transaction": say("No costs are recorded for this period."),
    }
    return Sentence(words.get(found.metric) or say("No data in this period."))
