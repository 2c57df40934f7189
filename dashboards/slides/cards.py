"""A card of a page as a slide: its table without what is drawn, its remarks, and why it is empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dashboards.parts.card import Card, Cell, Table
from dashboards.slides.slide import Grid, Part, Slide, Words, words_of
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
    return Slide(key, card.title, card.subtitle, tuple(parts_of(card)), spoken_notes(source.notes(stem, sources)))


def parts_of(card: Card) -> Iterator[Part]:
    """Table and remarks, or the words that there is nothing."""
    if card.table is None or not card.table.rows:
        yield Words((card.empty,))
    else:
        yield grid_of(card.table)
    if card.remarks:
        yield Words(card.remarks)


def grid_of(table: Table) -> Grid:
    """The table without drawn columns; columns are as wide as their words need."""
    kept = [place for place, column in enumerate(table.columns) if not column.is_drawn]
    columns = [table.columns[place] for place in kept]
    rows = tuple(tuple(short(row[place]) for place in kept) for row in table.rows)
    return Grid(
        tuple(brief(column.head, _LABEL) for column in columns),
        tuple(_share(column.head, [row[i] for row in rows], is_number=column.is_number)
              for i, column in enumerate(columns)),
        tuple(column.is_number for column in columns), rows,
    )  # fmt: skip


def short(cell: Cell) -> Cell:
    """A cell that fits: sentences of ours are whole, what customers wrote may be any length."""
    if isinstance(cell, str):
        return brief(cell, _SENTENCE)
    if isinstance(cell, Sentence) and not cell.numbers:
        return Sentence(brief(cell.text, _SENTENCE))
    return cell


def _share(head: str, cells: list[Cell], *, is_number: bool) -> float:
    """How wide: between the average and the longest text, within bounds."""
    lengths = [len(words_of(cell, "")) for cell in cells] or [0]
    typical = max(sum(lengths) / len(lengths), 0.6 * max(lengths), 0.7 * len(head))
    return min(max(typical, 8.0), 18.0 if is_number else 60.0)
