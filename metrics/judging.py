"""Judging a value against the one before it: how large a change must be to matter, and the word for it."""

from __future__ import annotations

from metrics.bounds import judge_within
from metrics.compare import compare
from metrics.metric import Metric, Summary, Verdict
from metrics.stream import Stream, read_quantity

# Where the stream file names no meaningful change: a twentieth of the value before, or one point of a share.
_DEFAULT_FRACTION = 0.05
_DEFAULT_POINTS = 0.01


def meaningful_change(metric: Metric, stream: Stream, before: Summary) -> float:
    """The smallest change worth acting on, in the unit of the value; from the stream file, else a default."""
    told = stream.meaningful.get(metric.key)
    if told is not None:
        return read_quantity(told, metric.unit)
    if metric.unit == "share":
        return _DEFAULT_POINTS
    return abs(before.value or 0.0) * _DEFAULT_FRACTION


def verdict_between(metric: Metric, stream: Stream, before: Summary | None, after: Summary) -> Verdict:
    """The word for a value against the one before it; None: there is none."""
    if after.value is None:
        return Verdict.NO_DATA
    if before is None or before.value is None:
        return Verdict.NO_BASELINE
    if not metric.is_judged:
        return Verdict.NOT_JUDGED
    meaningful = meaningful_change(metric, stream, before)

    def judge(earlier: Summary, later: Summary) -> Verdict:
        return compare(earlier, later, better=metric.better, unit=metric.unit, meaningful=meaningful).verdict

    # Times cut to the day are cut alike in both periods, so they cannot turn a change round as unknown performers can.
    return judge(before, after) if metric.is_duration else judge_within(before, after, judge)
