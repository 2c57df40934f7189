"""Failures and containment: what happened, how far each stage took, how bad, and what it is put down to."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.bundle import BundleData
from dashboards.language import say, say_of
from dashboards.numbers import count, number
from dashboards.pages.sheet import sheet
from dashboards.pages.view import Page, View
from dashboards.parts.card import Card
from dashboards.parts.failure_counts import causes_card, counted, counts_card, severity_card
from dashboards.parts.failure_stages import CONTAINMENT, half_within, stage_of, stages_card
from dashboards.parts.measure import measure
from dashboards.rows.failure_counts import FailureCount
from dashboards.wording import Sentence, Voice, change_sentence

_MATERIAL = 0.05


def pages(data: BundleData) -> Iterator[Page]:
    """One page, always: that nothing failed is worth saying, and so is that nobody tells."""
    now = counted(data)
    cards: list[Card] = []
    if now is not None and (now.detected or now.closed or now.open_at_end):
        cards = [counts_card(data, now), stages_card(data), severity_card(data), causes_card(data, now)]
    else:
        cards = [_nothing(data)]
    yield sheet(data, "failures", say("Failures"), _heading(data, now), cards, _lead(data, now))


def _heading(data: BundleData, now: FailureCount | None) -> Sentence:
    if now is None:
        return Sentence(say("Nothing is known of failures in this quarter"))
    if not now.detected:
        return _none_noticed(now)
    noticed, ended = count(now.detected, f"{now.origin}/detected"), half_within(stage_of(data, CONTAINMENT))
    if ended is None:
        text = say_of(now.detected, "{n} failure was noticed this quarter", "{n} failures were noticed this quarter",
                      n=noticed)  # fmt: skip
        return Sentence(text, (noticed,))
    text = say_of(
        now.detected,
        "{n} failure was noticed this quarter — half of those that ended were back to normal within {time}",
        "{n} failures were noticed this quarter — half of those that ended were back to normal within {time}",
        n=noticed, time=ended,
    )  # fmt: skip
    return Sentence(text, (noticed, ended))


def _none_noticed(now: FailureCount) -> Sentence:
    if not now.open_at_end:
        return Sentence(say("No failure was noticed this quarter"))
    still = count(now.open_at_end, f"{now.origin}/open_at_end")
    text = say_of(now.open_at_end, "No failure was noticed this quarter; {n} is open from before",
                  "No failure was noticed this quarter; {n} are open from before", n=still)  # fmt: skip
    return Sentence(text, (still,))


def _lead(data: BundleData, now: FailureCount | None) -> list[Sentence]:
    if now is None:
        return []
    said = []
    if half_within(stage_of(data, CONTAINMENT)) is not None:
        found = measure(data, "failure_containment_time", "p50")
        said.append(change_sentence(found.change, found.verdict, Voice.of(data)))
    if now.open_at_end and now.detected:
        still = count(now.open_at_end, f"{now.origin}/open_at_end")
        said.append(Sentence(say_of(now.open_at_end, "{n} is still open.", "{n} are still open.", n=still), (still,)))
    return [*said, *_with_open(data)]


def _with_open(data: BundleData) -> list[Sentence]:
    """The same time with the open ones counted, where it differs by more than 5 %."""
    ended, all_of = data.value("failure_containment_time", "p50"), data.value("failure_containment_time_started", "p50")
    if ended is None or all_of is None or not ended.value or all_of.value is None:
        return []
    if abs(all_of.value - ended.value) <= _MATERIAL * ended.value:
        return []
    shown = number(all_of.value, all_of.unit, f"{all_of.origin}/value")
    return [Sentence(say("With those still open counted, half take {time}.", time=shown), (shown,))]


def _nothing(data: BundleData) -> Card:
    rules = bool(data.stream.failures or data.stream.incidents.watch)
    why = (
        say("The rules of the stream file found none, and no service told of any.") if rules
        else say("The stream file names no failure rule and no watch; only failures that services tell of stand here.")
    )  # fmt: skip
    return Card("counts", say("No failure to show"), say("Failures of the quarter."), "failures_by_severity", empty=why)


VIEW = View("failures", 30, pages)
