"""How much room text takes: lines and heights, estimated on the safe side, since no office says what it will do.

Lengths in inches, sizes in points.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from dashboards.slides.slide import Grid, words_of

LEAST = 10
"""Points below which nothing is written."""
_SIZES = (12, 11, LEAST)
_LINE = 1.22 / 72
PAD = 0.07
"""Inches left free at each side of a cell, and above and below its text."""
_FEWEST_ROWS = 3


def lines_of(text: str, width: float, size: float) -> int:
    """Lines that a text takes in a width; words longer than a line are broken."""
    total = 0
    for paragraph in text.split("\n"):
        lines, used = 1, 0.0
        for word in paragraph.split(" "):
            length = length_of(word, size)
            if used and used + length > width:
                lines, used = lines + 1, 0.0
            while length > width:
                lines, length = lines + 1, length - width
            used += length + 0.28 * size / 72
        total += lines
    return total


def length_of(text: str, size: float) -> float:
    """About how long a text is on one line."""
    return sum(map(_width, text)) * size / 72


def height_of(text: str, width: float, size: float) -> float:
    """About how high a paragraph is."""
    return lines_of(text, width, size) * size * _LINE


def shortened(text: str, width: float, size: float, lines: int) -> str:
    """The text, cut so that it takes no more lines."""
    while lines_of(text, width, size) > lines:
        text = text[: int(len(text) * 0.9)].rstrip().rstrip("…") + "…"
    return text


def size_for(text: str, width: float, sizes: Sequence[int], lines: int) -> int:
    """The first size in which a text takes no more lines, else the last."""
    return next((size for size in sizes if lines_of(text, width, size) <= lines), sizes[-1])


def row_heights(grid: Grid, width: float, size: float, nothing: str) -> list[float]:
    """Heights of the head and of each row."""
    shares = sum(grid.widths)
    inner = [width * share / shares - 2 * PAD for share in grid.widths]
    told = [list(grid.heads), *([words_of(cell, nothing) for cell in row] for row in grid.rows)]
    return [
        max(height_of(text, inside, size) for text, inside in zip(row, inner, strict=True)) + 2 * PAD for row in told
    ]


def pages_of(grid: Grid, width: float, height: float, nothing: str) -> Iterator[tuple[Grid, int]]:
    """The grid in pieces that fit, each with the size of its letters: whole where it fits in any size."""
    size = next((s for s in _SIZES if sum(row_heights(grid, width, s, nothing)) <= height), LEAST)
    head, *rows = row_heights(grid, width, size, nothing)
    at = 0
    while at < len(grid.rows) or at == 0:
        until, used = at, head
        while until < len(rows) and (used + rows[until] <= height or until == at):
            used, until = used + rows[until], until + 1
        if len(rows) - until in range(1, _FEWEST_ROWS) and until - at > 2 * _FEWEST_ROWS:
            until -= _FEWEST_ROWS  # no page of one row
        yield replace(grid, rows=grid.rows[at:until]), size
        at = max(until, at + 1)


def _width(letter: str) -> float:
    """Of an em, as Arial has it."""
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.05
    if letter.isupper() or letter in "mwMW%@—…→":
        return 0.75
    if letter in "iljtfrI.,:;|!'()[] ":
        return 0.33
    return 0.56
