"""What is judged at a cut, and how: work by the day it began, so that either side lived under its own rules.

Durations count open work, so the side before is watched only until the cut. What a case becomes (right or not, how it
was handed on) is known when it has ended: either side gets the same days to end in, and only cases that ended within
them count. Cost is not judged at a cut: bills come by the month, and no share of one belongs to a day.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import duckdb

from metrics.effects.windows import WINDOW, Cut, utc
from metrics.evaluate import summaries_of
from metrics.failure.failure_containment_time import FAILURE_CONTAINMENT_TIME
from metrics.failure.failure_containment_time_started import FAILURE_CONTAINMENT_TIME_STARTED
from metrics.flow.flow_time import FLOW_TIME
from metrics.flow.flow_time_started import FLOW_TIME_STARTED
from metrics.handoff.handoff_ratio import HANDOFF_RATIO
from metrics.metric import Metric, Summary
from metrics.observe import ObservedGroup, observe
from metrics.quality.first_time_right import FIRST_TIME_RIGHT
from metrics.query import one_value
from metrics.stream.model import Stream

MOST_MATURING_DAYS = WINDOW.days // 2
WATCHED = "by day of start, open work counted, straddlers cut"
_RIPE_SHARE = 0.95
_NINETY_FIFTH = """
SELECT quantile_cont(epoch_us(finished_at) - epoch_us(triggered_at), $share) / 86400e6 FROM cases
WHERE stream = $stream AND outcome_kind = 'completed' AND finished_at >= triggered_at
"""


@dataclass(frozen=True, slots=True)
class Cohort:
    """A metric as it is judged at a cut: `observed` dates its subjects by their beginning.

    `maturing_days` 0: durations with open work counted. Else the days every subject has to end in.
    """

    metric: Metric
    observed: Metric
    maturing_days: int = 0

    @property
    def note(self) -> str:
        """For the technical notes: how the two sides were cut."""
        if not self.maturing_days:
            return WATCHED
        return f"by day of start, {self.maturing_days} days to end in on either side, what straddles left out"


def cohorts_of(connection: duckdb.DuckDBPyConnection, stream: Stream) -> tuple[Cohort, ...]:
    """Every metric that is judged at a cut."""
    days = maturing_days(connection, stream)
    return (
        Cohort(FLOW_TIME, replace(FLOW_TIME_STARTED, key=FLOW_TIME.key)),
        Cohort(FAILURE_CONTAINMENT_TIME, replace(FAILURE_CONTAINMENT_TIME_STARTED, key=FAILURE_CONTAINMENT_TIME.key)),
        *(Cohort(metric, _matured(metric, days), days) for metric in (FIRST_TIME_RIGHT, HANDOFF_RATIO)),
    )


def maturing_days(connection: duckdb.DuckDBPyConnection, stream: Stream) -> int:
    """The whole days within which 95 in 100 of the completed cases were; at least one, at most half a window."""
    found = one_value(connection, _NINETY_FIFTH, {"stream": stream.stream, "share": _RIPE_SHARE})
    return 1 if found is None else min(max(math.ceil(found), 1), MOST_MATURING_DAYS)


def sides(
    connection: duckdb.DuckDBPyConnection, stream: Stream, cohort: Cohort, cut: Cut, by: tuple[str, ...] = ()
) -> tuple[list[ObservedGroup], list[ObservedGroup]]:
    """The cohort as seen at the cut, and as seen when the later side stops being watched; a group per dimension value.

    Where nothing is aged both are the same list.
    """
    until = None if cut.seen_until is None else utc(cut.seen_until)
    around = _around(cohort.observed, cut)
    late = observe(connection, around, stream, by, as_of=until)
    if cohort.maturing_days:
        return late, late
    return observe(connection, around, stream, by, as_of=utc(cut.at)), late


def summary_pairs(
    connection: duckdb.DuckDBPyConnection, stream: Stream, cohort: Cohort, cut: Cut
) -> Iterator[tuple[Summary, Summary]]:
    """Before and after the cut, statistic by statistic."""
    (early,), (late,) = sides(connection, stream, cohort, cut)
    befores = summaries_of(cohort.observed, early.within(cut.before))
    yield from zip(befores, summaries_of(cohort.observed, late.within(cut.after)), strict=True)


def _around(metric: Metric, cut: Cut) -> Metric:
    """The metric with only the days of the two windows: a stream may hold years of others."""
    first, until = (
        f"make_date({day.year}, {day.month}, {day.day})" for day in (cut.before.first_on, cut.after.until_on)
    )
    days = f"observed_on >= {first} AND observed_on < {until}"
    return replace(metric, sql=f"\nSELECT * FROM ({metric.sql.strip()}) WHERE {days}\n")


def _matured(metric: Metric, days: int) -> Metric:
    """The metric by the day its cases began, of those that ended within so many days; its definition stays its own."""
    return replace(
        metric,
        sql=f"""
SELECT seen.* REPLACE (begun.triggered_on AS observed_on)
FROM ({metric.sql.strip()}) seen JOIN cases begun ON begun.stream = $stream AND begun.case_id = seen.subject
WHERE begun.finished_at >= begun.triggered_at
    AND epoch_us(begun.finished_at) - epoch_us(begun.triggered_at) <= {days * 86_400_000_000}
""",
    )
