"""Decks for the tests of slides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from dashboards.bundle import BundleData
from dashboards.language import speaking
from dashboards.pages.view import Page, pages_of
from dashboards.reading import read_bundle
from dashboards.slides.deck import deck_of
from dashboards.slides.slide import Deck
from dashboards.slides.writing import write_deck
from tests.dashboards.builder import QUARTER, STREAM, Published, orders


@dataclass(frozen=True)
class Made:
    """A deck, the pages it was made of, and its file."""

    data: BundleData
    pages: dict[str, tuple[Page, ...]]
    deck: Deck
    content: bytes


Make = Callable[..., Made]


def make_deck(path: Path, published: Published, language: str | None = None, template: Path | None = None) -> Made:
    """The deck of any rows."""
    data = read_bundle(published.write(path / "slides.duckdb"), STREAM, QUARTER, language)
    with speaking(data.language):
        pages = pages_of(data)
        deck = deck_of(data, pages)
        return Made(data, pages, deck, write_deck(deck, template))


@pytest.fixture(scope="package")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The deck of the plausible stream; read only."""
    return make_deck(tmp_path_factory.mktemp("deck"), orders())


@pytest.fixture(scope="package", params=["en", "de"])
def spoken(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The same in each language."""
    return make_deck(tmp_path_factory.mktemp("deck"), orders(), request.param)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """The deck of any rows."""
    return lambda published, language=None, template=None: make_deck(tmp_path, published, language, template)
