"""Numbers of several streams on one page: each origin begins with the name of its stream."""

from __future__ import annotations

from dataclasses import replace

from dashboards.numbers import Number
from dashboards.parts.card import Cell
from dashboards.wording import Sentence


def named(cell: Cell, stream: str) -> Cell:
    """The cell with the stream in the origin of each of its numbers."""
    if isinstance(cell, Number):
        return replace(cell, origin=f"{stream}: {cell.origin}")
    if isinstance(cell, Sentence):
        told = tuple(replace(shown, origin=f"{stream}: {shown.origin}") for shown in cell.numbers)
        return replace(cell, numbers=told)
    return cell
