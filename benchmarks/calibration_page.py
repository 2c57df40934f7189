"""docs/coverage.md and docs/coverage.csv from measured cells: what holds, what misses by how much, what is unknown.

Knows tallies and the bar; runs nothing. Every figure in it was counted; what was not measured is said to be so.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import astuple, fields
from itertools import groupby

from benchmarks.calibration_bar import LEAST, MOST_FALSE, Measured, is_false, is_high, is_low, is_seldom
from benchmarks.calibration_trial import OPEN, OPEN_SHARES, Tally
from benchmarks.calibration_words import (
    AXIS_NOTE,
    BAR,
    BAR_HEAD,
    BORDER,
    FEWEST_PUBLISHED,
    LENGTH_NOTE,
    LIMITS,
    LOWEST_NOTE,
    METHOD,
    RARE_NOTE,
    REST_HEAD,
    SKEW_NOTE,
)
from benchmarks.calibration_world import RARE, TIMED, Cell

LONGEST_LIST = 40
NONE = "–"
Figure = tuple[Cell, str, Tally]
Row = Sequence[object]
AXES: dict[str, Callable[[Cell], str]] = {
    "n": lambda cell: f"{cell.n:,}",
    "days": lambda cell: str(cell.days),
    "day effect, AR": lambda cell: f"{cell.day_effect:g}, {cell.follows:g}",
    "week": lambda cell: "weekly" if cell.is_weekly else "even",
    "tail": lambda cell: cell.tail,
}

GROUPS = {
    "p50, p85, p90": {"p50", "p85", "p90"},
    "mean, ratio, unit cost": {"mean", "ratio", "unit_cost"},
    "shares": {"share", RARE, TIMED},
    **{f"{share:.0%} open": {f"{p}, {share:.0%} {OPEN}" for p in ("p50", "p85", "p90")} for share in OPEN_SHARES},
}
SUMS, CLOSED = GROUPS["mean, ratio, unit cost"], set().union(*list(GROUPS.values())[:3])
AXIS_HEAD = ("axis", "value", *GROUPS, "false changes, all")


def write_page(
    measured: Sequence[Measured], grid: Sequence[Cell], again: Collection[Cell], seed: int, mark: str
) -> str:
    """The page, as Markdown: `grid` should have been measured, `again` was tried twice, `mark` is the code's hash."""
    figures = [(one.cell, name, tally) for one in measured for name, tally in one.tallies.items()]
    pairs, done = sum(one.trials for one in measured), {one.cell for one in measured}
    missing = [cell for cell in grid if cell not in done]
    parts = [
        "# How often the intervals hold the truth",
        "Written by `make calibrate`; do not edit. Every cell and statistic: [coverage.csv](coverage.csv).",
        f"**Measured: {len(measured):,} cells, {pairs:,} pairs of simulated periods, seed {seed}, code {mark}; "
        f"{len(missing)} of the {len(grid)} cells of the design are missing.** {_trials(measured)} Cells "
        "with a figure beyond the bar by anything were tried again, with four times the trials, 500 at least, and "
        f"other draws, and these figures alone are told: {len(again)} cells.",
        METHOD,
        f"## The bar\n\n{BAR}\n\n{_table(BAR_HEAD, _bar_rows(figures))}\n\n{_seldom(figures)}",
        f"## Misses\n\n{_misses(figures)}",
        f"## The border\n\n{BORDER}",
        f"## By axis\n\n{AXIS_NOTE}\n\n{_table(AXIS_HEAD, _axis_rows(figures))}",
        f"## By size and length\n\n{LOWEST_NOTE}\n\n{_lowest(figures)}",
        *_crossings(figures),
        f"## What is in it\n\n{_table(REST_HEAD, _rest(measured))}\n\n{LIMITS}",
    ]
    return "\n\n".join(parts) + "\n"


def write_figures(measured: Sequence[Measured]) -> str:
    """One row per cell and statistic; shares 0–1, widths in true values, empty where nothing can be said."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow([*(f.name for f in fields(Cell)), "trials", "statistic", "published", "coverage", "coverage_error",
                    "coverage80", "withheld_share", "mean_width", "judged", "false_change",
                    "false_change_error"])  # fmt: skip
    for one in measured:
        for name, tally in one.tallies.items():
            shares = (tally.coverage, tally.coverage_error, tally.coverage80, tally.withheld_share, tally.mean_width)
            wrong = (tally.false_change, tally.false_change_error)
            table.writerow([*astuple(one.cell), one.trials, name, tally.published, *map(_short, shares), tally.judged,
                            *map(_short, wrong)])  # fmt: skip
    return out.getvalue()


def pool(tallies: Iterable[Tally]) -> Tally:
    """All counts together."""
    total = Tally()
    for tally in tallies:
        for field in fields(Tally):
            setattr(total, field.name, getattr(total, field.name) + getattr(tally, field.name))
    return total


def _bar_rows(figures: Sequence[Figure]) -> list[Row]:
    rows: list[Row] = []
    names = dict.fromkeys(name for _, name, _ in figures)
    for name in names:
        own = [(cell, tally) for cell, found, tally in figures if found == name]
        total = pool(tally for _, tally in own)
        low, high = sum(is_low(tally) for _, tally in own), sum(is_high(*pair) for pair in own)
        given = sum(tally.published > 0 and not is_seldom(tally) for _, tally in own)
        rows.append((name, given, f"{total.withheld_share:.0%}", _cover(total), _lowest_of(tally for _, tally in own),
                     low, high, _false(total), sum(is_false(tally) for _, tally in own), _eighty(total)))  # fmt: skip
    return rows


def _axis_rows(figures: Sequence[Figure]) -> list[Row]:
    rows: list[Row] = []
    for axis, value_of in AXES.items():
        ordered = sorted(figures, key=_cell)
        for value in dict.fromkeys(value_of(cell) for cell, _, _ in ordered):
            own = [(name, tally) for cell, name, tally in figures if value_of(cell) == value]
            pooled = [pool(tally for name, tally in own if name in group) for group in GROUPS.values()]
            rows.append((axis, value, *(_cover(total) for total in pooled), _false(pool(tally for _, tally in own))))
    return rows


def _lowest(figures: Sequence[Figure]) -> str:
    lengths = sorted({cell.days for cell, _, _ in figures})
    closed = sorted((f for f in figures if "open" not in f[1]), key=lambda f: f[0].n)
    rows: list[Row] = []
    for n, group in groupby(closed, key=lambda figure: figure[0].n):
        own = list(group)
        rows.append((f"{n:,}", *(_lowest_of(t for cell, _, t in own if cell.days == days) for days in lengths)))
    return _table(("n", *(f"{days} days" for days in lengths)), rows)


def _crossings(figures: Sequence[Figure]) -> Iterator[str]:
    for title, note, names, down, across in (
        ("Means, ratios and unit costs by size and tail", SKEW_NOTE, SUMS, "n", "tail"),
        ("All finished work by length and day effect", LENGTH_NOTE, CLOSED, "days", "day effect, AR"),
    ):
        own = [
            (AXES[down](cell), AXES[across](cell), t) for cell, name, t in sorted(figures, key=_cell) if name in names
        ]
        columns, rows = sorted({c for _, c, _ in own}), dict.fromkeys(r for r, _, _ in own)
        pooled = [(r, *(_cover(pool(t for x, y, t in own if (x, y) == (r, c))) for c in columns)) for r in rows]
        yield f"## {title}\n\n{note}\n\n{_table((down, *columns), pooled)}"


def _cell(figure: Figure) -> Cell:
    return figure[0]


def _misses(figures: Sequence[Figure]) -> str:
    low = sorted((f for f in figures if is_low(f[2])), key=lambda f: f[2].held - LEAST * f[2].published)
    high = sorted((f for f in figures if is_high(f[0], f[2])), key=lambda f: -(f[2].coverage or 0))
    wrong = sorted((f for f in figures if is_false(f[2])), key=lambda f: MOST_FALSE * f[2].judged - f[2].firm)
    closed, opened = ([f for f in low if ("open" in f[1]) == is_open] for is_open in (False, True))
    told: list[tuple[str, list[Figure], Callable[[Tally], str]]] = [
        ("Below 93 %, all work finished", closed, _cover),
        ("Below 93 %, with open work", opened, _cover),
        ("Above 98 %", high, _cover),
        ("More than 5 % false changes", wrong, _false),
    ]
    return "\n\n".join(_listed(title, found, shown, len(figures)) for title, found, shown in told)


def _listed(title: str, found: Sequence[Figure], shown: Callable[[Tally], str], of: int) -> str:
    rows = [(name, *_place(cell), shown(tally), f"{tally.withheld_share:.0%}") for cell, name, tally in found]
    more = f" The {LONGEST_LIST} that mislead most often:" if len(rows) > LONGEST_LIST else ""
    says = f"**{title}** by more than two Monte Carlo errors: {len(rows)} of {of:,} figures.{more}"
    return f"{says}\n\n{_table(('statistic', *AXES, 'found', 'withheld'), rows[:LONGEST_LIST])}" if rows else says


def _place(cell: Cell) -> list[str]:
    return [value_of(cell) for value_of in AXES.values()]


def _rest(measured: Sequence[Measured]) -> list[Row]:
    cells = sorted(one.cell for one in measured)
    return [
        (axis, value, sum(value_of(cell) == value for cell in cells))
        for axis, value_of in AXES.items()
        for value in dict.fromkeys(value_of(cell) for cell in cells)
    ]


def _seldom(figures: Sequence[Figure]) -> str:
    found = [tally for _, _, tally in figures if is_seldom(tally)]
    total = pool(found)
    return RARE_NOTE.format(figures=len(found), given=total.published, of=total.published + total.withheld,
                            covered=_cover(total))  # fmt: skip


def _trials(measured: Sequence[Measured]) -> str:
    counts = sorted({(one.cell.n, one.trials) for one in measured})
    told = [f"{trials:,} at n = {n:,}" for n, trials in counts]
    return f"Pairs a cell: {'; '.join(told) or 'none'}. A pair is two periods, so twice as many intervals."


def _lowest_of(tallies: Iterable[Tally]) -> str:
    found = [
        (t.coverage, t)
        for t in tallies
        if t.coverage is not None and t.published >= FEWEST_PUBLISHED and not is_seldom(t)
    ]
    return _cover(min(found, key=lambda pair: pair[0])[1]) if found else NONE


def _cover(tally: Tally) -> str:
    if tally.coverage is None:
        return NONE
    return f"{tally.coverage:.1%} ± {tally.coverage_error:.1%}"


def _false(tally: Tally) -> str:
    if tally.false_change is None:
        return NONE
    return f"{tally.false_change:.1%} ± {tally.false_change_error:.1%}"


def _eighty(tally: Tally) -> str:
    return NONE if tally.coverage80 is None else f"{tally.coverage80:.1%}"


def _short(number: float | None) -> str:
    return "" if number is None else f"{number:.4f}"


def _table(head: Sequence[str], rows: Sequence[Row]) -> str:
    lines = [f"| {' | '.join(head)} |", "|---|" + "---:|" * (len(head) - 1)]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)])
