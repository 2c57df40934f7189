"""The trials of one cell: the product's own summaries and verdicts on simulated periods, counted.

Knows what is asked of the product and what is counted; writes nothing.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass

import numpy as np

from benchmarks.calibration_world import QUANTILES, RARE, TIMED, Cell, Drawn, censor, draw_pair, truth_of
from metrics.compare import compare
from metrics.metric import Better, Statistic, Summary, Verdict
from metrics.summarise import summarise, summarise_all
from metrics.survival import summarise_survivals

OPEN_SHARES = (0.2, 0.4, 0.6)
OPEN = "open"
FIRM = {Verdict.FASTER, Verdict.SLOWER, Verdict.CHEAPER, Verdict.DEARER, Verdict.BETTER, Verdict.WORSE}
UNJUDGED = {Verdict.NO_DATA, Verdict.NO_BASELINE, Verdict.TOO_FEW, Verdict.EARLY}
PLAIN = (*QUANTILES, Statistic.MEAN, Statistic.RATIO)
UNITS = {Statistic.SHARE: "share", Statistic.RATIO: "ratio", Statistic.UNIT_COST: "currency"}


@dataclass(slots=True)
class Tally:
    """What was counted for one statistic of one cell.

    `published` 95 % intervals, `held` the truth (`held80`: the 80 % one did), `withheld` none given; `width` is the sum
    of high − low over the true value; `judged` pairs got a verdict on their change, `firm` of them said Faster, Slower
    or their like.
    """

    published: int = 0
    held: int = 0
    held80: int = 0
    withheld: int = 0
    width: float = 0.0
    judged: int = 0
    firm: int = 0

    @property
    def coverage(self) -> float | None:
        """The share of published intervals that hold the truth; None where none was published."""
        return self.held / self.published if self.published else None

    @property
    def coverage80(self) -> float | None:
        """The share of published 80 % intervals that hold the truth."""
        return self.held80 / self.published if self.published else None

    @property
    def coverage_error(self) -> float | None:
        """Monte Carlo standard error of the coverage, taking each interval as one draw.

        With one hit or miss added of each (Laplace), so that 100 % of few draws does not look certain.
        """
        return _error(self.held, self.published)

    @property
    def false_change(self) -> float | None:
        """The share of judged pairs without change that were said to differ."""
        return self.firm / self.judged if self.judged else None

    @property
    def false_change_error(self) -> float | None:
        """Monte Carlo standard error of `false_change`."""
        return _error(self.firm, self.judged)

    @property
    def mean_width(self) -> float | None:
        """Mean width of published intervals, in true values."""
        return self.width / self.published if self.published else None

    @property
    def withheld_share(self) -> float:
        """How often no interval was given."""
        return self.withheld / (self.published + self.withheld)

    def add(self, summary: Summary, truth: float) -> None:
        """Count one period."""
        low, high, low80, high80 = summary.low, summary.high, summary.low80, summary.high80
        if low is None or high is None or low80 is None or high80 is None:
            self.withheld += 1
            return
        self.published += 1
        self.held += low <= truth <= high
        self.held80 += low80 <= truth <= high80
        self.width += (high - low) / truth

    def judge(self, before: Summary, after: Summary) -> None:
        """Count one pair; any change is meaningful, which is the hardest test of the word."""
        unit = UNITS.get(before.statistic, "days")
        better = Better.HIGHER if unit in ("share", "ratio") else Better.LOWER
        verdict = compare(before, after, better=better, unit=unit, meaningful=0.0).verdict
        self.judged += verdict not in UNJUDGED
        self.firm += verdict in FIRM


def run_cell(cell: Cell, trials: int, seed: int) -> dict[str, Tally]:
    """Tallies by name, of `trials` pairs of periods; the same for the same cell and seed, whatever else is run."""
    draw = np.random.default_rng([seed, zlib.crc32(cell.key.encode())])
    truth = truth_of(cell)
    found: dict[str, Tally] = {}
    for _ in range(trials):
        before, after = (_summaries(cell, drawn, draw) for drawn in draw_pair(cell, draw))
        for name, summary in before.items():
            tally, true = found.setdefault(name, Tally()), truth[str(summary.statistic) if OPEN in name else name]
            tally.add(summary, true)
            tally.add(after[name], true)
            tally.judge(summary, after[name])
    return found


def _summaries(cell: Cell, drawn: Drawn, draw: np.random.Generator) -> dict[str, Summary]:
    found = summarise_all(drawn.durations, PLAIN)
    found += [summarise(drawn.rights, Statistic.SHARE), summarise(drawn.costs, Statistic.UNIT_COST)]
    named = {str(summary.statistic): summary for summary in found}
    named[RARE] = summarise(drawn.rares, Statistic.SHARE)
    named[TIMED] = summarise(drawn.touches, Statistic.SHARE)
    for share in OPEN_SHARES:
        seen = summarise_survivals(censor(cell, drawn.durations, share, draw), QUANTILES)
        named |= {f"{summary.statistic}, {share:.0%} {OPEN}": summary for summary in seen}
    return named


def _error(hits: int, of: int) -> float | None:
    if not of:
        return None
    share = (hits + 1) / (of + 2)
    return math.sqrt(share * (1 - share) / of)
