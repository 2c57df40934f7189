"""Run charts: limits by hand, gaps, documented changes, and both signals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.errors import MetricError
from metrics.run_chart import Limits, Rule, limits, signals

POINTS = st.lists(st.one_of(st.none(), st.floats(-1e3, 1e3)), max_size=40)


def test_limits_by_hand() -> None:
    """Mean 4, moving ranges 2, 4, 2, 5 with mean 13/4: limits 4 ± 2.66 · 13/4 = 8.645."""
    (found,) = limits([3.0, 5.0, 1.0, 3.0, 8.0], [])
    assert found.centre == 4.0
    assert found.low == pytest.approx(4 - 8.645)
    assert found.high == pytest.approx(4 + 8.645)


def test_a_gap_is_not_a_fall_to_0() -> None:
    """A week without data changes neither centre nor limits, and is no signal."""
    full, gaps = [5.0, 6.0, 5.0, 6.0], [5.0, None, 6.0, None, 5.0, 6.0]
    (one,), (other,) = limits(full, []), limits(gaps, [])
    assert (one.centre, one.low, one.high, one.points) == (other.centre, other.low, other.high, other.points)
    assert signals(gaps, [other]) == []


@pytest.mark.parametrize("values", [[], [3.0], [None, None], [None, 3.0]])
def test_below_two_points_there_are_no_limits(values: list[float | None]) -> None:
    """One point has no range to a neighbour, and none has no mean."""
    for found in limits(values, []):
        assert (found.centre, found.low, found.high, found.is_firm) == (None, None, None, False)
        assert signals(values, [found]) == []


def test_limits_are_firm_from_12_points() -> None:
    """Eleven points, and eleven with gaps, still move; twelve are relied on."""
    assert not limits([1.0, 2.0] * 5 + [1.0] + [None] * 9, [])[0].is_firm
    assert limits([1.0, 2.0] * 6, [])[0].is_firm


def test_a_documented_change_starts_new_limits() -> None:
    """No range is taken across the change, and each stretch has its own centre."""
    found = limits([1.0, 2.0, 1.0, 9.0, 10.0, 9.0], [3])
    assert [(stretch.first, stretch.until) for stretch in found] == [(0, 3), (3, 6)]
    assert [stretch.high for stretch in found] == pytest.approx([4 / 3 + 2.66, 28 / 3 + 2.66])
    assert limits([1.0, 2.0], [0, 2, 2]) == limits([1.0, 2.0], [])


@pytest.mark.parametrize("breaks", [[-1], [4]])
def test_a_break_outside_the_values_is_refused(breaks: list[int]) -> None:
    """A change documented where there are no values is a mistake of the caller."""
    with pytest.raises(MetricError, match="do not fit 3 values"):
        limits([1.0, 2.0, 3.0], breaks)


def test_a_point_outside_the_limits_is_a_signal() -> None:
    """Above and below are told apart; a point on the limit is within."""
    stretch = Limits(0, 4, 20, 5.0, 2.0, 8.0)
    found = signals([8.0, 8.1, 2.0, 1.9], [stretch])
    assert [(signal.rule, signal.first, signal.is_above) for signal in found] == [
        (Rule.OUTSIDE, 1, True), (Rule.OUTSIDE, 3, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([6.0] * 7, None),
        ([6.0] * 8, (0, 7)),
        ([4.0, *[6.0] * 9, 4.0], (1, 9)),
        ([6.0] * 4 + [None] + [6.0] * 4, (0, 8)),  # a gap neither ends the run nor lengthens it
        ([6.0] * 4 + [None] + [6.0] * 3, None),
        ([6.0] * 4 + [5.0] + [6.0] * 4, None),  # a point on the centre ends it
    ],
)
def test_eight_in_a_row_on_one_side(values: list[float | None], expected: tuple[int, int] | None) -> None:
    """Eight successive points on one side of the centre are one signal, as long as the run lasts."""
    found = signals(values, [Limits(0, len(values), 20, 5.0, -9.0, 99.0)])
    assert [(signal.first, signal.last) for signal in found] == ([expected] if expected else [])
    assert all(signal.rule is Rule.RUN and signal.is_above for signal in found)


def test_no_run_crosses_a_documented_change() -> None:
    """Four points above the old centre and four above the new one are no run."""
    values = [6.0] * 8
    assert signals(values, [Limits(0, 4, 4, 5.0, 0.0, 9.0), Limits(4, 8, 4, 5.0, 0.0, 9.0)]) == []


@given(POINTS, st.lists(st.integers(0, 40), max_size=4))
def test_stretches_cover_all_values_once(values: list[float | None], places: list[int]) -> None:
    """Every position lies in exactly one stretch, and limits enclose their centre."""
    found = limits(values, [place for place in places if place <= len(values)])
    assert [i for stretch in found for i in range(stretch.first, stretch.until)] == list(range(len(values)))
    for stretch in found:
        if stretch.centre is not None and stretch.low is not None and stretch.high is not None:
            assert stretch.low <= stretch.centre <= stretch.high


def test_signals_of_one_point_are_in_order() -> None:
    """Where a run begins with a point outside the limits, both are told, in the order of their words."""
    stretch = Limits(0, 12, 12, 5.0, 2.0, 8.0)
    values = [9.0, *[6.0] * 8, 4.0, 4.0, 4.0]
    assert [(signal.first, signal.last, signal.rule) for signal in signals(values, [stretch])] == [
        (0, 8, Rule.RUN), (0, 0, Rule.OUTSIDE),
    ]  # fmt: skip
