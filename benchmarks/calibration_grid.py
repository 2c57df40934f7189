"""Which simulated worlds are tried: the axes, and the design that meets every pair of their levels.

Knows axes only; runs nothing.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from benchmarks.calibration_world import TAILS, Cell

SIZES = (30, 100, 300, 1_000, 10_000, 100_000)
LENGTHS = (13, 21, 30, 60, 90, 180, 365)
DAY_EFFECTS = ((0.0, 0.0), *product((0.15, 0.25), (0.0, 0.4, 0.6)))
WEEKS = (False, True)
MIDDLE = Cell(1_000, 90, 0.15, 0.4, True, "lognormal 0.8")
SHUFFLE = 20_260_301
_ORDER = 7  # of the orthogonal arrays: a prime, as many levels as the longest axis has


def every_cell() -> list[Cell]:
    """Every combination of the levels of every axis."""
    return [
        Cell(n, days, effect, follows, is_weekly, tail)
        for n, days, (effect, follows), is_weekly, tail in product(SIZES, LENGTHS, DAY_EFFECTS, WEEKS, TAILS)
    ]


def design() -> list[Cell]:
    """The cells that are documented: the departures from the middle, then two orthogonal arrays; each cell once."""
    return list(dict.fromkeys([*departures(), *orthogonal(0), *orthogonal(1)]))


def in_order() -> list[Cell]:
    """Every cell in the order of running: the design, then the rest in a fixed shuffle, the largest last."""
    chosen = design()
    rest = [cell for cell in every_cell() if cell not in set(chosen)]
    place = np.random.default_rng(SHUFFLE).permutation(len(rest))
    ordered = sorted(zip(rest, place, strict=True), key=lambda pair: (pair[0].n == max(SIZES), pair[1]))
    return [*chosen, *(cell for cell, _ in ordered)]


def departures() -> list[Cell]:
    """The middle, and every cell that differs from it in one axis (day effect and its AR are one)."""

    def axes(cell: Cell) -> tuple[object, ...]:
        return cell.n, cell.days, (cell.day_effect, cell.follows), cell.is_weekly, cell.tail

    def differs(cell: Cell) -> int:
        return sum(here != there for here, there in zip(axes(cell), axes(MIDDLE), strict=True))

    return sorted((cell for cell in every_cell() if differs(cell) <= 1), key=differs)


def orthogonal(turn: int) -> list[Cell]:
    """49 cells in which every level of an axis meets every level of every other axis, equally often up to rounding.

    Columns i, j, i + j, i + 2j and i + 3j modulo 7, for the turn 0 (i + 4j, i + 5j and i + 6j for the turn 1), are
    orthogonal: any two hold each of the 49 pairs once. Axes with fewer levels take several of the seven for one.

    Source: Bose & Bush (1952), "Orthogonal arrays of strength two and three".
    """
    cells = []
    for i, j in product(range(_ORDER), repeat=2):
        n, tail, week = ((i + step * j) % _ORDER for step in range(1 + 3 * turn, 4 + 3 * turn))
        size = SIZES[n] if n < len(SIZES) else SIZES[2 + turn]
        cells.append(Cell(size, LENGTHS[i], *DAY_EFFECTS[j], WEEKS[(week + turn) % 2], tuple(TAILS)[(tail + turn) % 3]))
    return cells


def trials_for(cell: Cell, trials: int) -> int:
    """Fewer where a trial costs most; the page says how many each figure rests on."""
    return max(2, trials // {10_000: 2, 100_000: 10}.get(cell.n, 1))
