"""The deck: every slide of the review, as it is read. A part without content says so on its slide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.pages.full_review import STEM
from dashboards.pages.view import Page
from dashboards.slides.appendix import appendix_slide
from dashboards.slides.benefit_blocks import benefit_slides
from dashboards.slides.bridge import bridge_slide, bridge_table
from dashboards.slides.cards import card_slides
from dashboards.slides.course import course_slide
from dashboards.slides.gaps import gaps_slide
from dashboards.slides.opening import opening_slide
from dashboards.slides.releases import release_slide
from dashboards.slides.score import quality_slide, score_slide
from dashboards.slides.slide import Deck, Slide
from dashboards.slides.source import Source
from dashboards.slides.waits import waits_slide


def deck_of(data: BundleData, pages: Mapping[str, tuple[Page, ...]]) -> Deck:
    """The slides of the pages of a bundle, in the language spoken."""
    source = Source.of(data, pages)
    review = source.review
    foot = say("Operating review {period}", period=review.key)
    return Deck(
        f"{review.name}: {say('operating review')}, {review.period}", f"{review.name} · {foot} · {review.lineage}",
        data.language, tuple(_slides(source)),
    )  # fmt: skip


def _slides(source: Source) -> Iterator[Slide]:
    yield opening_slide(source)
    yield score_slide(source)
    yield course_slide(source)
    yield release_slide(source)
    yield waits_slide(source)
    yield quality_slide(source)
    yield from card_slides(source, "standardise", {"accuracy": "refused"})
    yield from card_slides(source, "failures", {"counts": "failures", "stages": "stages"})
    yield bridge_slide(source)
    table = bridge_table(source)
    if table is not None:
        yield table
    yield from benefit_slides(source)
    yield from card_slides(source, "open-work", {"promises": "promises"})
    yield from card_slides(source, STEM, {"risks": "risks"})
    yield gaps_slide(source)
    yield from card_slides(source, STEM, {"asked": "decisions", "earlier": "decisions-earlier"})
    yield from card_slides(source, "restatements", {"restated": "restated", "closed": "closed"})
    yield appendix_slide(source)
