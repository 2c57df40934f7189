"""What a slide is: a finding, the measure under it, parts to see, and what the speaker can look up.

Shapes only. Cells and points are those of the pages, so each number keeps its raw value, its text and its origin.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dashboards.numbers import Number
from dashboards.parts.card import Bar, Cell, Original
from dashboards.wording import Chip, Sentence

OPENING = "Opening"
FINDING = "Finding"
"""The two layouts that a template has."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `numeric` says which columns stand to the right; `largest` is the largest size of its letters."""

    heads: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[Cell, ...], ...]
    largest: int = 14


@dataclass(frozen=True, slots=True)
class Words:
    """Lines of text under each other."""

    lines: tuple[Sentence | str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A number with its name, its verdict and its sentence. `shown` None is no data."""

    label: str
    shown: Number | None
    chip: Chip
    sentence: Sentence
    target: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts side by side."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A table under its own heading, beside another."""

    heading: str
    subtitle: str
    grid: Grid | None
    lines: tuple[Sentence | str, ...]


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks side by side; nothing takes the numbers of two together."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """A series of a chart with a point a category; None is a gap. `tone` chooses its colour and stroke."""

    name: str
    points: tuple[Number | None, ...]
    tone: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Releases in one week. `label` empty: it is marked and not named, where names would cover each other."""

    place: int
    label: str
    at: Number


@dataclass(frozen=True, slots=True)
class LineChart:
    """Weeks, their values and limits, and marks. `breaks` are the weeks at which limits begin anew."""

    weeks: tuple[dt.date, ...]
    series: tuple[Series, ...]
    marks: tuple[Mark, ...]
    breaks: tuple[int, ...]
    unit: str
    marks_name: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars lying beside each other for each category, in one unit."""

    names: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    brief: str


@dataclass(frozen=True, slots=True)
class BridgeStep:
    """A step of a bridge; `tone` is level, bad, good or freed."""

    name: str
    shown: Number
    tone: str


@dataclass(frozen=True, slots=True)
class BridgeChart:
    """From one level to the next by steps. `names` are the words for each tone."""

    steps: tuple[BridgeStep, ...]
    names: tuple[tuple[str, str], ...]


Part = Grid | Words | Facts | Blocks | LineChart | BarChart | BridgeChart


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide. `notes` are paragraphs of the speaker notes, `spoken` tells a chart to those who do not see it."""

    key: str
    title: str
    subtitle: str
    parts: tuple[Part, ...]
    notes: tuple[Sentence | str, ...]
    layout: str = FINDING
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Deck:
    """All slides in order; `foot` stands on each, `name` is the title of the file."""

    name: str
    foot: str
    language: str
    slides: tuple[Slide, ...]


def words_of(cell: Cell, nothing: str) -> str:
    """A cell as it reads; `nothing` where there is no number."""
    if cell is None:
        return nothing
    if isinstance(cell, Chip):
        return f"{cell.sign} {cell.word}"
    if isinstance(cell, Original):
        return cell.original
    return "" if isinstance(cell, Bar) else str(cell)
