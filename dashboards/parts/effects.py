"""What each release came with: change, range, sample, verdict, and the same test where nothing happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from dashboards.bundle import BundleData, Change
from dashboards.drawing import draw_bare
from dashboards.figures import effect
from dashboards.language import say, say_of
from dashboards.numbers import Number, axis_text, count, day, scale_of, short_day
from dashboards.numbers import change as change_number
from dashboards.parts.card import Card, ChangeRow, Changes
from dashboards.parts.measure import FLOW_TIME, NOT_RELIABLE, Measure, measure
from dashboards.parts.metric_words import COST, counted_words
from dashboards.wording import (
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
from metrics.metric import DURATIONS, Verdict

_SHOWN = 8
BOTH_WAYS = {
    (True, True): "Release {gain} came with a gain, release {loss} with a loss",
    (True, False): "Release {gain} came with a gain, releases {loss} with a loss",
    (False, True): "Releases {gain} came with a gain, release {loss} with a loss",
    (False, False): "Releases {gain} came with a gain, releases {loss} with a loss",
}
"""What releases came with, by whether one brought a gain and one a loss, or several: messages."""


@dataclass(frozen=True, slots=True)
class EffectCard:
    """The card, newest release first."""

    title: str
    subtitle: str
    changes: Changes

    @property
    def rows(self) -> tuple[ChangeRow, ...]:
        """The releases."""
        return self.changes.rows


def effect_card(data: BundleData, metric: str = FLOW_TIME) -> EffectCard:
    """Effects of the releases up to the end of the quarter on a metric."""
    found = measure(data, metric)
    changes = _releases(data, found)
    if found.is_gated or not changes:
        return EffectCard(*_nothing(found), rows_of([], data, found, Voice.of(data), {}))
    shown, omitted = changes[:_SHOWN], len(changes) - _SHOWN
    checks = {c.label: _placebo(c) for c in data.changes if c.kind == "placebo" and _is_of(c, found)}
    left = "" if omitted <= 0 else say_of(
        omitted, "{n} earlier release is not shown.", "{n} earlier releases are not shown.", n=omitted
    )  # fmt: skip
    voice = Voice.of(data, say("the weeks before"))
    return EffectCard(title_of(shown), _subtitle(found), rows_of(shown, data, found, voice, checks, left))


def release_card(data: BundleData, metric: str) -> Card:
    """The same as a card of a sheet."""
    found = effect_card(data, metric)
    return Card("releases", found.title, found.subtitle, "comparisons", changes=found.changes if found.rows else None)


def rows_of(
    changes: Sequence[Change], data: BundleData, found: Measure, voice: Voice, checks: dict[str, str], omitted: str = ""
) -> Changes:
    """Changes as rows that share one scale; `checks` by label."""
    ends = (v for c in changes if _has_range(c) for v in (c.low, c.high, c.difference) if v is not None)
    extent = max((abs(v) for v in ends), default=1.0) or 1.0
    rows = tuple(_row(c, extent, voice, checks.get(c.label)) for c in changes)
    return Changes(rows, *_sides(found.unit), counted_words(found.metric, Voice.of(data)), omitted)


def title_of(changes: Sequence[Change]) -> str:
    """Which of them came with a gain or a loss."""
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


def _nothing(found: Measure) -> tuple[str, str]:
    """Title and subtitle where no release is compared."""
    hint = say("Releases named in the stream file appear here with what each came with.")
    if found.is_gated:
        return say(NOT_RELIABLE), hint
    if found.metric == COST:
        hint = say("Bills come by the month, and no share of one belongs to a day.")
        return say("Cost is not compared at a release"), hint
    return say("No release to compare in this quarter"), hint


def _subtitle(found: Measure) -> str:
    if found.unit not in DURATIONS:
        return say(
            "Change in {label} against the weeks before each release. "
            "The line is the range it lies in, 95 times of 100.",
            label=uncapital(found.label),
        )
    return say(
        "Change in {label} ({statistic}) against the weeks before each release. "
        "The line is the range it lies in, 95 times of 100.",
        label=uncapital(found.label),
        statistic=quantile_words(found.statistic),
    )


def _sides(unit: str) -> tuple[str, str]:
    if unit in DURATIONS:
        return say("faster"), say("slower")
    if unit in ("share", "ratio", "count"):
        return say("lower"), say("higher")
    return say("cheaper"), say("dearer")


def _is_of(change: Change, found: Measure) -> bool:
    return (change.metric, change.statistic) == (found.metric, found.statistic)


def _releases(data: BundleData, found: Measure) -> list[Change]:
    wanted = [
        c for c in data.changes
        if c.kind == "release" and _is_of(c, found) and (c.at_on is None or c.at_on < data.period.until_on)
    ]  # fmt: skip
    return sorted(wanted, key=lambda c: (str(c.at_on or ""), c.label), reverse=True)


def _has_range(change: Change) -> bool:
    return read_verdict(change.verdict) not in (Verdict.NO_DATA, Verdict.NO_BASELINE, Verdict.TOO_FEW)


def _row(change: Change, extent: float, voice: Voice, check: str | None) -> ChangeRow:
    verdict = read_verdict(change.verdict)
    shape = chip(verdict, change.difference)
    drawing: Markup | None = None
    if _has_range(change) and change.difference is not None:
        figure = effect(change.low, change.high, change.difference, extent, shape.tone)
        drawing = draw_bare(figure, 170, 28, css="range")
    return ChangeRow(
        version=change.label, name=change.title or "", on=short_day(change.at_on) if change.at_on else "",
        sample=None if change.after_n is None else count(change.after_n, f"{change.origin}/after_n"),
        drawing=drawing, chip=shape, sentence=change_sentence(change, verdict, voice), check=check,
        extent=_extent(change),
    )  # fmt: skip


def _extent(found: Change) -> Sentence | None:
    """The range as 'from … to …', with signs; None where none can be defended."""
    if not _has_range(found) or found.low is None or found.high is None:
        return None
    parent = found.after_value if found.after_value is not None else found.difference or found.high
    low, high = (
        _end(change_number(value, found.unit, parent, f"{found.origin}/{name}", signed=True), parent)
        for name, value in (("low", found.low), ("high", found.high))
    )  # fmt: skip
    return Sentence(say("{low} to {high}", low=low.figure, high=high), (low, high))


def _end(shown: Number, parent: float) -> Number:
    """An end under its decimals is 0.0: 'under 0.1' would not say on which side."""
    if not shown.is_under:
        return shown
    return replace(shown, figure=axis_text(0.0, scale_of(parent, shown.unit)).rstrip("%"), is_under=False)


def _placebo(found: Change) -> str:
    verdict = read_verdict(found.verdict)
    word = lowered(say(verdict.value))
    said = (
        say("Same test on {day}, with no release: {verdict}.", day=day(found.at_on), verdict=word) if found.at_on
        else say("Same test, with no release: {verdict}.", verdict=word)
    )  # fmt: skip
    return f"{said} {say('Read this effect with care.')}" if is_sure(verdict) else said
