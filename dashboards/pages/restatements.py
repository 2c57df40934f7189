"""Restatements: which quarters are closed, and which of their numbers would be other ones now, by how much and why."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.bundle import BundleData
from dashboards.language import say, say_of
from dashboards.numbers import count, day
from dashboards.pages.sheet import sheet
from dashboards.pages.view import Page, View
from dashboards.parts.closing import closed_card, closed_here, restated_card
from dashboards.wording import Sentence


def pages(data: BundleData) -> Iterator[Page]:
    """One page, always: that nothing is closed is worth knowing."""
    cards = [restated_card(data), closed_card(data)]
    yield sheet(data, "restatements", say("Restatements"), _heading(data), cards, _lead(data))


def _heading(data: BundleData) -> Sentence:
    told = closed_here(data)
    if told is None:
        return Sentence(say("This quarter is not closed: its numbers may still change"))
    if not told.restated:
        return Sentence(say("This quarter is closed, and no number of it is restated"))
    shown = count(told.restated, f"{told.origin}/restated")
    text = say_of(told.restated, "This quarter is closed; {n} of its numbers would be another one now",
                  "This quarter is closed; {n} of its numbers would be others now", n=shown)  # fmt: skip
    return Sentence(text, (shown,))


def _lead(data: BundleData) -> list[Sentence]:
    told = closed_here(data)
    if told is None:
        return []
    parts = {"day": day(told.closed_at.date(), year=True), "name": told.closed_by}
    closed = say("Closed on {day} by {name}.", **parts) if told.closed_by else say("Closed on {day}.", **parts)
    shown = count(told.numbers, f"{told.origin}/numbers")
    kept = Sentence(say("All {n} numbers are published as they were closed.", n=shown), (shown,))
    return [Sentence(closed), kept]


VIEW = View("restatements", 70, pages)
