"""Simulated periods whose true values are known: what a cell of the calibration grid is, and how one is drawn.

Knows distributions and the Observations record; knows no interval, no file and no clock.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.signal import lfilter
from scipy.stats import exponnorm, norm

from metrics.metric import Observations, Statistic

WEEK = 7
VOLUME = np.array([1, 1, 1, 1, 1, 0.3, 0.2])  # cases by weekday, Monday first, in a seasonal world
SHIFT = np.array([0, 0, 0, 0, 0.2, 0.3, 0.2])  # of the log duration by weekday, in a seasonal world
TAILS = {"lognormal 0.8": 0.8, "lognormal 1.5": 1.5, "pareto 2.5": 2.5}
ACCEPTED = 0.9
COMMON = 0.99  # of cases are not rare
TOUCHED = 0.25  # of the time somebody works: per case Beta(1, 3), whatever its length
RARE, TIMED = "share 99 %", "share of time"
BASE = 2.0  # the expected base of a ratio: 1 + Poisson(1)
QUANTILES = {Statistic.P50: 0.5, Statistic.P85: 0.85, Statistic.P90: 0.9}


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """A place in the grid: exactly `n` cases in `days` days; the effect of a day is in log durations."""

    n: int
    days: int
    day_effect: float
    follows: float
    is_weekly: bool
    tail: str

    @property
    def key(self) -> str:
        """A file name."""
        weekly = "weekly" if self.is_weekly else "even"
        tail = self.tail.replace(" ", "")
        return f"n{self.n}-days{self.days}-effect{self.day_effect}-ar{self.follows}-{weekly}-{tail}"

    @property
    def weekdays(self) -> NDArray[np.int64]:
        """The weekday of each day of a period, 0 for Monday, on which every period begins."""
        return np.arange(self.days) % WEEK

    def as_row(self) -> dict[str, object]:
        """The axes by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One period: durations with a base each, and what else is measured of the same cases.

    `rights` says whether each was right, `rares` whether it was not the one in a hundred, `costs` have the accepted
    cases as base, `touches` are the part of each duration in which somebody worked, with the duration as base.
    """

    durations: Observations
    rights: Observations
    rares: Observations
    costs: Observations
    touches: Observations


@lru_cache(maxsize=256)
def truth_of(cell: Cell) -> dict[str, float]:
    """The true value of everything measured, by name: quantiles by root of the exact distribution, means by formula.

    A case is right when it is no slower than the true p90, and not rare when no slower than the true p99.
    """

    def quantile(p: float) -> float:
        return math.exp(brentq(lambda y: float(share_below(cell, y)) - p, -30, 30, xtol=1e-12))

    weight, shift = _weekday_weights(cell)
    spread = TAILS[cell.tail]
    case_mean = spread / (spread - 1) if _is_pareto(cell) else math.exp(spread**2 / 2)
    mean = math.exp(cell.day_effect**2 / 2) * case_mean * float(weight @ np.exp(shift))
    quantiles = {str(statistic): quantile(p) for statistic, p in QUANTILES.items()}
    shares = {"share": 0.9, RARE: COMMON, TIMED: TOUCHED}
    sums = {"mean": mean, "ratio": mean / BASE, "unit_cost": mean / ACCEPTED}
    return {**quantiles, **sums, **shares, "p99": quantile(COMMON)}


def share_below(cell: Cell, log_amount: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """The true share of cases whose log duration is at most `log_amount`, for each of its values."""
    weight, shift = _weekday_weights(cell)
    at, spread = np.subtract.outer(log_amount, shift), TAILS[cell.tail]
    if not _is_pareto(cell):
        below = norm.cdf(at / math.hypot(cell.day_effect, spread))
    elif cell.day_effect == 0:
        below = -np.expm1(-spread * np.maximum(at, 0))
    else:
        below = exponnorm.cdf(at, 1 / (spread * cell.day_effect), scale=cell.day_effect)
    return np.asarray(below @ weight, dtype=np.float64)


@lru_cache(maxsize=1024)
def oldest_age(cell: Cell, open_share: float) -> float:
    """The age at which a period's first case is looked at so that about `open_share` of its cases are still open.

    All cases are looked at on one day, as a report does: ages fall evenly from this to 0 over the period.
    """
    log_part = np.log((np.arange(400) + 0.5) / 400)

    def still_open(log_age: float) -> float:
        return 1 - float(np.mean(share_below(cell, log_age + log_part)))

    return math.exp(brentq(lambda y: still_open(y) - open_share, -15, 25, xtol=1e-4))


def draw_pair(cell: Cell, draw: np.random.Generator) -> tuple[Drawn, Drawn]:
    """Two periods of one unchanging world, on one series of days.

    Both begin on a Monday: with other weekdays in it the second would truly differ. Up to six days lie between.
    """
    second = math.ceil(cell.days / WEEK) * WEEK
    effect = _day_effects(cell, second + cell.days, draw)
    return _draw(cell, effect[: cell.days], draw), _draw(cell, effect[second:], draw)


def censor(cell: Cell, durations: Observations, open_share: float, draw: np.random.Generator) -> Observations:
    """The same cases as seen on the period's last evening, about `open_share` of them still open."""
    left = (cell.days - durations.day - draw.random(len(durations))) / cell.days
    age = oldest_age(cell, open_share) * left
    amount = durations.amount
    return Observations(durations.day, np.minimum(amount, age), durations.base, amount <= age, 0, cell.days)


def _draw(cell: Cell, effect: NDArray[np.float64], draw: np.random.Generator) -> Drawn:
    volume = VOLUME[cell.weekdays] if cell.is_weekly else np.ones(cell.days)
    day = np.repeat(np.arange(cell.days), draw.multinomial(cell.n, volume / volume.sum()))
    spread = TAILS[cell.tail]
    noise = draw.exponential(1 / spread, cell.n) if _is_pareto(cell) else spread * draw.normal(size=cell.n)
    shift = SHIFT[cell.weekdays] if cell.is_weekly else np.zeros(cell.days)
    amount = np.exp((cell.day_effect * effect + shift)[day] + noise)
    base = (1 + draw.poisson(BASE - 1, cell.n)).astype(np.float64)
    accepted = (draw.random(cell.n) < ACCEPTED).astype(np.float64)
    truth = truth_of(cell)
    right, common = ((amount <= truth[name]).astype(np.float64) for name in ("p90", "p99"))
    touched = draw.beta(1, 1 / TOUCHED - 1, cell.n) * amount
    known = np.ones(cell.n, dtype=np.bool_)

    def seen(over: NDArray[np.float64], under: NDArray[np.float64]) -> Observations:
        return Observations(day, over, under, known, 0, cell.days)

    one = np.ones(cell.n)
    return Drawn(seen(amount, base), seen(right, one), seen(common, one), seen(amount, accepted), seen(touched, amount))


def _day_effects(cell: Cell, days: int, draw: np.random.Generator) -> NDArray[np.float64]:
    """A stationary AR(1) series of variance 1."""
    noise = draw.normal(size=days)
    noise[1:] *= math.sqrt(1 - cell.follows**2)
    effect: NDArray[np.float64] = lfilter([1.0], [1.0, -cell.follows], noise)
    return effect


def _weekday_weights(cell: Cell) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if not cell.is_weekly:
        return np.ones(1), np.zeros(1)
    weight = np.bincount(cell.weekdays, minlength=WEEK) * VOLUME
    return weight / weight.sum(), SHIFT


def _is_pareto(cell: Cell) -> bool:
    return cell.tail.startswith("pareto")
