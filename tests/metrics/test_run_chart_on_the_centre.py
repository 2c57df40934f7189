"""Signals of a run chart where a point lies on the centre, or on a limit."""

from __future__ import annotations

import pytest

from metrics.run_chart import Limits, Rule, signals


def found(*values: float | None) -> list[tuple[Rule, int, int, bool]]:
    """Signals of one stretch with the centre 5 and the limits 0 and 10."""
    stretch = Limits(0, len(values), len(values), 5.0, 0.0, 10.0)
    return [(one.rule, one.first, one.last, one.is_above) for one in signals(values, [stretch])]


@pytest.mark.parametrize("side", [4.0, 6.0])
def test_a_point_on_the_centre_ends_a_run(side: float) -> None:
    """Eight in a row are a run; four, one on the centre and four more are none, and nor are eight on the centre."""
    assert found(*[side] * 8) == [(Rule.RUN, 0, 7, side > 5)]
    assert found(*[side] * 7) == []
    assert found(*[side] * 4, 5.0, *[side] * 4) == []
    assert found(*[5.0] * 9) == []


def test_a_point_on_a_limit_is_inside() -> None:
    """On the limits nothing is said, beyond them it is, above or below."""
    assert found(0.0, 10.0) == []
    assert found(-0.1, 10.1) == [(Rule.OUTSIDE, 0, 0, False), (Rule.OUTSIDE, 1, 1, True)]
