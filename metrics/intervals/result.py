"""The three endings of a summary: no value, a value without interval, a value with both intervals.

Knows the Summary record; computes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from metrics.intervals.level import Range
from metrics.metric import Statistic, Summary

NO_VALUE = "no value"


def without_value(statistic: Statistic, reason: str, n: int = 0) -> Summary:
    """No data, with the reason in plain words."""
    return Summary(statistic, None, None, None, n, NO_VALUE, reason=reason)


def without_interval(statistic: Statistic, value: float, n: int, why: str) -> Summary:
    """A value whose interval cannot be defended; `why` becomes the method."""
    return Summary(statistic, value, None, None, n, why)


def with_interval(statistic: Statistic, value: float, n: int, ranges: Sequence[Range], method: str) -> Summary:
    """A value with its 95 % and 80 % ranges, in this order."""
    (low, high), (low80, high80) = ranges
    return Summary(statistic, value, low, high, n, method, low80, high80)
