"""The records every metric is made of, and the shapes that flow: Observations → Summary → Difference."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Better(StrEnum):
    """Which direction is good for the customer."""

    LOWER = "lower"
    HIGHER = "higher"


class Statistic(StrEnum):
    """How observations become one value: p50, p85, p90, mean of durations; share, ratio, unit_cost as Σamount/Σbase."""

    P50 = "p50"
    P85 = "p85"
    P90 = "p90"
    MEAN = "mean"
    SHARE = "share"
    RATIO = "ratio"
    UNIT_COST = "unit_cost"
    COUNT = "count"


class Reading(StrEnum):
    """Which day dates an observation, hence which period it belongs to."""

    FINISHED = "finished in the period"
    STARTED = "started in the period"
    HAPPENED = "happened in the period"


DURATIONS = ("days", "working_days")
"""The units of time: days of 24 hours, and working days of a calendar."""


@dataclass(frozen=True, slots=True)
class Maturing:
    """How the value of a period still moves after it was first published: it may still `fall` or `rise`.

    The SQL yields `days INTEGER, is_seen BOOLEAN`, a row for each case that can still move it: whole days from what
    dates the case to what moved it (rounded up), or to the newest event (rounded down) where nothing did yet.
    Parameters $stream and $newest_at, which is UTC.
    """

    still: str
    sql: str


@dataclass(frozen=True, slots=True)
class Metric:
    """One number of the catalogue. Its SQL reads contract tables only and yields one row per subject.

    The SQL yields `subject, observed_on DATE, amount DOUBLE, base DOUBLE, complete BOOLEAN` and the named dimensions;
    the parameter `$stream` picks the stream, `$as_of` (where used) is the instant of looking. `unit` is `days`,
    `working_days`, `share` (0–1), `ratio`, `currency` or `count`.
    `unless_split` (dimension, value): only rows of that value count, unless the dimension itself is asked for.
    `bounded_by` names what is unknown where the SQL also yields `least_amount`, `least_base`, `most_amount` and
    `most_base`: what amount and base would be where the unknown makes the value least, and most.
    `maturing` says how long the value of a period still moves; None where nothing moves it.
    `told_by` (section, reason): a section of the stream file without which there is no data, for that reason.
    """

    key: str
    version: str
    label: str
    sentence: str
    unit: str
    better: Better
    reading: Reading
    statistics: tuple[Statistic, ...]
    needs: tuple[str, ...]
    sql: str
    dimensions: tuple[str, ...] = ()
    unless_split: tuple[str, str] | None = None
    bounded_by: str | None = None
    maturing: Maturing | None = None
    told_by: tuple[str, str] | None = None

    @property
    def is_duration(self) -> bool:
        """Is the amount a time, by whatever clock?"""
        return self.unit in DURATIONS

    @property
    def is_judged(self) -> bool:
        """May its change be called better or worse?

        A count is no estimate. A share dated by its beginning still moves as its newest cases go on, so the newest
        period always looks different; only a reading that allows for open work can be compared there.
        """
        return self.unit != "count" and (self.unit != "share" or self.reading is Reading.FINISHED)

    @property
    def headline(self) -> Statistic:
        """The statistic a tile shows; the first is not always it."""
        return Statistic.P90 if Statistic.P90 in self.statistics else self.statistics[0]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What each observation would be where the unknown makes the value least, and most; shape (n,) each.

    Not a matter of chance: unknown performers, times told to the day only. Chance has its own interval at each end.
    Source: Manski (2003), "Partial Identification of Probability Distributions".
    """

    least_amount: NDArray[np.float64]
    least_base: NDArray[np.float64]
    most_amount: NDArray[np.float64]
    most_base: NDArray[np.float64]

    def cut(self, chosen: slice | NDArray[np.intp]) -> Bounds:
        """The bounds of the chosen observations."""
        return Bounds(
            self.least_amount[chosen], self.least_base[chosen], self.most_amount[chosen], self.most_base[chosen]
        )


@dataclass(frozen=True, slots=True)
class Observations:
    """One entry per subject, as parallel arrays.

    `day` is the proleptic ordinal of the local day that dates it; `amount` and `base` are float64;
    `complete` is False for a right-censored observation. `first_day` ≤ day < `until_day` is the window.
    `bounds` is None where nothing is unknown.
    """

    day: NDArray[np.int64]
    amount: NDArray[np.float64]
    base: NDArray[np.float64]
    complete: NDArray[np.bool_]
    first_day: int
    until_day: int
    bounds: Bounds | None = None

    def __len__(self) -> int:
        return len(self.day)

    @property
    def is_uncertain(self) -> bool:
        """Would any observation be another where what is unknown turned out otherwise?"""
        ends = (self.at_least(), self.at_most())
        pairs = [*((end.amount, self.amount) for end in ends), *((end.base, self.base) for end in ends)]
        return not all(np.array_equal(end, known, equal_nan=True) for end, known in pairs)

    def at_least(self) -> Observations:
        """As they would be where the unknown makes the value least; themselves where nothing is unknown."""
        known = self.bounds
        return self if known is None else replace(self, amount=known.least_amount, base=known.least_base, bounds=None)

    def at_most(self) -> Observations:
        """As they would be where the unknown makes the value most; themselves where nothing is unknown."""
        known = self.bounds
        return self if known is None else replace(self, amount=known.most_amount, base=known.most_base, bounds=None)


@dataclass(frozen=True, slots=True)
class Summary:
    """A value with its 95 % interval. `value` None means no data, and `reason` says why; it is never 0 instead.

    `low` and `high` are None where no interval can be defended. `low80`/`high80` bound the 80 % interval.
    `n` counts the observations behind the value; `method` names the interval for the technical notes.
    `least` and `most` are the summaries at either end of what is unknown; None where nothing is.
    """

    statistic: Statistic
    value: float | None
    low: float | None
    high: float | None
    n: int
    method: str
    low80: float | None = None
    high80: float | None = None
    reason: str | None = None
    least: Summary | None = None
    most: Summary | None = None


class Verdict(StrEnum):
    """What may be said of a change. Computed from interval, meaningful change and n; never typed by hand."""

    NO_DATA = "No data"
    NO_BASELINE = "No earlier period"
    NOT_JUDGED = "Not judged"
    TOO_FEW = "Too few to say"
    EARLY = "Early reading"
    SAME = "About the same"
    UNCLEAR = "No clear change"
    FASTER = "Faster"
    SLOWER = "Slower"
    CHEAPER = "Cheaper"
    DEARER = "Dearer"
    BETTER = "Better"
    WORSE = "Worse"
    LIKELY_FASTER = "Likely faster"
    LIKELY_SLOWER = "Likely slower"
    LIKELY_CHEAPER = "Likely cheaper"
    LIKELY_DEARER = "Likely dearer"
    LIKELY_BETTER = "Likely better"
    LIKELY_WORSE = "Likely worse"


@dataclass(frozen=True, slots=True)
class Difference:
    """After minus before, in the unit of the value, with its 95 % and 80 % intervals and the verdict."""

    before: Summary
    after: Summary
    value: float | None
    low: float | None
    high: float | None
    low80: float | None
    high80: float | None
    verdict: Verdict
    method: str = field(default="MOVER (Zou & Donner 2008)")
