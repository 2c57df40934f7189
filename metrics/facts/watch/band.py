"""The band of a failure rate: what the windows before let one expect of the next.

A window is outside when both hold of its failing executions, x of n:

- more than chance: with the baseline's rate known only as well as its windows tell it (a Beta posterior from Jeffreys'
  prior), x or more of n would come up less often than a normal value beyond so many sigmas. This keeps small windows
  and short baselines from ringing.
- more than the process swings anyway: (x/n − p) / √(p(1−p)/n) is beyond so many sigmas of such values as they follow
  each other in the baseline (mean moving range / 1.128), which are taken as 1 where they are less.

A rate below the baseline's is never outside: fewer failures are no failure.

Source: Laney (2002), "Improved control charts for attributes", the p′ chart; ours asks for the exact predictive tail
besides, as the normal limits of a p chart ring far too often where windows hold a few executions.
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np

FEWEST_WINDOWS = 20
"""Windows in the baseline below which nothing is judged: the usual number of subgroups of a control chart."""
_PRIOR = 0.5  # Jeffreys
_RANGE_TO_SIGMA = 1.128  # of two normal values
_NEGLIGIBLE = 1e-12


class Baseline:
    """The last so many windows outside of episodes; the rate they tell, and how far it swings."""

    def __init__(self, windows: int) -> None:
        self._seen: deque[tuple[int, int]] = deque(maxlen=windows)

    def add(self, executions: int, failing: int) -> None:
        """One more window, of at least one execution; the oldest one falls out."""
        self._seen.append((executions, failing))

    @property
    def is_known(self) -> bool:
        """Are there enough windows to judge by?"""
        return len(self._seen) >= FEWEST_WINDOWS

    def is_outside(self, executions: int, failing: int, sigmas: float) -> bool:
        """Is a window of so many executions, so many of them failing, outside of the band?"""
        total, failed = (sum(column) for column in zip(*self._seen, strict=True))
        rate = (failed + _PRIOR) / (total + 2 * _PRIOR)
        if failing / executions <= rate:
            return False
        swing = max(1.0, self._swing(rate))
        far = (failing / executions - rate) / math.sqrt(rate * (1 - rate) / executions)
        chance = math.erfc(sigmas / math.sqrt(2)) / 2
        tail = predictive_tail(failing, executions, failed + _PRIOR, total - failed + _PRIOR)
        return far > sigmas * swing and tail < chance

    def _swing(self, rate: float) -> float:
        """Sigma of the baseline's standardised rates, from how far each lies from the one before."""
        executions, failing = np.array(self._seen, dtype=np.float64).T
        standard = (failing / executions - rate) / np.sqrt(rate * (1 - rate) / executions)
        return float(np.abs(np.diff(standard)).mean()) / _RANGE_TO_SIGMA


def predictive_tail(failing: int, executions: int, alpha: float, beta: float) -> float:
    """The chance of at least `failing` of so many executions when the rate is Beta(alpha, beta): beta-binomial.

    Summed upwards term by term; each follows from the one before, and past the mode they only shrink.
    """
    rest = executions - failing
    term = math.exp(
        math.lgamma(executions + 1) - math.lgamma(failing + 1) - math.lgamma(rest + 1)
        + _log_beta(failing + alpha, rest + beta) - _log_beta(alpha, beta)
    )  # fmt: skip
    total = term
    for k in range(failing, executions):
        following = term * (executions - k) / (k + 1) * (k + alpha) / (executions - k - 1 + beta)
        total += following
        if following <= total * _NEGLIGIBLE:
            break
        term = following
    return min(total, 1.0)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
