"""Every kind of interval derived once more by other code: scipy's transforms, roots and loops instead of ours."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.fft import dct
from scipy.linalg import toeplitz
from scipy.optimize import brentq
from scipy.stats import t as student

from metrics.metric import Statistic, Summary
from metrics.summarise import summarise
from metrics.survival import summarise_survival
from tests.metrics.test_summarise import observed

DRAW = np.random.default_rng(17)
DAYS, N = 60, 600
DAY = np.sort(DRAW.integers(0, DAYS, N))
DAY[[0, -1]] = 0, DAYS - 1
AMOUNT = DRAW.lognormal(0, 1, N) * np.exp(0.3 * np.sin(DAY))
LIKENESS = toeplitz(np.where(np.arange(DAYS) <= 24, 0.6 ** np.arange(DAYS), 0.0))


def degrees(days: int) -> int:
    return max(4, math.ceil(0.41 * math.pow(days, 2 / 3)))


def standard_error(daily: NDArray[np.float64]) -> float:
    """Of the total of a series of days: orthonormal cosines of it without weekdays, by least squares."""
    days = len(daily)
    weekday = np.eye(7)[np.arange(days) % 7]
    without = np.eye(days) - weekday @ np.linalg.pinv(weekday)
    cosines = dct(np.eye(days), type=2, norm="ortho", axis=0)[1 : 1 + degrees(days)] @ without
    seen = np.trace(cosines @ LIKENESS @ cosines.T)
    return math.sqrt(np.sum((cosines @ daily) ** 2) / seen * LIKENESS.sum())


def by_day(case: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([case[day == DAY].sum() for day in range(DAYS)])


def ends(found: Summary) -> tuple[float | None, ...]:
    return found.low, found.high, found.low80, found.high80


def times_t(level: float) -> float:
    return float(student.ppf(0.5 + level / 2, degrees(DAYS)))


@pytest.mark.parametrize(("statistic", "p"), [(Statistic.P50, 0.5), (Statistic.P85, 0.85), (Statistic.P90, 0.9)])
def test_quantiles(statistic: Statistic, p: float) -> None:
    """The share at or below the quantile ± t standard errors, read off numpy's quantiles."""
    below = np.less_equal(AMOUNT, np.quantile(AMOUNT, p))
    error = standard_error(by_day(below - below.mean())) / N
    halves = [times_t(level) * error for level in (0.95, 0.95, 0.8, 0.8)]
    told = [np.quantile(AMOUNT, p + sign * half) for sign, half in zip((-1, 1, -1, 1), halves, strict=True)]
    assert ends(summarise(observed(AMOUNT, day=DAY, days=DAYS), statistic)) == pytest.approx(told, rel=1e-9)


def test_share() -> None:
    """The shares p with |p − found| = t·√(p(1 − p)/size), found by root, at the size the days imply."""
    right = (AMOUNT <= 3).astype(float)
    share = float(right.mean())
    size = share * (1 - share) / (standard_error(by_day(right - share)) / N) ** 2

    def root(level: float, low: float, high: float) -> float:
        def beyond(p: float) -> float:
            return abs(p - share) - times_t(level) * math.sqrt(p * (1 - p) / size)

        return float(brentq(beyond, low, high, xtol=1e-14))

    told = [root(level, *within) for level in (0.95, 0.8) for within in ((0.0, share), (share, 1.0))]
    assert ends(summarise(observed(right, day=DAY, days=DAYS), Statistic.SHARE)) == pytest.approx(told, rel=1e-9)


@pytest.mark.parametrize("statistic", [Statistic.MEAN, Statistic.RATIO, Statistic.UNIT_COST])
def test_sums(statistic: Statistic) -> None:
    """exp(log value ± t·se/value), and upwards by what one more case like the most telling one would do."""
    base = np.ones(N) if statistic is Statistic.MEAN else 1.0 + DRAW.poisson(1, N)
    value = AMOUNT.sum() / base.sum()
    moved = (AMOUNT - value * base) / base.sum()
    told = []
    for level in (0.95, 0.8):
        part = times_t(level) * standard_error(by_day(moved)) / value
        told += [math.exp(math.log(value) - part), math.exp(math.log(value) + part) + max(moved)]
    assert ends(summarise(observed(AMOUNT, day=DAY, base=base, days=DAYS), statistic)) == pytest.approx(told, rel=1e-9)


@pytest.mark.parametrize(
    ("statistic", "p", "age"), [(Statistic.P50, 0.5, 12), (Statistic.P85, 0.85, 40), (Statistic.P85, 0.85, 36)]
)
def test_with_open_work(statistic: Statistic, p: float, age: float) -> None:
    """Every time tested one by one, with each case's influence summed by day and weighed in time of information."""
    n = 240
    day, true = DAY[:: N // n][:n], AMOUNT[:: N // n][:n] * 2
    watched = age * (DAYS - day) / DAYS
    amount, ended = np.minimum(true, watched), true <= watched
    found = summarise_survival(observed(amount, day=day, complete=ended, days=DAYS), statistic)
    told = _curve_range(amount, ended, day, p)
    assert told is not None
    assert ends(found) == pytest.approx(told, rel=1e-9)


def _curve_range(
    amount: NDArray[np.float64], ended: NDArray[np.bool_], day: NDArray[np.int64], p: float
) -> list[float] | None:
    n, times = len(amount), np.unique(amount)
    at_risk = {s: int(np.sum(amount >= s)) for s in times}
    deaths = {s: int(np.sum(ended[amount == s])) for s in times}
    left_then = {s: at_risk[s] - deaths[s] for s in times}
    survival = [math.prod(1 - deaths[u] / at_risk[u] for u in times if u <= s) for s in times]
    expected = {
        s: sum(deaths[u] / (at_risk[u] * left_then[u]) for u in times if u <= s and left_then[u] > 0) for s in times
    }
    value = next(s for s, left in zip(times, survival, strict=True) if left <= 1 - p + 1e-12)
    known = [
        sum(1 / (at_risk[x] * left_then[x]) for x in amount[(day == d) & ended & (amount <= value)])
        for d in range(DAYS)
    ]
    weights = _contrasts(np.array(known))
    by_weekday = [_expected(amount, ended, day, weekday, left_then) for weekday in range(7)]
    spreads = []
    for s, left in zip(times, survival, strict=True):
        daily = np.zeros(DAYS)
        for x, done, own in zip(amount, ended, day, strict=True):
            ending = 1 / left_then[x] if done and x <= s and left_then[x] > 0 else 0.0
            daily[own] += ending - by_weekday[own % 7][min(x, s)]
        spreads.append(left**2 * float(np.mean((weights @ daily) ** 2)))
    greenwood = [expected[s] for s in times]
    watched = [len({own for x, own in zip(amount, day, strict=True) if x >= s}) for s in times]
    seen = Seen(list(times), survival, spreads, greenwood, [at_risk[s] for s in times], watched)
    return seen.ends(n, p, len(weights))


def _expected(
    amount: NDArray[np.float64], ended: NDArray[np.bool_], day: NDArray[np.int64], weekday: int,
    left_then: dict[float, int],
) -> dict[float, float]:  # fmt: skip
    """What is expected by each time of a case of this weekday: its own hazard while five of its days are at risk."""
    total, found = 0.0, {}
    for s, left in sorted(left_then.items()):
        among = amount >= s
        if len(set(day[among & (day % 7 == weekday)])) >= 5:
            among &= day % 7 == weekday
        total += np.sum(ended & (amount == s) & among) / np.sum(among) / left if left else 0.0
        found[s] = total
    return found


def _contrasts(known: NDArray[np.float64]) -> NDArray[np.float64]:
    gathered = np.cumsum(known) / known.sum()
    days = round((int(np.argmax(gathered >= 0.95)) - int(np.argmax(gathered >= 0.05))) / 0.9)
    middle = gathered - known / known.sum() / 2
    rows = np.array([[math.sqrt(2) * math.cos(math.pi * j * u) for u in middle] for j in range(1, degrees(days) + 1)])
    for weekday in range(7):
        own = known[weekday::7]
        rows[:, weekday::7] -= (rows[:, weekday::7] @ own / own.sum())[:, None]
    told = np.sqrt(known)
    seen = np.mean([(row * told) @ LIKENESS @ (row * told) for row in rows])
    return rows * math.sqrt(told @ LIKENESS @ told / seen)


@dataclass
class Seen:
    """A curve and its spreads, as plain lists by time."""

    times: list[float]
    survival: list[float]
    spreads: list[float]
    greenwood: list[float]
    at_risk: list[int]
    days: list[int]

    def distance(self, i: int, p: float, variance: float) -> float:
        left = self.survival[i]
        if left >= 1 or left <= 0:
            return math.inf if left >= 1 else -math.inf
        return (left - (1 - p)) / math.sqrt(variance * p * (1 - p) / (left * (1 - left)))

    def ends(self, n: int, p: float, degrees_of_freedom: int) -> list[float] | None:
        every = range(len(self.times))
        place = next(i for i in every if self.survival[i] <= 1 - p + 1e-12)
        plain = [self.distance(i, p, self.spreads[i]) for i in every]
        floor = [self.survival[i] ** 2 * self.greenwood[i] for i in every]
        careful = [self.distance(i, p, max(self.spreads[i], floor[i])) for i in every]
        watched = [risk / before for risk, before in zip(self.at_risk, [1.0, *self.survival], strict=False)]
        enough = [i for i in every if self.at_risk[i] >= 10 and self.days[i] >= 10]
        sight = [i for i in enough if watched[i] >= 0.05 * n and self.survival[i] > 0]
        wide, narrow = (float(student.ppf(0.5 + level / 2, degrees_of_freedom)) for level in (0.95, 0.8))
        room = -min(careful[place : sight[-1] + 1]) / wide
        if room < 1.25:
            return None
        used, far = (plain, 1.0) if room >= 1.6 else (careful, min(1.4, room))
        found = []
        for t in (wide, narrow):
            found.append(self.times[next(i for i in every if used[i] <= t)])
            found.append(self.times[next(i for i in every if i >= place and used[i] <= 1e-9 - t * far)])
        return found
