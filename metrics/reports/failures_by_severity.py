"""Failures of a quarter by level and severity ← failures and cases: counts, stages, hours in failure, causes.

Hours in failure run from onset, where unknown from detection, to steady state, or to the newest event while open; they
are cut at the period and united, so two failures at once are one bad hour. The naive sum stands beside.
A period has as many hours as its local days really had, up to the newest event.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

import duckdb

from metrics.evaluate import known_days
from metrics.periods import Period, spine
from metrics.published import FAILURES_BY_SEVERITY
from metrics.query import one_value
from metrics.reports.report import Report
from metrics.stream.model import Stream

ALL = "all"
_STAGES = {
    "detection": ("onset", "detected"), "triage": ("detected", "triaged"), "spread": ("detected", "contained"),
    "remediation": ("detected", "remediated"), "containment": ("detected", "steady"),
    "restoration": ("onset", "steady"),
}  # fmt: skip
_MEDIANS = ", ".join(
    f"median((epoch_us({until}_at) - epoch_us({begin}_at)) / 86400e6) FILTER ({until}_at >= {begin}_at "
    f"AND {until}_on >= $first_on AND {until}_on < $until_on) AS {stage}_days, "
    f"count(*) FILTER ({until}_at >= {begin}_at AND {until}_on >= $first_on AND {until}_on < $until_on) AS {stage}_n"
    for stage, (begin, until) in _STAGES.items()
)
_CHOSEN = """
SELECT *, coalesce(onset_at, detected_at) AS began_at FROM failures
WHERE stream = $stream AND ($level = 'all' OR level = $level)
    AND ($severity = 'all' OR coalesce(severity::VARCHAR, 'unknown') = $severity)"""
_COUNTS = f"""
SELECT count(*) FILTER (is_new) AS detected, count(*) FILTER (is_over) AS closed,
    count(*) FILTER (detected_on < $until_on AND coalesce(steady_on >= $until_on, TRUE)) AS open_at_end,
    count(*) FILTER (is_over AND is_auto_healed) AS auto_healed,
    count(*) FILTER (is_over AND is_auto_healed IS NULL) AS auto_healed_unknown, {_MEDIANS},
    count(*) FILTER (is_new AND caused_by_release IS NOT NULL) AS caused_by_release,
    count(*) FILTER (is_new AND attributed_by IS NULL) AS unattributed,
    unattributed / nullif(detected, 0) AS unattributed_share
FROM (
    SELECT *, detected_on >= $first_on AND detected_on < $until_on AS is_new,
        coalesce(steady_on >= $first_on AND steady_on < $until_on, FALSE) AS is_over
    FROM ({_CHOSEN})
)"""
_SPELLS = f"""
SELECT began_at, coalesce(steady_at, $until_at) FROM ({_CHOSEN})
WHERE began_at < $until_at AND coalesce(steady_at, $until_at) > $first_at"""

_NEWEST = """
SELECT greatest((SELECT max(last_event_at) FROM cases WHERE stream = $stream), max(detected_at), max(steady_at))
FROM failures WHERE stream = $stream"""

Spell = tuple[dt.datetime, dt.datetime]


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `failures_by_severity`: every quarter, level and severity with data."""
    first_on, last_on = known_days(connection, stream)
    newest_at = one_value(connection, _NEWEST, {"stream": stream.stream})
    if first_on is None or last_on is None or newest_at is None:
        return
    kinds = connection.execute(
        "SELECT DISTINCT level, coalesce(severity::VARCHAR, 'unknown') FROM failures WHERE stream = $stream",
        {"stream": stream.stream},
    ).fetchall()
    for period in spine(first_on, last_on, "quarter", stream.fiscal_year_starts):
        for level, severity in _groups(kinds):
            yield _row(connection, stream, period, newest_at, level, severity)


def united_hours(spells: Iterable[Spell]) -> float:
    """Hours in which at least one of the spells runs."""
    total, reached = dt.timedelta(0), None
    for begun, ended in sorted(spells):
        from_at = begun if reached is None else max(begun, reached)
        if ended > from_at:
            total += ended - from_at
            reached = ended
    return total / dt.timedelta(hours=1)


def _groups(kinds: Iterable[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """Everything; each level; each severity of all levels, and of each."""
    found = {(ALL, ALL)}
    for level, severity in kinds:
        found |= {(level, ALL), (ALL, severity), (level, severity)}
    return sorted(found)


def _row(
    connection: duckdb.DuckDBPyConnection,
    stream: Stream,
    period: Period,
    newest_at: dt.datetime,
    level: str,
    severity: str,
) -> dict[str, object]:
    first_at, end_at = (_midnight(stream, day) for day in (period.first_on, period.until_on))
    until_at = min(end_at, newest_at)
    chosen = {"stream": stream.stream, "level": level, "severity": severity}
    counted = connection.execute(_COUNTS, {**chosen, "first_on": period.first_on, "until_on": period.until_on})
    names = [column[0] for column in counted.description]
    counts = dict(zip(names, counted.fetchall()[0], strict=True))
    found = connection.execute(_SPELLS, {**chosen, "first_at": first_at, "until_at": until_at}).fetchall()
    spells = [(max(begun, first_at), min(ended, until_at)) for begun, ended in found]
    hours, passed = united_hours(spells), (until_at - first_at) / dt.timedelta(hours=1)
    return {
        "stream": stream.stream, "period": period.key, "level": level, "severity": severity, **counts,
        "failing_hours": hours, "summed_hours": sum(united_hours([spell]) for spell in spells),
        "failing_share": hours / passed if passed > 0 else None,
    }  # fmt: skip


def _midnight(stream: Stream, day: dt.date) -> dt.datetime:
    """When a local day begins, UTC without zone."""
    local = dt.datetime.combine(day, dt.time(), ZoneInfo(stream.time_zone))
    return local.astimezone(dt.UTC).replace(tzinfo=None)


FAILURES_COUNTED = Report(FAILURES_BY_SEVERITY, ("failures", "cases", "costs"), rows)
