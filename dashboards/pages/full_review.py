"""The full review: everything that is brought to a quarterly operating review, on one page, in a fixed order.

It repeats what the other pages say, from the same parts, so that it can be read from front to back, and printed. A
chapter without content says so: one that is missing would hide that nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.pages import benefits, unit_cost
from dashboards.pages.review import Review, build_review
from dashboards.pages.view import Page, View
from dashboards.parts.accuracy import accuracy_card
from dashboards.parts.benefit_claims import cash_card, claims_of
from dashboards.parts.card import Card
from dashboards.parts.closing import closed_card, restated_card
from dashboards.parts.decisions import asked_card, asked_sentence, earlier_card, risks_card
from dashboards.parts.definition_changes import definitions_card
from dashboards.parts.failure_counts import counted
from dashboards.parts.failure_stages import stages_card
from dashboards.parts.freed_hours import freed_card
from dashboards.parts.gaps import gaps_card
from dashboards.parts.measure import metrics_of
from dashboards.parts.notes import notes, notes_of
from dashboards.parts.promises import promises_card
from dashboards.parts.rate_cards import rate_card
from dashboards.parts.results import results_card
from dashboards.parts.tiles import three_of
from dashboards.value_list import sources_in

STEM = "full-review"
TEMPLATE = "full_review.html.j2"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: its title, the part of the first page it repeats, if any, and cards."""

    key: str
    title: str
    part: str = ""
    cards: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True)
class FullReview(Review):
    """What the first page holds, three of its results, the chapters, and a note for everything in them."""

    chapters: tuple[Chapter, ...]


def build_full_review(data: BundleData) -> FullReview:
    """The page of one stream and quarter; the first notes are those of the metrics, in the order of the first page."""
    review, chapters = build_review(data), tuple(_chapters(data))
    known, told = metrics_of(data), notes(data)
    named = [card.source for chapter in chapters for card in chapter.cards if card.source]
    sources = list(dict.fromkeys([*named, *sources_in((review.map, review.run.limits, chapters))]))
    further = [source for source in sources if source not in known]
    first = {field.name: getattr(review, field.name) for field in fields(review)}
    return FullReview(**first | {
        "tiles": tuple(three_of(review.tiles[1:])), "chapters": chapters,
        "lead": (*review.lead, asked_sentence(data)), "money": (), "decisions": (),  # they stand in the chapters
        "feet": {source: number for number, source in enumerate([*known, *further], 1)},
        "notes": (*told, *notes_of(data, further, first=len(told) + 1)),
    })  # fmt: skip


def _chapters(data: BundleData) -> Iterator[Chapter]:
    """The chapters in the order they are spoken of."""
    yield Chapter("scorecard", say("Scorecard"), "scorecard")
    yield Chapter("course", say("Course"), "run")
    yield Chapter("releases", say("Releases"), "effects")
    yield Chapter("time", say("Where time goes"), "map")
    yield _chapter("quality", say("Quality and failures"), results_card(data), stages_of(data), accuracy_card(data))
    yield _chapter("cost", say("Cost"), *unit_cost.told_cards(data), freed_card(data), cash_of(data))
    yield _chapter("benefits", say("Benefits: claimed, validated, booked"), *benefits.claim_cards(data))
    yield _chapter("promises", say("Promises and error budgets"), promises_card(data))
    yield _chapter("risks", say("Risks and gaps of the data"), risks_card(data), gaps_card(data))
    yield _chapter("decisions", say("Decisions"), asked_card(data), earlier_card(data))
    yield _chapter(
        "appendix", say("Appendix"), definitions_card(data), rate_card(data), restated_card(data), closed_card(data)
    )


def _chapter(key: str, title: str, *cards: Card | None) -> Chapter:
    return Chapter(key, title, cards=tuple(card for card in cards if card is not None))


def stages_of(data: BundleData) -> Card | None:
    """How far each stage took; None in a quarter without failures."""
    return None if counted(data) is None else stages_card(data)


def cash_of(data: BundleData) -> Card | None:
    """What each cash claim leaves; None where nothing is claimed."""
    return cash_card(data) if claims_of(data) else None


def pages(data: BundleData) -> Iterator[Page]:
    """One page, always."""
    yield Page(STEM, say("Full review"), TEMPLATE, build_full_review(data))


VIEW = View("full_review", 5, pages)
"""The page that is printed."""
