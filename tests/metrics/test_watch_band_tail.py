"""The band of a watch ends where more would come up less often than the sigmas allow, to a thousandth."""

from __future__ import annotations

import pytest
from scipy.stats import betabinom, norm

from metrics.facts.watch.band import Baseline


@pytest.mark.parametrize(("failing", "of_baseline"), [(2, 0), (3, 0), (4, 1), (5, 2)])
def test_the_tail_decides_between_two_sigmas(failing: int, of_baseline: int) -> None:
    """Twenty windows of two executions, few or none failing: a Beta of these and half a case each, ten executions."""
    baseline = Baseline(20)
    for window in range(20):
        baseline.add(2, int(window < of_baseline))
    tail = betabinom.pmf(range(failing, 11), 10, of_baseline + 0.5, 40 - of_baseline + 0.5).sum()
    sigmas = float(norm.isf(tail))
    assert baseline.is_outside(10, failing, sigmas * 0.999)
    assert not baseline.is_outside(10, failing, sigmas * 1.001)
