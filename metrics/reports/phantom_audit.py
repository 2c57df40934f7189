"""Phantom audit ← cases and steps: what numbers that count open work owe to cases that are probably not open.

Kaplan–Meier believes every open case. Per quarter of started cases, and of all: the suspects (see `metrics.phantoms`),
and the flow time of started work as published and without them. Both stand side by side; the published number keeps
every case, as only the source can say which of them are really gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import duckdb

from metrics.evaluate import summaries_of
from metrics.flow.flow_time_started import FLOW_TIME_STARTED
from metrics.metric import Metric, Statistic
from metrics.observe import ObservedGroup, observe
from metrics.periods import Period
from metrics.phantoms import QuietLimit, quiet_limit
from metrics.published import PHANTOM_AUDIT
from metrics.query import one_row
from metrics.reports.report import Report
from metrics.stream.model import Stream
from metrics.windows import windows_of

_QUIET = """
SELECT case_id, triggered_on FROM cases WHERE stream = $stream AND finished_at IS NULL AND (
    SELECT epoch_us(max(last_event_at)) FROM cases WHERE stream = $stream
) - epoch_us(last_event_at)"""
_COUNTS = """
SELECT count(*) FILTER (finished_at IS NULL), count(*) FILTER (finished_at IS NULL AND case_id IN (
    SELECT case_id FROM suspects
))
FROM cases WHERE stream = $stream AND triggered_on >= $first_on AND triggered_on < $until_on"""


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `phantom_audit`."""
    limit = quiet_limit(connection, stream)
    (whole,) = observe(connection, FLOW_TIME_STARTED, stream)
    (without,) = observe(connection, _without(limit), stream)
    for window in windows_of(connection, stream, ("quarter", "all")):
        period = window.period
        open_cases, suspects = _counted(connection, stream, period, limit)
        yield {
            "stream": stream.stream, "grain": period.grain, "period": period.key, "first_on": period.first_on,
            "until_on": period.until_on, "started_cases": len(whole.within(period)), "open_cases": open_cases,
            "suspects": suspects, "quiet_limit_days": limit.days, "limit_basis": limit.basis,
            **_told(whole, period, "_days"), **_told(without, period, "_without_days"),
        }  # fmt: skip


def _told(group: ObservedGroup, period: Period, ending: str) -> dict[str, object]:
    """p50 and p90 of started work, under names with this ending; None where too much is open."""
    found = {summary.statistic: summary for summary in summaries_of(FLOW_TIME_STARTED, group.within(period))}
    return {f"{statistic}{ending}": found[statistic].value for statistic in (Statistic.P50, Statistic.P90)}


def _suspects(limit: QuietLimit) -> str:
    return f"{_QUIET} > {limit.limit_us}" if limit.limit_us is not None else f"{_QUIET} IS NULL"


def _without(limit: QuietLimit) -> Metric:
    """The metric, blind to suspects."""
    blind = f"SELECT * FROM ({FLOW_TIME_STARTED.sql}) WHERE subject NOT IN (SELECT case_id FROM ({_suspects(limit)}))"
    return replace(FLOW_TIME_STARTED, sql=blind)


def _counted(
    connection: duckdb.DuckDBPyConnection, stream: Stream, period: Period, limit: QuietLimit
) -> tuple[int, int | None]:
    """Open cases triggered in a period, and suspects among them; None where nothing is suspected."""
    told = {"stream": stream.stream, "first_on": period.first_on, "until_on": period.until_on}
    row = one_row(connection, f"WITH suspects AS ({_suspects(limit)}) {_COUNTS}", told)
    assert row is not None  # an aggregate has one row
    return row[0], None if limit.limit_us is None else row[1]


PHANTOMS_AUDITED = Report(PHANTOM_AUDIT, ("cases", "steps"), rows)
