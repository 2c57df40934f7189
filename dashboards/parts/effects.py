"""What each release came with: change, range, sample, verdict, and the same test where nothing happened."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from dashboards.bundle import BundleData, Change
from dashboards.drawing import draw_bare
from dashboards.figures import effect
from dashboards.language import say, say_of
from dashboards.numbers import Number, count, day, short_day
from dashboards.parts.measure import FLOW_TIME, NOT_RELIABLE, Measure, measure
from dashboards.wording import (
    Chip,
    Sentence,
    Voice,
    change_sentence,
    chip,
    is_sure,
    is_worse,
    listed,
    lowered,
    quantile_words,
    read_verdict,
    uncapital,
)
from metrics.metric import Verdict

_SHOWN = 8
BOTH_WAYS = {
    (True, True): "Release {gain} came with a gain, release {loss} with a loss",
    (True, False): "Release {gain} came with a gain, releases {loss} with a loss",
    (False, True): "Releases {gain} came with a gain, release {loss} with a loss",
    (False, False): "Releases {gain} came with a gain, releases {loss} with a loss",
}
"""What releases came with, by whether one brought a gain and one a loss, or several: messages."""


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One release. `drawing` None: no range can be defended."""

    version: str
    name: str
    on: str
    sample: Number | None
    drawing: Markup | None
    chip: Chip
    sentence: Sentence
    placebo: str | None


@dataclass(frozen=True, slots=True)
class EffectCard:
    """The card, newest release first."""

    title: str
    subtitle: str
    rows: tuple[EffectRow, ...]
    omitted: int


def effect_card(data: BundleData) -> EffectCard:
    """Effects of the releases up to the end of the quarter on the flow time."""
    found = measure(data, FLOW_TIME)
    changes = _changes(data, found.statistic)
    if found.is_gated or not changes:
        title = say(NOT_RELIABLE) if found.is_gated else say("No release to compare in this quarter")
        return EffectCard(title, say("Releases named in the stream file appear here with what each came with."), (), 0)
    shown = changes[:_SHOWN]
    extent = max(
        (abs(v) for c in shown if _has_range(c) for v in (c.low, c.high, c.difference) if v is not None), default=1.0
    )
    rows = tuple(_row(data, c, extent or 1.0) for c in shown)
    return EffectCard(_title(shown), _subtitle(found), rows, len(changes) - len(shown))


def _subtitle(found: Measure) -> str:
    return say(
        "Change in {label} ({statistic}) against the weeks before each release. "
        "The line is the range it lies in, 95 times of 100.",
        label=uncapital(found.label),
        statistic=quantile_words(found.statistic),
    )


def _changes(data: BundleData, statistic: str) -> list[Change]:
    wanted = [
        c for c in data.changes
        if c.kind == "release" and (c.metric, c.statistic) == (FLOW_TIME, statistic)
        and (c.at_on is None or c.at_on < data.period.until_on)
    ]  # fmt: skip
    return sorted(wanted, key=lambda c: (str(c.at_on or ""), c.label), reverse=True)


def _has_range(change: Change) -> bool:
    return read_verdict(change.verdict) not in (Verdict.NO_DATA, Verdict.NO_BASELINE, Verdict.TOO_FEW)


def _row(data: BundleData, change: Change, extent: float) -> EffectRow:
    verdict = read_verdict(change.verdict)
    shape = chip(verdict, change.difference)
    drawing = None
    if _has_range(change) and change.difference is not None:
        figure = effect(change.low, change.high, change.difference, extent, shape.tone)
        drawing = draw_bare(figure, 170, 28, css="range")
    return EffectRow(
        version=change.label, name=change.title or "", on=short_day(change.at_on) if change.at_on else "",
        sample=None if change.after_n is None else count(change.after_n, f"{change.origin}/after_n"),
        drawing=drawing, chip=shape,
        sentence=change_sentence(change, verdict, Voice.of(data, say("the weeks before"))),
        placebo=_placebo(data, change),
    )  # fmt: skip


def _placebo(data: BundleData, change: Change) -> str | None:
    key = (change.label, change.metric, change.statistic)
    found = next((c for c in data.changes if c.kind == "placebo" and (c.label, c.metric, c.statistic) == key), None)
    if found is None:
        return None
    verdict = read_verdict(found.verdict)
    word = lowered(say(verdict.value))
    said = (
        say("Same test on {day}, with no release: {verdict}.", day=day(found.at_on), verdict=word) if found.at_on
        else say("Same test, with no release: {verdict}.", verdict=word)
    )  # fmt: skip
    return f"{said} {say('Read this effect with care.')}" if is_sure(verdict) else said


def _title(changes: list[Change]) -> str:
    verdicts = [read_verdict(c.verdict) for c in changes]
    slower = [c.label for c, v in zip(changes, verdicts, strict=True) if is_sure(v) and is_worse(v)]
    faster = [c.label for c, v in zip(changes, verdicts, strict=True) if is_sure(v) and not is_worse(v)]
    if not (faster or slower):
        return say("No release came with a clear gain or loss")
    gain, loss = listed(faster) if faster else "", listed(slower) if slower else ""
    if not slower:
        return say_of(len(faster), "Release {gain} came with a gain", "Releases {gain} came with a gain", gain=gain)
    if not faster:
        return say_of(len(slower), "Release {loss} came with a loss", "Releases {loss} came with a loss", loss=loss)
    return say(BOTH_WAYS[len(faster) == 1, len(slower) == 1], gain=gain, loss=loss)
