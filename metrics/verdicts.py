"""What may be said of a change: the table of verdicts, from n, the intervals and the meaningful change.

Knows numbers and the words of Verdict; knows no metric by name and writes no sentence.
"""

from __future__ import annotations

import re

from metrics.errors import MetricError
from metrics.metric import DURATIONS, Better, Statistic, Summary, Verdict

FEWEST = 30
FIRM = 100
FEWEST_FOR = {Statistic.P90: FIRM}

_WORDS = {  # improved firmly, worsened firmly, improved likely, worsened likely
    "time": (Verdict.FASTER, Verdict.SLOWER, Verdict.LIKELY_FASTER, Verdict.LIKELY_SLOWER),
    "money": (Verdict.CHEAPER, Verdict.DEARER, Verdict.LIKELY_CHEAPER, Verdict.LIKELY_DEARER),
    "other": (Verdict.BETTER, Verdict.WORSE, Verdict.LIKELY_BETTER, Verdict.LIKELY_WORSE),
}

Range = tuple[float | None, float | None]


def judge(
    before: Summary, after: Summary, range95: Range, range80: Range, *, better: Better, unit: str, meaningful: float
) -> Verdict:
    """The verdict on after − before, whose 95 % and 80 % ranges are given in the unit of the value, like `meaningful`.

    The first line that holds decides: no value after → No data; none before → No earlier period; fewer than 30 on
    either side (p90: 100), or no range → Too few to say; fewer than 100 → Early reading; 95 % excludes 0 and
    |Δ| ≥ meaningful → the word; 95 % inside ±meaningful → About the same; 80 % excludes 0 → Likely …; else No clear
    change. A range inside ±meaningful cannot hold such a Δ, so the order of these two lines matters only at the edge.

    Where 95 % excludes 0, but |Δ| < meaningful and the range reaches beyond it, a reader gets "Likely …": the direction
    is sure, that it matters is not. The bare word is kept for changes that are both.

    Raises:
        MetricError: `meaningful` is negative or no number.
    """
    if not meaningful >= 0:
        raise MetricError(f"A meaningful change of {meaningful} cannot be judged against; expected a number from 0 up.")
    if after.value is None:
        return Verdict.NO_DATA
    if before.value is None:
        return Verdict.NO_BASELINE
    n = min(before.n, after.n)
    (low, high), (low80, high80) = range95, range80
    if n < FEWEST_FOR.get(after.statistic, FEWEST) or low is None or high is None or low80 is None or high80 is None:
        return Verdict.TOO_FEW
    if n < FIRM:
        return Verdict.EARLY
    improved, worsened, likely_improved, likely_worsened = words_for(unit, better)
    change = after.value - before.value
    has_improved = (change < 0) == (better is Better.LOWER)
    if _excludes_zero(low, high) and abs(change) >= meaningful:
        return improved if has_improved else worsened
    if -meaningful <= low and high <= meaningful:
        return Verdict.SAME
    if _excludes_zero(low80, high80):
        return likely_improved if has_improved else likely_worsened
    return Verdict.UNCLEAR


def words_for(unit: str, better: Better) -> tuple[Verdict, Verdict, Verdict, Verdict]:
    """Improved, worsened, likely improved, likely worsened, in the words of the unit.

    Faster and Cheaper mean less, so they are used only where less is better; days between failures get Better/Worse.
    """
    if better is Better.LOWER and unit in DURATIONS:
        return _WORDS["time"]
    if better is Better.LOWER and (unit == "currency" or re.fullmatch("[A-Z]{3}", unit)):
        return _WORDS["money"]
    return _WORDS["other"]


def _excludes_zero(low: float, high: float) -> bool:
    return low > 0 or high < 0
