"""The strata around each release: cases ended before it, cases that straddle it, cases begun after it.

Straddlers lived under two releases, so the effect of a release watches them only until it (see `effects.releases`);
here they are told on their own, over their whole life. They are slow by their nature (only what is slow is still open),
so they are no evidence for or against a release.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import duckdb

from metrics.effects.windows import Cut, cut_at
from metrics.evaluate import summaries_of
from metrics.flow.flow_time_started import FLOW_TIME_STARTED
from metrics.metric import Metric
from metrics.observe import observe
from metrics.periods import Period
from metrics.published import RELEASE_STRATA
from metrics.reports.report import Report
from metrics.stream.model import Stream
from metrics.stream.releases import Release

STRATA = ("before", "straddling", "after")


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `release_strata`: every release that reached everybody."""
    for release in stream.releases:
        if release.reached is None:
            yield from _rows(connection, stream, release, cut_at(stream, release.at))


def _rows(
    connection: duckdb.DuckDBPyConnection, stream: Stream, release: Release, cut: Cut
) -> Iterator[dict[str, object]]:
    around = Period(cut.before.first_on, cut.after.until_on, "around", "all")
    groups = {group.dimensions["stratum"]: group for group in observe(connection, _split(cut), stream, ("stratum",))}
    found = {name: groups[name].within(around) for name in STRATA if name in groups}
    total = sum(map(len, found.values()))
    for name, observed in found.items():
        for summary in summaries_of(FLOW_TIME_STARTED, observed):
            yield {
                "stream": stream.stream, "release": release.version, "name": release.name or None, "at_on": cut.at_on,
                "stratum": name, "statistic": summary.statistic.value, "cases": len(observed),
                "open_cases": int((~observed.complete).sum()), "case_share": len(observed) / total if total else None,
                "value": summary.value, "low": summary.low, "high": summary.high, "unit": "days",
                "reason": summary.reason, "method": summary.method,
            }  # fmt: skip


def _split(cut: Cut) -> Metric:
    """Flow time of all started, by stratum: a case with an outcome before the cut has not seen it."""
    at_us = round(cut.at.timestamp() * 1_000_000)
    sql = f"""
SELECT seen.*, CASE
    WHEN seen.observed_on >= make_date({cut.at_on.year}, {cut.at_on.month}, {cut.at_on.day}) THEN 'after'
    WHEN epoch_us(begun.finished_at) < {at_us} THEN 'before' ELSE 'straddling' END AS stratum
FROM ({FLOW_TIME_STARTED.sql.strip()}) seen
JOIN cases begun ON begun.stream = $stream AND begun.case_id = seen.subject
"""
    return replace(FLOW_TIME_STARTED, sql=sql, dimensions=("stratum",))


STRATA_REPORT = Report(RELEASE_STRATA, ("cases",), rows)
