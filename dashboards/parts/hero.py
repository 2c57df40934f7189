"""The head of the review: the period, one sentence, why and what is missing.

Every statement follows from verdicts and states of the published file; none is typed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dashboards.bundle import BundleData, Change
from dashboards.numbers import count, day, month
from dashboards.parts.freshness import gate_reason, open_work
from dashboards.parts.measure import FEW, FLOW_TIME, NOT_RELIABLE, Measure, measure
from dashboards.wording import (
    Sentence,
    Voice,
    capital,
    change_clause,
    is_better,
    is_sure,
    is_worse,
    read_verdict,
    target_words,
)  # fmt: skip
from metrics.metric import Verdict


@dataclass(frozen=True, slots=True)
class Hero:
    """The one sentence; `strong` is the number to set apart, None when there is none."""

    sentence: Sentence
    strong: str | None
    tone: str


def hero(data: BundleData) -> Hero:
    """The sentence of the headline metric, correct for every verdict and state."""
    found, voice = measure(data, FLOW_TIME), Voice.of(data)
    if found.is_gated:
        return Hero(Sentence(f"{NOT_RELIABLE}."), None, "flat")
    if found.shown is None or (found.now is not None and found.now.n < FEW):
        return Hero(nothing_finished(found, voice), None, "flat")
    start, shown = within_words(found, voice), found.shown
    clause = change_clause(found.change, found.verdict, voice)
    text = f"{start} {shown} — {clause}."
    return Hero(Sentence(text, (shown, *clause.numbers)), shown.text, found.chip.tone)


def lead(data: BundleData) -> tuple[Sentence, ...]:
    """Why, and what is missing: the releases it came with, the target, open work."""
    reason = gate_reason(data)
    if reason:
        return (reason,)
    found = measure(data, FLOW_TIME)
    said = [*_came_with(data, found)]
    if found.target is not None and found.shown is not None:
        hit = target_words(found.target, found.shown, lower_is_better=True)[0] == "hit"
        verb = "is met" if hit else "has not been reached"
        said.append(Sentence(f"The target of {found.target} {verb}.", (found.target,)))
    counted = open_work(data)
    return (*said, *([counted] if counted else []))


def quarter_words(data: BundleData) -> str:
    """'July to September 2026'; both years where it spans two."""
    first, last = data.period.first_on, data.period.until_on - dt.timedelta(days=1)
    start = month(first) if first.year == last.year else f"{month(first)} {first.year}"
    return capital(f"{start} to {month(last)} {last.year}")


def within_words(found: Measure, voice: Voice) -> str:
    """'9 in 10 orders delivered within', for the statistic at hand."""
    who = {"p90": f"9 in 10 {voice.cases}", "p85": f"85 in 100 {voice.cases}", "p50": f"Half of the {voice.cases}"}
    if found.statistic in who:
        return f"{who[found.statistic]} {voice.finished} within"
    return f"The average time for {voice.cases} was"


def nothing_finished(found: Measure, voice: Voice) -> Sentence:
    """What to say where there is no flow time: none finished, or too few."""
    if found.now is None or found.now.n == 0:
        return Sentence(f"No {voice.cases} finished in this period.")
    n = count(found.now.n, f"{found.now.origin}/n")
    noun = voice.case if found.now.n == 1 else voice.cases
    return Sentence(f"Only {n} {noun} with an outcome this quarter: too few to say how long one takes.", (n,))


def _came_with(data: BundleData, found: Measure) -> list[Sentence]:
    """Which release of the quarter the change came with: a sure one before a likely one; or that it came with none."""
    if not (is_better(found.verdict) or is_worse(found.verdict)):
        return []
    what = "loss" if is_worse(found.verdict) else "gain"
    same = [change for change in _releases_within(data, found.statistic) if _is_alike(change, found.verdict)]
    for change in sorted(same, key=lambda change: not is_sure(read_verdict(change.verdict))):
        name = f", {change.title}," if change.title else ""
        came = "came" if is_sure(read_verdict(change.verdict)) else "likely came"
        return [Sentence(f"The {what} {came} with release {change.label}{name} on {day(_at_on(change))}.")]
    if not any(data.period.first_on <= release.at.date() < data.period.until_on for release in data.stream.releases):
        return []
    return [Sentence(f"The {what} did not come with a release of this quarter.")]


def _releases_within(data: BundleData, statistic: str) -> list[Change]:
    return [
        change for change in data.changes
        if change.kind == "release" and (change.metric, change.statistic) == (FLOW_TIME, statistic)
        and change.at_on is not None and data.period.first_on <= change.at_on < data.period.until_on
    ]  # fmt: skip


def _is_alike(change: Change, verdict: Verdict) -> bool:
    """Did the release change the number the same way?"""
    own = read_verdict(change.verdict)
    return (is_worse(own), is_better(own)) == (is_worse(verdict), is_better(verdict))


def _at_on(change: Change) -> dt.date:
    assert change.at_on is not None  # releases without a day are left out
    return change.at_on
