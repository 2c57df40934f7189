"""Which part of a slide is drawn by what, and how much room each takes."""

from __future__ import annotations

from collections.abc import Iterable

from pptx.slide import Slide as Drawn

from dashboards.slides.bar_chart import put_bar_chart
from dashboards.slides.bridge_chart import put_bridge_chart
from dashboards.slides.facts import facts_height, fitting, lines_height, put_facts, put_lines
from dashboards.slides.fit import pages_of, shortened
from dashboards.slides.line_chart import put_line_chart
from dashboards.slides.place import Place
from dashboards.slides.slide import BarChart, Block, Blocks, BridgeChart, Facts, Grid, LineChart, Part, Words
from dashboards.slides.tables import nothing, put_table

GAP = 0.2
"""Inches between parts."""
_COLUMN_GAP = 0.45
_HEADING = 16
_UNDER = 11


def room_of(parts: Iterable[Part], width: float) -> float:
    """Inches that parts with a height of their own take, gaps included; charts and tables take what is left."""
    heights = [lines_height(part.lines, width) for part in parts if isinstance(part, Words)]
    heights += [facts_height(part.facts, width) for part in parts if isinstance(part, Facts)]
    return sum(height + GAP for height in heights)


def put_part(drawn: Drawn, part: Part, place: Place, spoken: str) -> float:
    """Draw one part at the top of a place; how high it is. A grid was cut to fit before."""
    if isinstance(part, Words):
        lines, size = fitting(part.lines, place)
        return put_lines(drawn, lines, place, size)
    if isinstance(part, Facts):
        return put_facts(drawn, part.facts, place)
    if isinstance(part, Grid):
        return _put_grid(drawn, part, place, spoken)
    if isinstance(part, Blocks):
        return _put_blocks(drawn, part, place)
    return _put_chart(drawn, part, place, spoken)


def _put_grid(drawn: Drawn, grid: Grid, place: Place, spoken: str) -> float:
    """As much of a grid as there is room for."""
    piece, size, widths = next(pages_of(grid, place.width, place.height, nothing()))
    return put_table(drawn, piece, size, widths, place, spoken)


def _put_chart(drawn: Drawn, part: LineChart | BarChart | BridgeChart, place: Place, spoken: str) -> float:
    if isinstance(part, LineChart):
        put_line_chart(drawn, part, place, spoken)
    elif isinstance(part, BarChart):
        put_bar_chart(drawn, part, place, spoken)
    else:
        put_bridge_chart(drawn, part, place, spoken)
    return place.height


def _put_blocks(drawn: Drawn, part: Blocks, place: Place) -> float:
    columns = place.columns(max(len(part.blocks), 2), _COLUMN_GAP)
    return max(_put_block(drawn, block, column) for block, column in zip(part.blocks, columns, strict=False))


def _put_block(drawn: Drawn, block: Block, place: Place) -> float:
    heading, under = shortened(block.heading, place.width, _HEADING, 2), shortened(block.subtitle, place.width, 11, 3)
    used = put_lines(drawn, (heading,), place, _HEADING, bold=True)
    used += put_lines(drawn, (under,), place.below(used), _UNDER) + GAP / 2
    if block.grid is not None:
        room = place.below(used)
        later = lines_height(block.lines, place.width, _UNDER)
        fitting = Place(room.left, room.top, room.width, room.height - later)
        used += _put_grid(drawn, block.grid, fitting, f"{block.heading}. {block.subtitle}") + GAP / 2
    if block.lines:
        used += put_lines(drawn, block.lines, place.below(used), _UNDER)
    return used
