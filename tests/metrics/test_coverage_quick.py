"""How often the published intervals hold the truth, in a small simulation; `make calibrate` runs the large one.

Cases of one day share an effect (lognormal, sd 0.15) and days follow days (AR(1) 0.4): about 70 cases a day, 90 days.
Then the hardest corners of the grid, each of which the textbook form of the same method missed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import norm

from benchmarks.calibration_bar import is_false, is_high, is_low
from benchmarks.calibration_trial import Tally
from benchmarks.calibration_world import QUANTILES, TIMED, Cell, Drawn, censor, draw_pair, truth_of
from metrics.compare import compare
from metrics.metric import Better, Observations, Statistic, Summary, Verdict
from metrics.summarise import summarise, summarise_all
from metrics.survival import summarise_survivals

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
Trial = dict[str, Tally]
# Three Monte-Carlo standard errors of 400 trials at 95 % are 3.3 points.
BAND = 3 * math.sqrt(0.95 * 0.05 / TRIALS)
BAND80 = 3 * math.sqrt(0.8 * 0.2 / TRIALS)
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
    """The 95 % interval holds the truth in 95 to 97 % of trials, the 80 % one in 80 to 83, within three errors."""
    ours, ours80, _ = hits()[statistic]
    assert 0.95 - BAND <= ours <= 0.97 + BAND
    assert 0.8 - BAND80 <= ours80 <= 0.83 + BAND80


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


def corner(n: int, days: int, effect: float, follows: float, tail: str, *, weekly: bool = False) -> Cell:
    return Cell(n, days, effect, follows, weekly, tail)


SKEWED = corner(30, 365, 0.25, 0.0, "lognormal 1.5")
LONG = corner(300, 365, 0.25, 0.0, "lognormal 1.5")
SHORT = corner(3_000, 21, 0.25, 0.6, "pareto 2.5")
WEEKLY = corner(5_000, 60, 0.0, 0.0, "pareto 2.5", weekly=True)
OPEN = corner(1_000, 60, 0.25, 0.6, "pareto 2.5")
THIN = corner(1_000, 60, 0.15, 0.6, "lognormal 0.8", weekly=True)


def tried(cell: Cell, periods: int, summaries: Callable[[Drawn, np.random.Generator], dict[str, Summary]]) -> Trial:
    """Tallies by name over so many periods of a cell, drawn in pairs; the truth is that of the name's first word."""
    draw, truth = np.random.default_rng(29), truth_of(cell)
    found: Trial = {}
    for _ in range(periods // 2):
        before, after = (summaries(drawn, draw) for drawn in draw_pair(cell, draw))
        for name, summary in before.items():
            tally = found.setdefault(name, Tally())
            tally.add(summary, truth[name.split(",")[0]])
            tally.add(after[name], truth[name.split(",")[0]])
            tally.judge(summary, after[name])
    return found


def of_durations(*statistics: Statistic) -> Callable[[Drawn, np.random.Generator], dict[str, Summary]]:
    return lambda drawn, _: {str(s.statistic): s for s in summarise_all(drawn.durations, statistics)}


@pytest.mark.parametrize(("cell", "periods"), [(SKEWED, 1200), (LONG, 1200)])
def test_means_of_few_skewed_amounts_hold(cell: Cell, periods: int) -> None:
    """Of 30 or 300 lognormal amounts (σ 1.5) the mean's interval is not surely below 93 %, nor are changes invented."""
    found = tried(cell, periods, of_durations(Statistic.MEAN))["mean"]
    assert found.published > periods / 2
    assert not is_low(found)
    assert not is_false(found)


def test_shares_of_time_hold() -> None:
    """A share of time of 30 cases of very different length is not surely below 93 %."""
    found = tried(SKEWED, 800, lambda drawn, _: {TIMED: summarise(drawn.touches, Statistic.SHARE)})[TIMED]
    assert found.published > 400
    assert not is_low(found)


def test_days_that_follow_each_other_hold() -> None:
    """Where days differ much and follow each other by 0.6, 21 days are enough for every statistic."""
    wanted = (Statistic.P50, Statistic.P85, Statistic.P90, Statistic.MEAN)
    plain = of_durations(*wanted)
    found = tried(SHORT, 1200, lambda d, g: {**plain(d, g), "share": summarise(d.rights, Statistic.SHARE)})
    assert [name for name, tally in found.items() if is_low(tally) or tally.withheld] == []


def test_weekdays_do_not_widen() -> None:
    """Where weekdays alone differ the median's interval is not surely above 98 %."""
    assert not is_high(WEEKLY, tried(WEEKLY, 1200, of_durations(Statistic.P50))["p50"])


def test_a_share_that_is_nearly_one_holds() -> None:
    """Where one case in ten thousand fails, a thousand cases do not claim to know that some always do."""
    draw, held, of = np.random.default_rng(30), 0, 1500
    day = np.repeat(np.arange(100), 10)
    for _ in range(of):
        right = (draw.random(1000) >= 1e-4).astype(np.float64)
        found = summarise(Observations(day, right, np.ones(1000), np.ones(1000, np.bool_), 0, 100), Statistic.SHARE)
        held += found.low is not None and found.high is not None and found.low <= 1 - 1e-4 <= found.high
    assert held / of > 0.95


@pytest.mark.parametrize(("cell", "periods"), [(OPEN, 800), (THIN, 800)])
def test_open_work_holds_or_has_no_interval(cell: Cell, periods: int) -> None:
    """With 40 and 60 % open, percentiles either hold or get no interval; the median gets one in most periods."""

    def seen(drawn: Drawn, draw: np.random.Generator) -> dict[str, Summary]:
        return {
            f"{summary.statistic}, {share}": summary
            for share in (0.4, 0.6)
            for summary in summarise_survivals(censor(cell, drawn.durations, share, draw), QUANTILES)
        }

    found = tried(cell, periods, seen)
    assert [name for name, tally in found.items() if is_low(tally) or is_false(tally)] == []
    assert found["p50, 0.4"].published > 0.9 * periods
    assert found["p90, 0.6"].published < 0.02 * periods
