"""A page of cards as a test reads it: its cards by key, its tables as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dashboards.bundle import BundleData
from dashboards.pages.sheet import Sheet
from dashboards.pages.view import Page
from dashboards.parts.card import Bar, Card, Cell
from dashboards.wording import Chip


def sheet_of(pages: Callable[[BundleData], Iterable[Page]], data: BundleData) -> Sheet:
    """The one page that a view has for these data."""
    (page,) = pages(data)
    content = page.content
    assert isinstance(content, Sheet)
    return content


def card_of(page: Sheet, key: str) -> Card:
    """One card."""
    return next(card for card in page.cards if card.key == key)


def cells_of(page: Sheet, key: str) -> dict[str, list[str]]:
    """The rows of a card as text, by their first cell; bars left out."""
    table = card_of(page, key).table
    assert table is not None
    found = {text_of(row[0]): [text_of(cell) for cell in row[1:] if not isinstance(cell, Bar)] for row in table.rows}
    assert len(found) == len(table.rows)
    return found


def bars_of(page: Sheet, key: str) -> dict[str, Bar]:
    """The bar of each row that has one."""
    table = card_of(page, key).table
    assert table is not None
    return {text_of(row[0]): cell for row in table.rows for cell in row if isinstance(cell, Bar)}


def text_of(cell: Cell) -> str:
    """A cell as it reads."""
    return cell.word if isinstance(cell, Chip) else "no data" if cell is None else str(cell)
