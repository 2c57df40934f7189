"""A page made of cards: one sentence, why and what is missing, the cards, and a technical note for each source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashboards.bundle import BundleData
from dashboards.pages.view import Page
from dashboards.parts.card import Card
from dashboards.parts.freshness import Freshness, freshness
from dashboards.parts.hero import quarter_words
from dashboards.parts.notes import Note, Quality, lineage, notes_of, quality
from dashboards.value_list import sources_in
from dashboards.wording import Sentence

TEMPLATE = "sheet.html.j2"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the template needs. `feet` leads from a card's source to the number of its note."""

    stream: str
    name: str
    period: str
    key: str
    heading: Sentence
    lead: tuple[Sentence, ...]
    freshness: Freshness
    cards: tuple[Card, ...]
    feet: dict[str, int]
    quality: Quality
    notes: tuple[Note, ...]
    lineage: str


def sheet(
    data: BundleData, stem: str, title: str, heading: Sentence, cards: Iterable[Card], lead: Iterable[Sentence] = ()
) -> Page:
    """A page of cards, with a note for every metric or report that they draw on, or any of their numbers, in order."""
    shown, said = tuple(cards), tuple(lead)
    named = [card.source for card in shown if card.source]
    sources = list(dict.fromkeys([*named, *sources_in((heading, said, shown))]))
    content = Sheet(
        stream=data.state.stream, name=data.state.name, period=quarter_words(data), key=data.period.key,
        heading=heading, lead=said, freshness=freshness(data), cards=shown,
        feet={source: number for number, source in enumerate(sources, 1)}, quality=quality(data),
        notes=notes_of(data, sources), lineage=lineage(data),
    )  # fmt: skip
    return Page(stem, title, TEMPLATE, content)
