"""How much room text takes: lines and heights, estimated on the safe side, since no office says what it will do.

Lengths in inches, sizes in points.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from dashboards.parts.card import Cell
from dashboards.slides.slide import Grid, words_of

LEAST = 10
"""Points below which nothing is written."""
_SIZES = (14, 12, 11, LEAST)
_LINE = 1.22 / 72
PAD, SIDE = 0.07, 0.12
"""Inches left free above and below the text of a cell, and at each side of it."""
_FEWEST_ROWS = 3
_WIDEST = 2.4
"""Inches that a word, or the number of a column, is given at most."""
_STRETCH, _NARROWEST, _EVENLY = 1.12, 0.62, 0.6


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


def head_size(size: int) -> int:
    """Heads are smaller than what they stand over."""
    return max(size - 2, LEAST)


def widths_of(grid: Grid, width: float, size: int, nothing: str) -> list[float] | None:
    """Inches of each column: numbers get what the longest needs, words share the rest by how much each column says.

    None where a word would be broken. No wider than its words need, so that numbers stand near what they tell of.
    """
    told = [_texts(grid, place, size, nothing) for place in range(len(grid.heads))]
    least = [min(max(_longest_words(texts)), _WIDEST) + 2 * SIDE for texts in told]
    if sum(least) > width:
        return None
    full = [max(length_of(text, points) for text, points in texts) + 2 * SIDE + 0.05 for texts in told]
    needed = [
        max(own, min(whole, _WIDEST)) if is_number else own
        for own, whole, is_number in zip(least, full, grid.numeric, strict=True)
    ]
    needed = needed if sum(needed) <= width else least
    rest = max(min(width, max(_STRETCH * sum(full), _NARROWEST * width)) - sum(needed), 0.0)
    wanted = [max(whole - own, 0.05) ** _EVENLY for own, whole in zip(needed, full, strict=True)]
    return [own + rest * more / sum(wanted) for own, more in zip(needed, wanted, strict=True)]


def row_heights(grid: Grid, widths: Sequence[float], size: int, nothing: str) -> list[float]:
    """Heights of the head and of each row."""
    inner = [width - 2 * SIDE for width in widths]
    told = [(grid.heads, head_size(size)), *((_row_texts(row, nothing), size) for row in grid.rows)]
    return [
        max(height_of(text, inside, points) for text, inside in zip(texts, inner, strict=True)) + 2 * PAD
        for texts, points in told
    ]


def pages_of(grid: Grid, width: float, height: float, nothing: str) -> Iterator[tuple[Grid, int, list[float]]]:
    """The grid in pieces that fit, each with the size of its letters and its columns: whole where any size fits."""
    size, widths = _chosen(grid, width, height, nothing)
    head, *rows = row_heights(grid, widths, size, nothing)
    at = 0
    while at < len(grid.rows) or at == 0:
        until, used = at, head
        while until < len(rows) and (used + rows[until] <= height or until == at):
            used, until = used + rows[until], until + 1
        if len(rows) - until in range(1, _FEWEST_ROWS) and until - at > 2 * _FEWEST_ROWS:
            until -= _FEWEST_ROWS  # no page of one row
        yield replace(grid, rows=grid.rows[at:until], largest=size), size, widths
        at = max(until, at + 1)


def _chosen(grid: Grid, width: float, height: float, nothing: str) -> tuple[int, list[float]]:
    """The largest size in which all of it fits and no word is broken; else the least, with even columns at worst."""
    sizes = [size for size in _SIZES if size <= grid.largest]
    fitting = [(size, widths) for size in sizes if (widths := widths_of(grid, width, size, nothing)) is not None]
    for size, widths in fitting:
        if sum(row_heights(grid, widths, size, nothing)) <= height:
            return size, widths
    return fitting[-1] if fitting else (LEAST, [width / len(grid.heads)] * len(grid.heads))


def _texts(grid: Grid, place: int, size: int, nothing: str) -> list[tuple[str, int]]:
    """The lines of a column with their sizes."""
    cells = [line for row in grid.rows for line in words_of(row[place], nothing).split("\n")]
    return [(grid.heads[place], head_size(size)), *((text, size) for text in cells)]


def _row_texts(row: Sequence[Cell], nothing: str) -> list[str]:
    return [words_of(cell, nothing) for cell in row]


def _longest_words(texts: Sequence[tuple[str, int]]) -> list[float]:
    return [length_of(word, points) for text, points in texts for word in text.split()] or [0.0]


def _width(letter: str) -> float:
    """Of an em, as Arial has it."""
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.05
    if letter.isupper() or letter in "mwMW%@—…→":
        return 0.72
    if letter in "iljtfrI.,:;|!'()[] ":
        return 0.33
    return 0.55
