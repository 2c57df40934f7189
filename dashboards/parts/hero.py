"""The head of the review: the period, one sentence, why and what is missing.

Every statement follows from verdicts and states of the published file; none is typed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dashboards.bundle import BundleData, Change
from dashboards.language import capital, say
from dashboards.numbers import count, day, month
from dashboards.parts.freshness import gate_reason, open_work
from dashboards.parts.measure import FEW, FLOW_TIME, Measure, measure, not_reliable
from dashboards.targets import target_words
from dashboards.wording import (
    Sentence,
    Voice,
    change_clause,
    is_better,
    is_sure,
    is_worse,
    read_verdict,
)  # fmt: skip
from metrics.metric import Verdict

BESIDE = {
    (False, True, True): "The gain came with release {release}, {name}, on {day}.",
    (False, True, False): "The gain came with release {release} on {day}.",
    (False, False, True): "The gain likely came with release {release}, {name}, on {day}.",
    (False, False, False): "The gain likely came with release {release} on {day}.",
    (True, True, True): "The loss came with release {release}, {name}, on {day}.",
    (True, True, False): "The loss came with release {release} on {day}.",
    (True, False, True): "The loss likely came with release {release}, {name}, on {day}.",
    (True, False, False): "The loss likely came with release {release} on {day}.",
}
"""A change put beside a release, by whether it is a loss, is sure, and the release has a name: messages."""


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
        return Hero(Sentence(not_reliable()), None, "flat")
    if found.shown is None or (found.now is not None and found.now.n < FEW):
        return Hero(nothing_finished(found, voice), None, "flat")
    shown, clause = found.shown, change_clause(found.change, found.verdict, voice)
    said = {"cases": voice.cases, "finished": voice.finished, "shown": shown, "change": clause}
    words = {
        "p90": say("9 in 10 {cases} {finished} within {shown} — {change}.", **said),
        "p85": say("85 in 100 {cases} {finished} within {shown} — {change}.", **said),
        "p50": say("Half of the {cases} {finished} within {shown} — {change}.", **said),
    }
    average = say("The average time for {cases} was {shown} — {change}.", cases=voice.cases, shown=shown, change=clause)
    text = words.get(found.statistic, average)
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
        text = (
            say("The target of {target} is met.", target=found.target) if hit
            else say("The target of {target} has not been reached.", target=found.target)
        )  # fmt: skip
        said.append(Sentence(text, (found.target,)))
    counted = open_work(data)
    return (*said, *([counted] if counted else []))


def quarter_words(data: BundleData) -> str:
    """'July to September 2026'; both years where it spans two."""
    first, last = data.period.first_on, data.period.until_on - dt.timedelta(days=1)
    start = month(first) if first.year == last.year else f"{month(first)} {first.year}"
    return capital(say("{first} to {last}", first=start, last=f"{month(last)} {last.year}"))


def nothing_finished(found: Measure, voice: Voice) -> Sentence:
    """What to say where there is no flow time: none finished, or too few."""
    if found.now is None or found.now.n == 0:
        return Sentence(say("No {cases} finished in this period.", cases=voice.cases))
    n = count(found.now.n, f"{found.now.origin}/n")
    cases = voice.case if found.now.n == 1 else voice.cases
    message = "Only {n} {cases} with an outcome this quarter: too few to say how long one takes."
    return Sentence(say(message, n=n, cases=cases), (n,))


def _came_with(data: BundleData, found: Measure) -> list[Sentence]:
    """Which release of the quarter the change came with: a sure one before a likely one; or that it came with none."""
    if not (is_better(found.verdict) or is_worse(found.verdict)):
        return []
    is_loss = is_worse(found.verdict)
    same = [change for change in _releases_within(data, found.statistic) if _is_alike(change, found.verdict)]
    if same:
        release = min(same, key=lambda change: not is_sure(read_verdict(change.verdict)))
        return [Sentence(_beside(release, is_loss=is_loss))]
    if not any(data.period.first_on <= release.at.date() < data.period.until_on for release in data.stream.releases):
        return []
    if is_loss:
        return [Sentence(say("The loss did not come with a release of this quarter."))]
    return [Sentence(say("The gain did not come with a release of this quarter."))]


def _beside(release: Change, *, is_loss: bool) -> str:
    assert release.at_on is not None  # releases without a day are left out
    message = BESIDE[is_loss, is_sure(read_verdict(release.verdict)), bool(release.title)]
    return say(
        message, release=release.label, **({"name": release.title} if release.title else {}), day=day(release.at_on)
    )


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
