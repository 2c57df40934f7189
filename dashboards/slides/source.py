"""What a deck is made of: the contents of the pages of the bundle, found by page and card. No query of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dashboards.bundle import BundleData
from dashboards.pages.full_review import STEM, FullReview
from dashboards.pages.review import Review
from dashboards.pages.sheet import Sheet
from dashboards.pages.view import Page
from dashboards.parts.card import Card
from dashboards.parts.notes import Note


@dataclass(frozen=True)
class Source:
    """The pages of a bundle by their stem, and the data they were made of."""

    data: BundleData
    contents: Mapping[str, object]

    @classmethod
    def of(cls, data: BundleData, pages: Mapping[str, tuple[Page, ...]]) -> Source:
        """The pages as `pages_of` yields them."""
        return cls(data, {page.stem: page.content for found in pages.values() for page in found})

    @property
    def review(self) -> Review:
        """The first page."""
        content = self.contents["index"]
        assert isinstance(content, Review)
        return content

    @property
    def full(self) -> FullReview:
        """The full review."""
        content = self.contents[STEM]
        assert isinstance(content, FullReview)
        return content

    def sheet(self, stem: str) -> Sheet:
        """A page of cards."""
        content = self.contents[stem]
        assert isinstance(content, Sheet)
        return content

    def card(self, stem: str, key: str) -> Card | None:
        """A card of a page; None where the page has none of this name in this quarter."""
        return next((card for card in self._cards(stem) if card.key == key), None)

    def notes(self, stem: str, sources: Iterable[str]) -> list[Note]:
        """The notes of these metrics or tables on a page of cards, or on the full review."""
        page = self.full if stem == STEM else self.sheet(stem)
        wanted = [page.feet[name] for name in dict.fromkeys(sources) if name in page.feet]
        return [note for note in page.notes if note.index in wanted]

    def _cards(self, stem: str) -> list[Card]:
        if stem == STEM:
            return [card for chapter in self.full.chapters for card in chapter.cards]
        return [*self.sheet(stem).cards]
