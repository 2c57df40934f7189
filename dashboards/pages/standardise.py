"""What to standardise first: the reworks, detours, waits and ways that came with most customer time."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.bundle import BundleData
from dashboards.language import say, say_of
from dashboards.numbers import count, number
from dashboards.pages.sheet import sheet
from dashboards.pages.view import Page, View
from dashboards.parts.accuracy import accuracy_card
from dashboards.parts.card import Card
from dashboards.parts.exception_classes import extra_of, gaps_card, ranking_card, what_of, worst_of
from dashboards.parts.freshness import gate_reason
from dashboards.parts.measure import FEW, NOT_RELIABLE, is_below_gate
from dashboards.parts.wait_causes import waits_card
from dashboards.parts.ways import concentrated, ways_card, whole_days
from dashboards.wording import Sentence


def pages(data: BundleData) -> Iterator[Page]:
    """One page, always; with times only where they can be relied on, and with a ranking only of enough cases."""
    yield sheet(data, "standardise", say("What to standardise"), _heading(data), _cards(data), _lead(data))


def _cards(data: BundleData) -> list[Card]:
    if _is_small(data):
        return [ways_card(data, with_times=False)]
    if is_below_gate(data):
        return [ways_card(data, with_times=False), accuracy_card(data), gaps_card(data)]
    return [
        ranking_card(data),
        waits_card(data),
        ways_card(data, with_times=True),
        accuracy_card(data),
        gaps_card(data),
    ]


def _is_small(data: BundleData) -> bool:
    found = concentrated(data)
    return found is None or found.cases < FEW


def _heading(data: BundleData) -> Sentence:
    found, words = concentrated(data), data.stream.words
    if found is None:
        return Sentence(say("No {cases} finished in this period", cases=words.cases))
    if _is_small(data):
        few = count(found.cases, f"{found.origin}/cases")
        text = say_of(
            found.cases, "Only {n} {case} finished: too few to say what to standardise",
            "Only {n} {cases} finished: too few to say what to standardise", n=few, case=words.case, cases=words.cases,
        )  # fmt: skip
        return Sentence(text, (few,))
    if is_below_gate(data):
        return Sentence(say(NOT_RELIABLE))
    worst = worst_of(data)
    extra = None if worst is None else extra_of(worst)
    if worst is None or extra is None:
        return Sentence(say("No rework and no detour came with more time than the usual way"))
    text = say("{what} came with most time: {time} more than as many other {cases} took",
               what=what_of(worst), time=extra, cases=words.cases)  # fmt: skip
    return Sentence(text, (extra,))


def _lead(data: BundleData) -> list[Sentence]:
    reason = gate_reason(data)
    if reason is not None and not _is_small(data):
        return [reason]
    found = concentrated(data)
    if found is None or _is_small(data) or not whole_days(data):
        return []
    whole = number(whole_days(data), "days", "variants/Σ customer_days")
    completed = count(found.cases, f"{found.origin}/cases")
    together = say("The {n} {cases} that finished took {time} together.", n=completed, cases=data.stream.words.cases,
                   time=whole)  # fmt: skip
    return [Sentence(together, (completed, whole)), Sentence(say("Came with, not caused: try a change to know."))]


VIEW = View("standardise", 50, pages)
