"""What each day has to do with a survival curve: days without cases, and days watched for the shortest time only."""

from __future__ import annotations

import numpy as np

from metrics.intervals.curve_spread import moves_by_day
from metrics.survival_curve import trace_curve

AMOUNT = np.array([1.0, 1.0, 2.0, 3.0, 3.0, 5.0, 2.0, 5.0])
COMPLETE = np.array([True, True, True, False, True, True, False, True])
DAY = np.array([0, 0, 1, 1, 2, 4, 4, 6])
DAYS = 8


def test_days_are_watched_as_long_as_their_oldest_case() -> None:
    """At each time those days count of which a case lasted as long: never a day without cases, be it the last."""
    curve = trace_curve(AMOUNT, COMPLETE)
    found = moves_by_day(curve, DAY, DAYS).watched_days
    assert curve.times.tolist() == [1, 2, 3, 5]
    assert found.tolist() == [len(set(DAY[time <= AMOUNT])) for time in curve.times] == [5, 4, 4, 2]
