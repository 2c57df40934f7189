"""How much must be watched until a change shows: the formula by hand, its inverse, and against simulated verdicts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.compare import compare
from metrics.metric import Better, Statistic, Summary, Verdict
from metrics.watching import REACH, Spread, observations_needed, smallest_change


def test_by_hand() -> None:
    """Arms of 3 below and 4 above, as many after: a fall needs 1.43 × √(3² + 4²), a rise 1.43 × √(4² + 3²)."""
    today = Spread(10, 7, 14, 400)
    assert smallest_change(today, 400, falls=True) == pytest.approx(REACH * 5)
    assert smallest_change(today, 400, falls=False) == pytest.approx(REACH * 5)
    assert smallest_change(today, 1600, falls=True) == pytest.approx(REACH * math.hypot(3, 2))
    assert smallest_change(today, 1600, falls=False) == pytest.approx(REACH * math.hypot(4, 1.5))


def test_the_reach_is_that_of_four_in_five() -> None:
    """Bloom's 2.8 standard errors are 1.43 times the 1.96 of the range."""
    assert pytest.approx(2.8, abs=0.01) == REACH * 1.96


def test_what_no_number_shows_is_none() -> None:
    """A change inside the arm of today is never shown, however many are watched; nor is any on fewer than 100."""
    assert observations_needed(Spread(10, 7, 14, 400), -3 * REACH) is None
    assert observations_needed(Spread(10, 7, 14, 99), -100) is None
    assert smallest_change(Spread(10, 7, 14, 400), 99, falls=True) is None
    assert smallest_change(Spread(10, 7, 14, 99), 400, falls=True) is None


def test_a_verdict_needs_a_hundred() -> None:
    """However large the change, fewer than 100 give no verdict."""
    assert observations_needed(Spread(10, 9.9, 10.1, 5000), -9) == 100


@given(
    st.floats(0.01, 5), st.floats(0.01, 5), st.integers(100, 100_000), st.integers(100, 100_000), st.booleans()
)  # fmt: skip
def test_the_two_are_inverse(below: float, above: float, n: int, later: int, falls: bool) -> None:
    """So many observations show just the change whose need they are."""
    today = Spread(50, 50 - below, 50 + above, n)
    least = smallest_change(today, later, falls=falls)
    assert least is not None
    needed = observations_needed(today, -least if falls else least)
    assert needed is not None
    assert needed == pytest.approx(later, rel=0.001, abs=2)


def test_four_in_five_get_a_verdict() -> None:
    """Of 2,000 simulated pairs whose truth moved by the planned change, 77 to 83 in 100 are called faster."""
    draw, n_before, n_after, spread = np.random.default_rng(7), 900, 400, 2.0
    arms = [1.959964 * spread / math.sqrt(n) for n in (n_before, n_after)]
    least = smallest_change(Spread(10, 10 - arms[0], 10 + arms[0], n_before), n_after, falls=True)
    assert least is not None

    def summary(value: float, arm: float, n: int) -> Summary:
        inner = arm * 1.281552 / 1.959964
        return Summary(Statistic.MEAN, value, value - arm, value + arm, n, "", value - inner, value + inner)

    called = 0
    for _ in range(2000):
        before = summary(10 + draw.normal() * arms[0] / 1.959964, arms[0], n_before)
        after = summary(10 - least + draw.normal() * arms[1] / 1.959964, arms[1], n_after)
        found = compare(before, after, better=Better.LOWER, unit="days", meaningful=0.0)
        called += found.verdict is Verdict.FASTER
    assert 0.77 <= called / 2000 <= 0.83


def test_no_change_is_never_shown() -> None:
    """A value without any doubt does not make a change of nothing one that could be shown."""
    assert observations_needed(Spread(10, 10, 10, 400), 0) is None


def test_a_part_of_an_observation_is_a_whole_one() -> None:
    """A fall of 4.5 times the reach leaves 4.5² − 3² = 11.25 for 400 · 4² = 6,400: 568.9, so 569."""
    assert observations_needed(Spread(10, 7, 14, 400), -4.5 * REACH) == 569
