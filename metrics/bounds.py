"""What is unknown, carried to the number: its value at either end, and what may be said of a change all the same.

Knows summaries and verdicts; knows no metric and nothing of what is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from metrics.metric import Summary, Verdict

_NOTHING_SAID = (Verdict.NO_DATA, Verdict.NO_BASELINE, Verdict.NOT_JUDGED, Verdict.TOO_FEW, Verdict.EARLY)


def with_bounds(found: Sequence[Summary], least: Sequence[Summary], most: Sequence[Summary]) -> list[Summary]:
    """Summaries with those at either end of what is unknown beside them, statistic by statistic."""
    return [replace(summary, least=low, most=high) for summary, low, high in zip(found, least, most, strict=True)]


def judge_within(before: Summary, after: Summary, judge: Callable[[Summary, Summary], Verdict]) -> Verdict:
    """The verdict that holds wherever the truth lies between the bounds; *No clear change* where it depends on that.

    The two ends that speak most for and most against a rise are judged as well as the values themselves.
    """
    verdict = judge(before, after)
    if verdict in _NOTHING_SAID or (before.least is None and after.least is None):
        return verdict
    fallen = judge(before.most or before, after.least or after)
    risen = judge(before.least or before, after.most or after)
    return verdict if {fallen, risen} == {verdict} else Verdict.UNCLEAR
