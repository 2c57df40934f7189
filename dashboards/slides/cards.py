"""A card of a page as a slide: its table without what is drawn, its remarks, and why it is empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dashboards.language import say
from dashboards.parts.card import Card, Cell, Table
from dashboards.slides.slide import Grid, Part, Slide, Words
from dashboards.slides.source import Source
from dashboards.slides.speaking import spoken_notes
from dashboards.value_list import sources_in
from dashboards.wording import Sentence, brief

_LABEL = 80
_SENTENCE = 320


def card_slides(source: Source, stem: str, wanted: Mapping[str, str]) -> Iterator[Slide]:
    """A slide for each of these cards that the page has, by the key of the slide; in the order given."""
    for key, slide in wanted.items():
        card = source.card(stem, key)
        if card is not None:
            yield card_slide(source, stem, slide, card)


def card_slide(source: Source, stem: str, key: str, card: Card) -> Slide:
    """The slide of one card."""
    sources = [card.source, *sources_in(card)]
    return Slide(
        key, card.title, _subtitle(key, card), tuple(parts_of(card)), spoken_notes(source.notes(stem, sources))
    )


def _subtitle(key: str, card: Card) -> str:
    """That of the card, but where it speaks of bars that no slide draws."""
    if key == "stages":
        return say("Half of the failures take less than this; the range is where that lies, 95 times of 100.")
    return card.subtitle


def parts_of(card: Card) -> Iterator[Part]:
    """Table and remarks, or the words that there is nothing."""
    if card.table is None or not card.table.rows:
        yield Words((card.empty,))
    else:
        yield grid_of(card.table)
    if card.remarks:
        yield Words(card.remarks)


def grid_of(table: Table) -> Grid:
    """The table without its drawn columns."""
    kept = [place for place, column in enumerate(table.columns) if not column.is_drawn]
    columns = [table.columns[place] for place in kept]
    return Grid(
        tuple(brief(column.head, _LABEL) for column in columns), tuple(column.is_number for column in columns),
        tuple(tuple(short(row[place]) for place in kept) for row in table.rows),
    )  # fmt: skip


def short(cell: Cell) -> Cell:
    """A cell that fits: sentences of ours are whole, what customers wrote may be any length."""
    if isinstance(cell, str):
        return brief(cell, _SENTENCE)
    if isinstance(cell, Sentence) and not cell.numbers:
        return Sentence(brief(cell.text, _SENTENCE))
    return cell
