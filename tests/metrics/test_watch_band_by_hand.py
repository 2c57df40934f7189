"""The band of a watch by hand: where it ends, and how far a process swings whose windows are of different sizes."""

from __future__ import annotations

import itertools
import math

import pytest

from metrics.facts.watch.band import Baseline, predictive_tail


def calm(windows: int = 24, executions: int = 100_000, failing: int = 5_000) -> Baseline:
    baseline = Baseline(windows)
    for _ in range(windows):
        baseline.add(executions, failing)
    return baseline


@pytest.mark.parametrize(
    ("failing", "is_outside"), [(500, False), (560, False), (565, False), (571, True), (600, True)]
)
def test_a_steady_process_has_a_band_of_three_sigmas(failing: int, is_outside: bool) -> None:
    """Five in a hundred, as surely known as may be: of 10,000 executions 565 are 2.98 sigmas above, 571 are 3.26."""
    assert calm().is_outside(10_000, failing, 3.0) is is_outside


def test_the_swing_is_measured_in_sigmas_of_each_window() -> None:
    """Standardised rates of windows of 100 and 400 executions, their mean moving range over 1.128."""
    told = [(100, 10), (400, 20), (100, 2), (400, 60)]
    baseline = Baseline(4)
    for executions, failing in told:
        baseline.add(executions, failing)
    rate = 0.092
    sigmas = [(failing / n - rate) / math.sqrt(rate * (1 - rate) / n) for n, failing in told]
    moves = [abs(later - earlier) for earlier, later in itertools.pairwise(sigmas)]
    assert baseline._swing(rate) == pytest.approx(sum(moves) / 3 / 1.128, rel=1e-3)


def test_the_tail_is_a_chance() -> None:
    """At least nothing is certain, and more is less likely."""
    chances = [predictive_tail(failing, 10, 2.5, 20.5) for failing in range(11)]
    assert chances[0] == pytest.approx(1.0)
    assert chances == sorted(chances, reverse=True)
    assert max(chances) <= 1.0


@pytest.mark.parametrize(("failing", "is_outside"), [(94, False), (97, True)])
def test_a_swinging_process_has_a_wider_band(failing: int, is_outside: bool) -> None:
    """Where the rate swings from window to window, it is outside only beyond so many swings."""
    # 20 windows of one execution, every other failing: the rate is a half, and each move of 2 sigmas a swing of 1.77.
    # Of 100 executions 94 failing are 8.8 sigmas above, which are 4.96 swings; 97 are 9.4, which are 5.30.
    baseline = Baseline(20)
    for number in range(20):
        baseline.add(1, number % 2)
    assert baseline.is_outside(100, failing, 5.0) is is_outside


def test_at_the_very_border_it_is_inside() -> None:
    """All 60 of 60 against 15 in 16 are two sigmas above, no more: outside of a narrower band, and not of that one."""
    # 19 windows of 10,000 and one of 10,007 executions: (187,507 + 1/2) / (200,007 + 1) is 15/16, and of 60 executions
    # one sigma is 1/32. That all of 60 fail has a chance of 2.1 %, less than the 2.3 % beyond two sigmas.
    baseline = calm(windows=20, executions=10_000, failing=9_375)
    baseline.add(10_007, 9_382)
    assert not baseline.is_outside(60, 60, 2.0)
    assert baseline.is_outside(60, 60, 1.999)
