"""The band of a failure rate: what is outside, what is not, and the predictive tail against an independent library."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom, norm

from metrics.facts.watch.band import FEWEST_WINDOWS, Baseline, predictive_tail


def _baseline(*windows: tuple[int, int], times: int = 1) -> Baseline:
    """These windows (executions, failing), over and over."""
    found = Baseline(len(windows) * times)
    for window in windows * times:
        found.add(*window)
    return found


@settings(max_examples=60, deadline=None)
@given(
    executions=st.integers(1, 400),
    data=st.data(),
    alpha=st.integers(0, 300).map(lambda n: n + 0.5),
    beta=st.integers(0, 20_000).map(lambda n: n + 0.5),
)
def test_the_tail_is_beta_binomial(executions: int, data: st.DataObject, alpha: float, beta: float) -> None:
    """The chance of at least so many failing executions is that of scipy's beta-binomial distribution."""
    failing = data.draw(st.integers(0, executions))
    expected = float(betabinom.pmf(range(failing, executions + 1), executions, alpha, beta).sum())  # sf is coarser
    assert predictive_tail(failing, executions, alpha, beta) == pytest.approx(expected, rel=1e-8, abs=1e-300)


def test_nothing_is_judged_before_the_baseline_is_long_enough() -> None:
    """Twenty windows are the fewest to judge by; the oldest fall out."""
    assert not _baseline((5, 0), times=FEWEST_WINDOWS - 1).is_known
    assert _baseline((5, 0), times=FEWEST_WINDOWS).is_known
    forgetful = Baseline(20)
    for window in [(10, 9)] * 20 + [(10, 0)] * 20:
        forgetful.add(*window)
    assert forgetful.is_outside(10, 5, 4)


def test_fewer_failures_are_no_failure() -> None:
    """A rate at or below that of the baseline is inside, however unlikely."""
    half = _baseline((100, 50), times=20)
    assert not half.is_outside(1000, 500, 2)
    assert not half.is_outside(1000, 0, 2)
    assert half.is_outside(1000, 700, 2)


def test_one_failure_of_few_is_chance() -> None:
    """Three of three against 1.6 in 100 is no chance; one of one, or two of five, is."""
    calm = _baseline((50, 1), (50, 0), (50, 1), (50, 1), times=10)
    assert calm.is_outside(3, 3, 4)
    assert not calm.is_outside(1, 1, 4)
    assert not calm.is_outside(5, 2, 4)


def test_the_border_is_the_tail_of_so_many_sigmas() -> None:
    """Just below the chance of a normal value beyond the border it is outside, just above it is not."""
    windows = [(20, 1), (20, 0), (20, 1), (20, 2)] * 5
    calm, failed, total = _baseline(*windows), 20, 400
    for sigmas in (2.0, 3.0, 4.0):
        outside = {failing: calm.is_outside(20, failing, sigmas) for failing in range(21)}
        expected = {
            failing: bool(failing / 20 > 0.06 and betabinom.sf(failing - 1, 20, failed + 0.5, total - failed + 0.5)
                          < norm.sf(sigmas))
            for failing in range(21)
        }  # fmt: skip
        assert outside == expected


def test_a_process_that_swings_is_given_room() -> None:
    """What is far outside for a steady process is usual for one that swings from window to window as much."""
    steady, swinging = _baseline((200, 20), times=40), _baseline((200, 2), (200, 38), times=20)
    assert steady.is_outside(200, 45, 4)
    assert not swinging.is_outside(200, 45, 4)
    assert swinging.is_outside(200, 190, 4)


def test_the_swing_is_laneys() -> None:
    """Beside chance the border is p + sigmas · σp · σz, with σz from moving ranges of the standardised rates."""
    windows = [(400, 20), (400, 60), (400, 30), (400, 70)] * 6
    rate = (sum(failing for _, failing in windows) + 0.5) / (400 * len(windows) + 1)
    sigma = math.sqrt(rate * (1 - rate) / 400)
    standard = [(failing / 400 - rate) / sigma for _, failing in windows]
    swing = sum(abs(b - a) for a, b in itertools.pairwise(standard)) / (len(windows) - 1) / 1.128
    border = 400 * (rate + 3 * swing * sigma)
    found = _baseline(*windows)
    assert not found.is_outside(400, math.floor(border), 3)
    assert found.is_outside(400, math.ceil(border), 3)


def test_a_baseline_without_a_failure_is_no_promise() -> None:
    """Nothing failed so far: one failure of few is chance still, several are not."""
    never = _baseline((5, 0), times=20)
    assert not never.is_outside(5, 1, 4)
    assert never.is_outside(5, 4, 4)
