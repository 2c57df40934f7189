"""The bar: which measured figures miss it, and by more than chance.

Knows tallies and the bar; runs nothing, and writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.calibration_trial import Tally
from benchmarks.calibration_world import Cell

LEAST, MOST, MOST_FALSE = 0.93, 0.98, 0.05
MOST_FROM_N, MOST_FROM_DAYS = 300, 60
SURE = 2.0  # Monte Carlo errors beyond the bar before a figure is called a miss
SUSPECT = 0.0  # any figure beyond the bar, by however little, has its cell tried again
RAREST = 0.1
"""The share of periods with an interval below which a cell's figure is told only pooled."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One cell with its tallies by name, from `trials` pairs of periods."""

    cell: Cell
    trials: int
    tallies: dict[str, Tally]


def is_seldom(tally: Tally) -> bool:
    """Did so few periods get an interval that those which did are the quick draws?"""
    return 0 < tally.published < RAREST * (tally.published + tally.withheld)


def is_suspect(measured: Measured) -> bool:
    """Does any figure of the cell look like a miss, by however little?"""
    cell, tallies = measured.cell, measured.tallies.values()
    return any(is_low(one, SUSPECT) or is_high(cell, one, SUSPECT) or is_false(one, SUSPECT) for one in tallies)


def is_low(tally: Tally, errors: float = SURE) -> bool:
    """Below 93 % by more than the Monte Carlo error allows."""
    found, error = tally.coverage, tally.coverage_error
    return not is_seldom(tally) and found is not None and error is not None and found + errors * error < LEAST


def is_high(cell: Cell, tally: Tally, errors: float = SURE) -> bool:
    """Above 98 % by more than the error allows, where there is data enough to be narrower."""
    found, error = tally.coverage, tally.coverage_error
    is_rich = cell.n >= MOST_FROM_N and cell.days >= MOST_FROM_DAYS
    return (
        is_rich and not is_seldom(tally) and found is not None and error is not None and found - errors * error > MOST
    )


def is_false(tally: Tally, errors: float = SURE) -> bool:
    """More than 5 % false changes by more than the error allows."""
    found, error = tally.false_change, tally.false_change_error
    # One pair says nothing: it is wrong in 5 % of trials where the bar is just met.
    return tally.judged > 1 and found is not None and error is not None and found - errors * error > MOST_FALSE
