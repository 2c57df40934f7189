"""Cells and tables as plain values for Typst: each says what it is, and texts stay texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dashboards.language import capital, say
from dashboards.numbers import Number
from dashboards.parts.card import Bar, Cell, Column, Original
from dashboards.printing.pictures import colours, standing_alone
from dashboards.rendering import NO_BREAK, tied
from dashboards.wording import Chip, Sentence

Plain = dict[str, object]
"""A value of JSON with names."""
_LONG = re.compile(r"\S{28,}")
_PIECE = 14
_BREAK = "\u200b"  # a place where a line may end
_WORD = re.compile(f"[ {_BREAK}]")
_LEAST, _DRAWN, _ROOM, _SHORT, _GAP = 4, 18, 60, 13, 2
_LINE = {False: 114, True: 130}  # letters in a line of a table, of a small one


def words(text: str) -> str:
    """A text whose words fit any column: one longer than 27 letters may go on in the next line."""
    return _LONG.sub(lambda found: _BREAK.join(_pieces(found[0])), text)


def cell_of(cell: Cell) -> Plain:
    """A cell as its kind and what it shows."""
    if cell is None:
        return text_cell(say("no data"), "muted")
    if isinstance(cell, Number):
        return text_cell(cell.text.replace(" ", NO_BREAK))
    if isinstance(cell, Sentence):
        return text_cell(tied(cell))
    if isinstance(cell, Chip):
        return chip_of(cell)
    if isinstance(cell, Bar):
        return bar_of(cell)
    return text_cell(cell.original if isinstance(cell, Original) else cell)


def text_cell(text: str, tone: str = "") -> Plain:
    """A text, plain or in a tone: muted, strong, good or bad."""
    return {"kind": "text", "text": words(text), "tone": tone}


def number_cell(number: Number | None, absent: str, tone: str = "") -> Plain:
    """A number, or what is said where there is none."""
    return text_cell(absent, "muted") if number is None else text_cell(number.text.replace(" ", NO_BREAK), tone)


def chip_of(chip: Chip) -> Plain:
    """A verdict."""
    return {"kind": "chip", "sign": chip.sign, "word": chip.word, "tone": chip.tone}


def bar_of(bar: Bar) -> Plain:
    """A bar, in hundredths of its column."""
    name = bar.kind if bar.kind in ("work", "wait", "good", "bad") else "muted"
    return {"kind": "bar", "start": bar.start, "width": bar.width, "low": bar.low, "high": bar.high,
            "colour": colours()[name]}  # fmt: skip


def picture_of(drawing: str, alternative: str = "", width: float | None = None) -> Plain:
    """A drawing: its alternative text, and its width in hundredths of the room, all of it without one.

    One without an alternative is said by the text beside it.
    """
    return {"kind": "picture", "svg": standing_alone(drawing), "alt": alternative, "width": width}


def table_of(
    columns: Sequence[Column], rows: Iterable[Sequence[Plain]], title: str, *, is_small: bool = False
) -> Plain:
    """A table; the first cell of a row is its heading. Each column has room by what stands in it."""
    told = [list(row) for row in rows]
    shares = _shares([_letters(column, [row[at] for row in told]) for at, column in enumerate(columns)], is_small)
    heads = [
        {"head": words(capital(column.head)), "end": column.is_number, "share": share}
        for column, share in zip(columns, shares, strict=True)
    ]
    return {"kind": "table", "title": title, "columns": heads, "rows": told, "small": is_small}


def _letters(column: Column, cells: Sequence[Plain]) -> tuple[int, int]:
    """What a column needs, so that no word is wider than it, and what it could use, so that no line ends early."""
    texts = [text for cell in cells for text in _texts(cell)]
    whole = [text for text in texts if len(text) <= _SHORT]
    pieces = [word for text in (capital(column.head), *texts) for word in _WORD.split(text)]
    need = max(*map(len, (*pieces, *whole, "")), _DRAWN if column.is_drawn else _LEAST)
    return need + _GAP, max(need, min(max(map(len, texts), default=0), _ROOM)) + _GAP


def _shares(letters: Sequence[tuple[int, int]], is_small: bool) -> list[float]:
    """Needs first; what the line has beyond them goes to those that could use it."""
    needed, wanted = (sum(each) for each in zip(*letters, strict=True))
    beyond = max(0.0, _LINE[is_small] - needed)
    part = min(1.0, beyond / (wanted - needed)) if wanted > needed else 0.0
    return [round(need + (want - need) * part, 1) for need, want in letters]


def _texts(cell: Plain) -> list[str]:
    if cell["kind"] == "stack":
        inner = cell["cells"]
        return [text for each in inner for text in _texts(each)] if isinstance(inner, list) else []
    if cell["kind"] == "chip":
        return [f"{cell['sign']}{NO_BREAK}{cell['word']}".replace(" ", NO_BREAK) + NO_BREAK * 2]
    return ["x" * _DRAWN] if cell["kind"] == "picture" else [str(cell.get("text", ""))]


def _pieces(word: str) -> list[str]:
    return [word[at : at + _PIECE] for at in range(0, len(word), _PIECE)]
