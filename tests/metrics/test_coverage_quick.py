"""How often the published intervals hold the truth, in a small simulation; `make calibrate` runs the large one.

Cases of one day share an effect (lognormal, sd 0.15) and days follow days (AR(1) 0.4): about 70 cases a day, 90 days.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import norm

from metrics.compare import compare
from metrics.metric import Better, Observations, Statistic, Summary, Verdict
from metrics.summarise import summarise, summarise_all
from metrics.survival import summarise_survival

TRIALS = 400
DAYS = 90
A_DAY = 70
DAY_EFFECT, FOLLOWS, CASE_EFFECT = 0.15, 0.4, 0.8
TOTAL = math.hypot(DAY_EFFECT, CASE_EFFECT)
SLOW = float(np.exp(norm.ppf(0.9) * TOTAL))
TRUTH = {
    Statistic.P50: 1.0,
    Statistic.P90: SLOW,
    Statistic.SHARE: 0.9,
    Statistic.RATIO: math.exp(TOTAL**2 / 2) / 2,
}
# Three Monte-Carlo standard errors of 400 trials at 95 % are 3.3 points.
BAND = 3 * math.sqrt(0.95 * 0.05 / TRIALS)
MARGIN = 0.15


def simulate(draw: np.random.Generator) -> tuple[Observations, Observations]:
    """One quarter: durations with a base of 1 and up, and whether each was quicker than the true p90."""
    noise = draw.normal(size=DAYS)
    effect = np.empty(DAYS)
    effect[0] = noise[0]
    for later in range(1, DAYS):
        effect[later] = FOLLOWS * effect[later - 1] + math.sqrt(1 - FOLLOWS**2) * noise[later]
    day = np.repeat(np.arange(DAYS), draw.poisson(A_DAY, DAYS))
    amount: NDArray[np.float64] = np.exp(DAY_EFFECT * effect[day] + CASE_EFFECT * draw.normal(size=len(day)))
    known = np.ones(len(day), dtype=np.bool_)
    base = (1 + draw.poisson(1.0, len(day))).astype(np.float64)
    right, one = (amount <= SLOW).astype(np.float64), np.ones(len(day))
    return Observations(day, amount, base, known, 0, DAYS), Observations(day, right, one, known, 0, DAYS)


@lru_cache(maxsize=1)
def hits() -> dict[Statistic, tuple[float, float, float]]:
    """Coverage of our 95 %, our 80 % and the textbook 95 % interval, per statistic."""
    draw = np.random.default_rng(20_260_301)
    found: dict[Statistic, list[tuple[bool, bool, bool]]] = {statistic: [] for statistic in TRUTH}
    for _ in range(TRIALS):
        durations, rights = simulate(draw)
        ours = summarise_all(durations, (Statistic.P50, Statistic.P90, Statistic.RATIO))
        for summary in (*ours, summarise(rights, Statistic.SHARE)):
            sample = rights if summary.statistic is Statistic.SHARE else durations
            found[summary.statistic].append(_holds(summary, sample))
    return {statistic: tuple(np.mean(rows, axis=0)) for statistic, rows in found.items()}


def _holds(summary: Summary, sample: Observations) -> tuple[bool, bool, bool]:
    truth, ends = TRUTH[summary.statistic], (summary.low, summary.high, summary.low80, summary.high80)
    assert all(end is not None for end in ends)
    low, high, low80, high80 = (float(end) for end in ends if end is not None)
    textbook_low, textbook_high = _textbook(sample, summary.statistic)
    return low <= truth <= high, low80 <= truth <= high80, textbook_low <= truth <= textbook_high


def _textbook(sample: Observations, statistic: Statistic) -> tuple[float, float]:
    """The interval of independent cases: order statistics, Wald, and the linearised ratio."""
    n, amount = len(sample), sample.amount
    if statistic in (Statistic.P50, Statistic.P90):
        p = 0.5 if statistic is Statistic.P50 else 0.9
        half = 1.96 * math.sqrt(p * (1 - p) / n)
        low, high = np.quantile(amount, (p - half, p + half))
        return float(low), float(high)
    value = float(amount.sum() / sample.base.sum())
    residual: NDArray[np.float64] = amount - value * sample.base
    half = 1.96 * math.sqrt(float(np.sum(residual**2))) / float(sample.base.sum())
    return value - half, value + half


@pytest.mark.parametrize("statistic", TRUTH)
def test_intervals_cover_what_they_say(statistic: Statistic) -> None:
    """The 95 % interval holds the truth in 95 % of trials, within three Monte-Carlo errors."""
    ours, ours80, _ = hits()[statistic]
    assert 0.95 - BAND <= ours <= 0.95 + BAND
    assert abs(ours80 - 0.8) <= 3 * math.sqrt(0.8 * 0.2 / TRIALS)


@pytest.mark.parametrize("statistic", TRUTH)
def test_the_textbook_interval_is_overconfident(statistic: Statistic) -> None:
    """Treating cases as independent holds the truth at least 15 points less often than ours."""
    ours, _, textbook = hits()[statistic]
    assert textbook < ours - MARGIN


def test_no_change_is_rarely_called_one() -> None:
    """Under no change the bare words Faster and Slower come in at most 5 % of trials, within three errors."""
    draw = np.random.default_rng(8)
    verdicts = []
    for _ in range(TRIALS // 2):
        before, after = (summarise(simulate(draw)[0], Statistic.P50) for _ in range(2))
        verdicts.append(compare(before, after, better=Better.LOWER, unit="days", meaningful=0.0).verdict)
    wrong = sum(found in (Verdict.FASTER, Verdict.SLOWER) for found in verdicts) / len(verdicts)
    assert wrong <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / len(verdicts))


def test_counting_open_work_covers_too() -> None:
    """With a fifth of the work cut off while open, the Kaplan–Meier median's interval holds the truth as often."""
    draw = np.random.default_rng(9)
    trials = TRIALS // 2
    held = 0
    for _ in range(trials):
        true = simulate(draw)[0]
        age = draw.exponential(5.0, len(true))
        seen = Observations(true.day, np.minimum(true.amount, age), true.base, true.amount <= age, 0, DAYS)
        found = summarise_survival(seen, Statistic.P50)
        held += _holds(found, seen)[0]
    assert abs(held / trials - 0.95) <= 3 * math.sqrt(0.95 * 0.05 / trials)
