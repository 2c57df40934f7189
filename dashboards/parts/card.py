"""Cards of any content: a table or a chart under a title that states the finding.

Knows shapes only; the cell of a table is a number with its origin, a sentence, a verdict, or plain text.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from dashboards.numbers import Number
from dashboards.wording import Chip, Sentence

MOST_ROWS = 60
ROWS_OPEN = 10
"""Rows of a long list that show before the others fold away."""


@dataclass(frozen=True, slots=True)
class Original:
    """A text that stays English whatever the page speaks: a definition that code is held to."""

    original: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in a column of bars: where it begins and how far it goes, in hundredths of the column's width.

    `kind` is a class of the style sheet: work, wait, good, bad or other. `low` and `high` are the ends of a range; None
    where there is none. What it shows stands as a number in the same row, so it is hidden from screen readers.
    """

    kind: str
    start: float
    width: float
    low: float | None = None
    high: float | None = None

    @classmethod
    def of(cls, value: float, most: float, kind: str = "work") -> Bar:
        """From the left edge, to scale where the longest reaches `most`; what is there can be seen, however little."""
        share = value / most * 100 if most > 0 else 0.0
        return cls(kind, 0.0, round(max(share, 0.6), 1) if value > 0 else 0.0)


Cell = Number | Sentence | Chip | Bar | Original | str | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and whether it holds numbers, which stand to the right, or bars or long words in a row."""

    head: str
    is_number: bool = False
    is_drawn: bool = False
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; the first cell of a row is its heading. `omitted` rows were left out, and the page says so.

    With words in `fold` the rows after the first ten fold away under them, so that no long list buries the rest.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    omitted: int = 0
    fold: str = ""

    @property
    def open_rows(self) -> tuple[tuple[Cell, ...], ...]:
        """Rows that show at once."""
        return self.rows[:ROWS_OPEN] if self.fold else self.rows

    @property
    def folded_rows(self) -> tuple[tuple[Cell, ...], ...]:
        """Rows that fold away."""
        return self.rows[ROWS_OPEN:] if self.fold else ()

    @classmethod
    def of(cls, columns: tuple[Column, ...], rows: list[tuple[Cell, ...]], most: int = MOST_ROWS) -> Table:
        """The first rows, and how many more there are."""
        return cls(columns, tuple(rows[:most]), max(0, len(rows) - most))


@dataclass(frozen=True, slots=True)
class Chart:
    """One figure drawn for wide and for narrow screens."""

    wide: Markup
    narrow: Markup


@dataclass(frozen=True, slots=True)
class Panel:
    """One of several small pictures side by side. `drawing` None: nothing to draw; `shown` None: no value to show."""

    label: str
    shown: Number | None
    extent: Sentence | None
    sample: Sentence
    chip: Chip | None
    sentence: Sentence
    drawing: Markup | None


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change, of a release or a roll-out. `drawing` None: no range can be defended; `check` is the empty test.

    `extent` is the range of the drawing in words, for formats that do not draw it.
    """

    version: str
    name: str
    on: str
    sample: Number | None
    drawing: Markup | None
    chip: Chip
    sentence: Sentence
    check: str | None
    extent: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes with their ranges around zero: what left and right mean, what the samples count, what is not shown."""

    rows: tuple[ChangeRow, ...]
    lower: str
    higher: str
    counted: str
    omitted: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A card. `key` names it on its page; `source` is the metric or report its numbers come from, for the footnote.

    Without table, chart, panels and changes, `empty` says why there is nothing to see. A table beside a chart or panels
    says the same, folded away.
    """

    key: str
    title: str
    subtitle: str
    source: str
    table: Table | None = None
    chart: Chart | None = None
    panels: tuple[Panel, ...] = ()
    changes: Changes | None = None
    empty: str = ""
    remarks: tuple[Sentence, ...] = ()
