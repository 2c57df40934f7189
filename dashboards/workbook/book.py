"""A workbook being written: its sheets, its styles, its bytes. Same calls, same bytes.

Knows XlsxWriter; knows no cost and no word of a review. Texts are written as texts, whatever they look like: nothing
that a customer wrote becomes a formula, a link or a number.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter
from babel import Locale
from babel.numbers import get_currency_precision
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from dashboards.language import locale, say

CREATED = dt.datetime(1980, 1, 1)  # noqa: DTZ001  # a workbook has no clock, and its dates no zone
MOST_LETTERS = 32_000
"""Excel takes 32,767 in a cell."""
_LETTERS = 1.12
"""Letters of our font for each of width."""
_SMALL = 0.8
"""The height of a line of SQL beside that of another text."""
_PRINTED = 46
"""Rows that a printed page takes."""
_INK, _MUTED, _LINE, _HEAD, _INPUT, _BLUE = "#14202B", "#566472", "#DFE4E9", "#ECEFF2", "#FFF4CC", "#0B5CAD"
_BASE: Mapping[str, Any] = {"font_name": "Arial", "font_size": 10, "font_color": _INK, "valign": "top"}
_LINED: Mapping[str, Any] = {"bottom": 1, "bottom_color": _LINE}
_STYLES: Mapping[str, Mapping[str, Any]] = {
    "title": {"font_size": 15, "bold": True, "text_wrap": True},
    "note": {"font_color": _MUTED, "text_wrap": True},
    "lead": {"font_size": 12, "text_wrap": True},
    "block": {"font_size": 12, "bold": True, "font_color": _BLUE},
    "head": {
        "bold": True,
        "align": "left",
        "bg_color": _HEAD,
        "text_wrap": True,
        "valign": "vcenter",
        "indent": 1,
        **_LINED,
    },
    "head of numbers": {
        "bold": True,
        "bg_color": _HEAD,
        "text_wrap": True,
        "valign": "vcenter",
        "align": "right",
        "indent": 1,
        **_LINED,
    },
    "text": {"align": "left", "text_wrap": True, "indent": 1, **_LINED},
    "sql": {"font_name": "Courier New", "font_size": 8, "align": "left", "text_wrap": True, "indent": 1, **_LINED},
    "state": {"align": "left", "text_wrap": True, "bold": True, "indent": 1, **_LINED},
    "number": {"align": "right", "indent": 1, **_LINED},
    "input": {"align": "right", "indent": 1, "bg_color": _INPUT, "border": 1, "border_color": _MUTED, "locked": False},
}


@dataclass(frozen=True, slots=True)
class Formula:
    """A live cell: its text begins with '=' and names cells only; `value` is what it gives as published."""

    text: str
    value: Decimal | float | str


Cell = str | int | float | Decimal | dt.date | Formula | None
Styled = tuple[Cell, str, str]
"""A cell, its style, and its number format."""


class Book:
    """The workbook. Sheets stand in the order in which they are asked for."""

    def __init__(self, title: str, currency: str, password: str | None = None) -> None:
        self.currency = currency
        self._bytes = io.BytesIO()
        self._book = xlsxwriter.Workbook(
            self._bytes,
            {
                "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
                "default_format_properties": {"font_name": "Arial", "font_size": 10},
            },
        )  # fmt: skip
        self._book.set_properties({"title": title, "created": CREATED})
        self._password = password
        self._styles: dict[tuple[str, str, bool], Any] = {}
        self.told: dict[str, str] = {}
        """Where a published number stands, by its origin: the first cell that holds it raw, or as a page says it."""

    def sheet(self, name: str, widths: Sequence[int]) -> Sheet:
        """A new sheet with columns of these widths, in letters. Everything but inputs is protected."""
        made = self._book.add_worksheet(name)
        made.protect(self._password or "", {"format_columns": True, "format_rows": True})
        for place, width in enumerate(widths):
            made.set_column(place, place, width)
        made.hide_gridlines(2)
        made.set_landscape()
        made.set_paper(9)
        made.fit_to_pages(1, 0)
        made.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        made.set_footer("&L&A&R&P / &N")
        return Sheet(self, made, name, tuple(widths))

    def style(self, name: str, shape: str = "", *, strong: bool = False) -> Any:
        """A style with a number format, made once."""
        if (name, shape, strong) not in self._styles:
            told = {**_BASE, **_STYLES[name], **({"num_format": shape} if shape else {})}
            self._styles[name, shape, strong] = self._book.add_format(
                {**told, **({"bold": True, "top": 1, "top_color": _MUTED} if strong else {})}
            )
        return self._styles[name, shape, strong]

    def plain_style(self, **properties: str) -> Any:
        """A style for cells that a condition changes."""
        return self._book.add_format(properties)

    def to_bytes(self) -> bytes:
        """The file; nothing can be written afterwards."""
        self._book.close()
        return self._bytes.getvalue()

    def money(self, decimals: int | None = None, most: int | None = None) -> str:
        """The number format of the currency: as many decimals as it has, or these; up to `most` where there are more.

        The sign stands where the language puts it.
        """
        shown = get_currency_precision(self.currency) if decimals is None else decimals
        places = "0" * shown + "#" * max((most or 0) - shown, 0)
        figure = "#,##0" + (f".{places}" if places else "")
        locale_of = Locale.parse(locale())
        sign = f"[${locale_of.currency_symbols.get(self.currency, self.currency)}]"
        leads = locale_of.currency_formats["standard"].pattern.startswith("\u00a4")
        one = f"{sign}{figure}" if leads else f"{figure} {sign}"
        return f"{one};-{one}"


class Sheet:
    """One sheet, written from the top; `row` is the next one."""

    def __init__(self, book: Book, made: Any, name: str, widths: tuple[int, ...]) -> None:
        self.book, self.name, self.row, self.made = book, name, 0, made
        self._widths = widths
        self._breaks: list[int] = []

    def say(self, text: str, style: str = "note") -> None:
        """A text over the width of the sheet."""
        size = {"title": 1.6, "lead": 1.25}.get(style, 1.05)
        lines = max(1, -(-round(len(text) * size) // max(sum(self._widths), 1)))
        self.made.merge_range(self.row, 0, self.row, len(self._widths) - 1, "", self.book.style(style))
        self.made.write_string(self.row, 0, kept(text), self.book.style(style))
        self.made.set_row(self.row, {"title": 22, "lead": 17}.get(style, 14) * lines)
        self.row += 1

    def head(self, labels: Sequence[str], numbers: Container[int] = (), *, block: str = "") -> None:
        """The heads of columns, below the name of a block; `numbers` are the columns of numbers."""
        if block:
            self.row += 1
            self.made.write_string(self.row, 0, kept(block), self.book.style("block"))
            self.row += 1
        lines = max(-(-len(label) // max(width - 1, 1)) for label, width in zip(labels, self._widths, strict=False))
        self.made.set_row(self.row, 14 * max(lines, 1) + 4)
        for place, label in enumerate(labels):
            style = self.book.style("head of numbers" if place in numbers else "head")
            self.made.write_string(self.row, place, kept(label), style)
        self.row += 1

    def line(self, cells: Sequence[Styled], *, strong: bool = False) -> int:
        """One row of cells; its number. Texts that need more lines than one get them."""
        lines = 1.0
        for place, (cell, style, shape) in enumerate(cells):
            self.put(self.row, place, cell, style, shape, strong=strong)
            if isinstance(cell, str):
                lines = max(lines, self._lines(cell, place) * (_SMALL if style == "sql" else 1))
        if lines > 1:
            self.made.set_row(self.row, min(13.0 * lines, 400))
        self.row += 1
        return self.row - 1

    def keep(self, rows: int) -> None:
        """Begin a new printed page where so many more rows do not fit on this one."""
        begun = self._breaks[-1] if self._breaks else 0
        if self.row + rows - begun > _PRINTED:
            self._breaks.append(self.row)
            self.made.set_h_pagebreaks(self._breaks)

    def _lines(self, text: str, column: int) -> int:
        """How many lines a text takes in a column, as near as letters of one width tell."""
        letters = self._widths[column] * _LETTERS
        return sum(max(1, math.ceil(len(part) / letters)) for part in text.split("\n"))

    def put(self, row: int, column: int, cell: Cell, style: str, shape: str = "", *, strong: bool = False) -> None:
        """One cell."""
        look = self.book.style(style, shape, strong=strong)
        if cell is None:
            self.made.write_blank(row, column, None, look)
        elif isinstance(cell, Formula):
            value = cell.value if isinstance(cell.value, str) else plain(cell.value)
            self.made.write_formula(row, column, cell.text, look, value)
        elif isinstance(cell, str):
            self.made.write_string(row, column, kept(cell), look)
        elif isinstance(cell, dt.date):
            self.made.write_datetime(row, column, dt.datetime.combine(cell, dt.time.min), look)
        else:
            self.made.write_number(row, column, cell, look)

    def tell(self, origin: str, row: int, column: int) -> None:
        """This cell holds the number of this origin."""
        self.book.told.setdefault(origin, f"{self.name}!{xl_rowcol_to_cell(row, column)}")

    def at(self, row: int, column: int) -> str:
        """The address of a cell, for formulas of any sheet."""
        return f"{self._quoted}!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"

    def over(self, first: int, last: int, column: int) -> str:
        """The address of a part of a column, both rows in it."""
        return f"{self._quoted}!{xl_range_abs(first, column, last, column)}"

    def across(self, row: int, first: int, last: int) -> str:
        """The address of a part of a row, both columns in it."""
        return f"{self._quoted}!{xl_range_abs(row, first, row, last)}"

    @property
    def _quoted(self) -> str:
        return "'" + self.name.replace("'", "''") + "'"


def kept(text: str) -> str:
    """As much of a text as a cell holds; it says where it was cut."""
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]} … {say('(cut: a cell holds no more)')}"


def plain(value: Decimal | float) -> float | Decimal:
    """A number as a file holds it: digits, no exponent of ours, 0 without its sign."""
    return value + 0 if isinstance(value, float) else Decimal(f"{value.normalize() + 0:f}")


def quoted(text: str) -> str:
    """One of our own texts within a formula."""
    return '"' + text.replace('"', '""') + '"'
