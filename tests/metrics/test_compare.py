"""Differences: MOVER against closed forms, and what is missing stays missing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.compare import compare, mover
from metrics.errors import ContractError, MetricError
from metrics.metric import Better, Statistic, Summary, Verdict

LEVELS = st.floats(-1e3, 1e3)
ARMS = st.floats(0, 100)


def summed(
    value: float | None, half: float | None = 1.0, *, n: int = 500, statistic: Statistic = Statistic.P50
) -> Summary:
    """A summary with a symmetric 95 % interval and an 80 % one of 0.65 its width."""
    if value is None or half is None:
        return Summary(statistic, value, None, None, n, "test")
    inner = 0.65 * half
    return Summary(statistic, value, value - half, value + half, n, "test", value - inner, value + inner)


def test_symmetric_ranges_add_like_errors() -> None:
    """For ranges value ± h MOVER is the textbook difference ± √(h₁² + h₂²), at both levels."""
    found = compare(summed(10.0, 3.0), summed(4.0, 4.0), better=Better.LOWER, unit="days", meaningful=1.0)
    assert (found.value, found.low, found.high) == (-6.0, -11.0, -1.0)
    assert (found.low80, found.high80) == pytest.approx((-6 - 0.65 * 5, -6 + 0.65 * 5))


def test_mover_by_hand() -> None:
    """Zou & Donner's limits for 56/70 against 48/80, from the two Wilson ranges as in Newcombe (1998), method 10."""
    assert mover(0.6, 0.4905, 0.7000, 0.8, 0.6918, 0.8774) == pytest.approx(
        (0.2 - math.hypot(0.8 - 0.6918, 0.7 - 0.6), 0.2 + math.hypot(0.8774 - 0.8, 0.6 - 0.4905))
    )
    low, high = mover(0.6, 0.4905, 0.7000, 0.8, 0.6918, 0.8774)
    assert (low, high) == pytest.approx((0.0524, 0.3339), abs=2e-3)


@given(LEVELS, ARMS, ARMS, LEVELS, ARMS, ARMS)
def test_swapping_the_sides_mirrors_the_range(
    one: float, one_down: float, one_up: float, two: float, two_down: float, two_up: float
) -> None:
    """before − after is the mirror image of after − before, and the range encloses the change."""
    forth = mover(one, one - one_down, one + one_up, two, two - two_down, two + two_up)
    back = mover(two, two - two_down, two + two_up, one, one - one_down, one + one_up)
    low, high = _known(forth)
    mirrored_high, mirrored_low = _known(back)
    assert (low, high) == pytest.approx((-mirrored_low, -mirrored_high))
    assert low <= two - one <= high


def _known(ends: tuple[float | None, float | None]) -> tuple[float, float]:
    low, high = ends
    assert low is not None
    assert high is not None
    return low, high


@pytest.mark.parametrize(("before", "after"), [(None, 1.0), (1.0, None), (None, None)])
def test_no_value_gives_no_difference(before: float | None, after: float | None) -> None:
    """A side without data is not taken for 0: the difference has no value and no range."""
    found = compare(summed(before), summed(after), better=Better.LOWER, unit="days", meaningful=0.1)
    assert (found.value, found.low, found.high, found.low80, found.high80) == (None,) * 5
    assert found.verdict is (Verdict.NO_DATA if after is None else Verdict.NO_BASELINE)


def test_no_interval_on_a_side_gives_none() -> None:
    """The change is still told, its range is not, and nothing is claimed."""
    found = compare(summed(3.0, None), summed(1.0), better=Better.LOWER, unit="days", meaningful=0.1)
    assert (found.value, found.low, found.high, found.verdict) == (-2.0, None, None, Verdict.TOO_FEW)


def test_two_statistics_are_not_compared() -> None:
    """A p90 minus a median is no change of anything."""
    with pytest.raises(ContractError, match="A p50 cannot be compared with a p90"):
        compare(summed(1.0), summed(1.0, statistic=Statistic.P90), better=Better.LOWER, unit="days", meaningful=0.1)


@pytest.mark.parametrize("meaningful", [-0.1, math.nan])
def test_a_meaningful_change_is_a_number_from_0(meaningful: float) -> None:
    """A negative or unknown threshold would turn the table of verdicts around."""
    with pytest.raises(MetricError, match="expected a number from 0 up"):
        compare(summed(1.0), summed(1.0), better=Better.LOWER, unit="days", meaningful=meaningful)
