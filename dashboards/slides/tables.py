"""Tables on slides: native ones, ruled by thin lines, numbers to the right, verdicts with colour and sign."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.slide import Slide as Drawn
from pptx.table import _Cell
from pptx.util import Inches

from dashboards.language import say
from dashboards.parts.card import Cell
from dashboards.slides.fit import PAD, SIDE, head_size, row_heights
from dashboards.slides.look import INK, MUTED, TONES
from dashboards.slides.place import Place
from dashboards.slides.slide import Grid, words_of
from dashboards.slides.texts import describe, write
from dashboards.wording import Chip

_PLAIN = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
_RULE = (
    '<a:lnB xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" w="{width}"><a:solidFill>'
    '<a:schemeClr val="accent5"/></a:solidFill></a:lnB>'
)


def nothing() -> str:
    """What stands where there is no number."""
    return say("no data")


def put_table(drawn: Drawn, grid: Grid, size: int, widths: Sequence[float], place: Place, spoken: str) -> float:
    """Draw a grid with columns of these inches at the top of a place; how high it is, about."""
    heights = row_heights(grid, widths, size, nothing())
    frame = drawn.shapes.add_table(
        len(grid.rows) + 1, len(grid.heads), *Place(place.left, place.top, sum(widths), sum(heights)).emu()
    )
    describe(frame, "Table", spoken)
    table = frame.table
    table._tbl.tblPr.find(".//{*}tableStyleId").text = _PLAIN
    table.horz_banding = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Inches(width)
    for row, height in zip(table.rows, heights, strict=True):
        row.height = Inches(height)
    for number, head in enumerate(grid.heads):
        _fill(table.cell(0, number), head, head_size(size), is_head=True, is_number=grid.numeric[number])
    for line, row in enumerate(grid.rows, 1):
        for number, cell in enumerate(row):
            _fill(table.cell(line, number), cell, size, is_first=number == 0, is_number=grid.numeric[number])
    return sum(heights)


def _fill(
    drawn: _Cell, cell: Cell, size: int, *, is_head: bool = False, is_first: bool = False, is_number: bool = False
) -> None:
    drawn.margin_left = drawn.margin_right = Inches(SIDE)
    drawn.margin_top = drawn.margin_bottom = Inches(PAD)
    drawn.vertical_anchor = MSO_ANCHOR.BOTTOM if is_head else MSO_ANCHOR.TOP
    colour = TONES[cell.tone] if isinstance(cell, Chip) else MUTED if is_head or cell is None else INK
    write(
        drawn.text_frame, words_of(cell, nothing()), size=size, colour=colour,
        bold=is_head or is_first or isinstance(cell, Chip), align=PP_ALIGN.RIGHT if is_number else PP_ALIGN.LEFT,
    )  # fmt: skip
    properties = drawn._tc.get_or_add_tcPr()
    properties.insert(0, etree.fromstring(_RULE.format(width=12700 if is_head else 6350)))
