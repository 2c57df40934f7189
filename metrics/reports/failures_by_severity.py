"""Failures of a quarter by level and severity ← failures and cases: counts, hours in failure, causes.

Hours in failure run from onset, where unknown from detection, to steady state, or to the newest event while open; they
are cut at the period and united, so two failures at once are one bad hour. The naive sum stands beside.
A period has as many hours as its local days really had, up to the newest event.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

import duckdb

from metrics.published import FAILURES_BY_SEVERITY
from metrics.query import one_value
from metrics.reports.failure_groups import CHOSEN, FailureGroup, failure_groups
from metrics.reports.report import Report
from metrics.stream.model import Stream

_COUNTS = f"""
SELECT count(*) FILTER (is_new) AS detected, count(*) FILTER (is_over) AS closed,
    count(*) FILTER (detected_on < $until_on AND coalesce(steady_on >= $until_on, TRUE)) AS open_at_end,
    count(*) FILTER (is_over AND is_auto_healed) AS auto_healed,
    count(*) FILTER (is_over AND is_auto_healed IS NULL) AS auto_healed_unknown,
    count(*) FILTER (is_new AND caused_by_release IS NOT NULL) AS caused_by_release,
    count(*) FILTER (is_new AND attributed_by IS NULL) AS unattributed,
    unattributed / nullif(detected, 0) AS unattributed_share
FROM (
    SELECT *, detected_on >= $first_on AND detected_on < $until_on AS is_new,
        coalesce(steady_on >= $first_on AND steady_on < $until_on, FALSE) AS is_over
    FROM ({CHOSEN})
)"""
_SPELLS = f"""
SELECT greatest(began_at, $first_at), least(coalesce(steady_at, $until_at), $until_at) FROM ({CHOSEN})
WHERE began_at < $until_at AND coalesce(steady_at, $until_at) > $first_at"""
_NEWEST = """
SELECT greatest((SELECT max(last_event_at) FROM cases WHERE stream = $stream), max(detected_at), max(steady_at))
FROM failures WHERE stream = $stream"""

Spell = tuple[dt.datetime, dt.datetime]


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `failures_by_severity`: every quarter, level and severity with data."""
    newest_at = one_value(connection, _NEWEST, {"stream": stream.stream})
    for group in failure_groups(connection, stream):
        yield {**group.named, **_counts(connection, group), **_hours(connection, stream, group, newest_at)}


def united_hours(spells: Iterable[Spell]) -> float:
    """Hours in which at least one of the spells runs."""
    total, reached = dt.timedelta(0), None
    for begun, ended in sorted(spells):
        from_at = begun if reached is None else max(begun, reached)
        if ended > from_at:
            total += ended - from_at
            reached = ended
    return total / dt.timedelta(hours=1)


def _counts(connection: duckdb.DuckDBPyConnection, group: FailureGroup) -> dict[str, object]:
    days = {"first_on": group.period.first_on, "until_on": group.period.until_on}
    found = connection.execute(_COUNTS, {**group.chosen, **days})
    names = [column[0] for column in found.description]
    return dict(zip(names, found.fetchall()[0], strict=True))


def _hours(
    connection: duckdb.DuckDBPyConnection, stream: Stream, group: FailureGroup, newest_at: dt.datetime
) -> dict[str, object]:
    first_at = _midnight(stream, group.period.first_on)
    until_at = min(_midnight(stream, group.period.until_on), newest_at)
    spells = connection.execute(_SPELLS, {**group.chosen, "first_at": first_at, "until_at": until_at}).fetchall()
    hours, passed = united_hours(spells), (until_at - first_at) / dt.timedelta(hours=1)
    return {
        "failing_hours": hours, "summed_hours": math.fsum(united_hours([spell]) for spell in spells),
        "failing_share": hours / passed if passed > 0 else None,
    }  # fmt: skip


def _midnight(stream: Stream, day: dt.date) -> dt.datetime:
    """When a local day begins, UTC without zone."""
    local = dt.datetime.combine(day, dt.time(), ZoneInfo(stream.time_zone))
    return local.astimezone(dt.UTC).replace(tzinfo=None)


# Failures open before a period, found and closed in it add up from period to period, so all are told as known now.
FAILURES_COUNTED = Report(FAILURES_BY_SEVERITY, ("failures", "cases"), rows, closes=False)
