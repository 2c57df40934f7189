"""Cost of ownership by quarter ← integration_lines, failures, costs and steps: by kind, in all, and per transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

import duckdb

from metrics.finance.course import NOTHING, rounded
from metrics.finance.integration import Integration
from metrics.finance.ownership import UNPRICED, Priced, declared, price_of_failures
from metrics.finance.stored import read_integrations
from metrics.periods import Period
from metrics.published import COST_OF_OWNERSHIP
from metrics.query import one_value
from metrics.reports.failures_by_severity import united_hours
from metrics.reports.quarters import quarters
from metrics.reports.report import Report
from metrics.stream.model import Stream

ALL = "(all)"
FAILURE_HOURS = "failure hours"
Row = dict[str, object]
_SPELLS = """
SELECT greatest(coalesce(onset_at, detected_at), $first_at), least(coalesce(steady_at, $until_at), $until_at)
FROM failures WHERE stream = $stream AND rule IN (SELECT unnest($rules::VARCHAR[]))
    AND coalesce(onset_at, detected_at) < $until_at AND coalesce(steady_at, $until_at) > $first_at"""
_NEWEST = "SELECT max(last_event_at) FROM cases WHERE stream = $stream"
_HOURLY = """
SELECT sum(amount) AS amount, sum(quantity::DECIMAL(38, 9))::DOUBLE AS hours FROM costs
WHERE stream = $stream AND cost_class = 'people' AND driver = $role AND amount IS NOT NULL
    AND incurred_on >= $first_on AND incurred_on < $until_on"""
_THROUGH = """
SELECT count(*) FROM steps
WHERE stream = $stream AND step IN (SELECT unnest($steps::VARCHAR[])) AND is_counted AND ended_at IS NOT NULL
    AND happened_on >= $first_on AND happened_on < $until_on
    AND (len($kinds::VARCHAR[]) = 0 OR performer_kind IN (SELECT unnest($kinds::VARCHAR[])))"""


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[Row]:
    """Rows of the published table `cost_of_ownership`: every quarter with data, integration and kind of cost."""
    for integration in read_integrations(connection, stream.stream):
        to_date: dict[str, Decimal | None] = {}
        for period in quarters(connection, stream):
            yield from _quarter(connection, stream, integration, period, to_date)


def _quarter(
    connection: duckdb.DuckDBPyConnection, stream: Stream, one: Integration, period: Period,
    to_date: dict[str, Decimal | None],
) -> Iterator[Row]:  # fmt: skip
    hours = _failure_hours(connection, stream, one, period)
    kinds: dict[str, Priced] = {kind: Priced(amount) for kind, amount in declared(one.lines, period).items()}
    if hours is not None:
        kinds[FAILURE_HOURS] = price_of_failures(hours, one.failure_role, _hourly(connection, stream, one, period))
    kinds[ALL] = _together(kinds)
    through = _through(connection, stream, one, period)
    for kind, priced in kinds.items():
        before = to_date.get(kind, NOTHING)
        to_date[kind] = None if before is None or priced.amount is None else before + priced.amount
        yield {
            "stream": stream.stream, "period": period.key, "integration": one.id, "cost_kind": kind, "name": one.name,
            "amount": priced.amount, "amount_to_date": to_date[kind], "currency": one.currency,
            "failure_hours": hours if kind in (FAILURE_HOURS, ALL) else None, "transactions": through,
            "per_transaction": float(priced.amount / through) if through and priced.amount is not None else None,
            "reason": priced.reason,
        }  # fmt: skip


def _together(kinds: dict[str, Priced]) -> Priced:
    known = [priced.amount for priced in kinds.values() if priced.amount is not None]
    return Priced(sum(known, NOTHING)) if len(known) == len(kinds) else Priced(None, UNPRICED)


def _through(connection: duckdb.DuckDBPyConnection, stream: Stream, one: Integration, period: Period) -> int | None:
    told = {"stream": stream.stream, "first_on": period.first_on, "until_on": period.until_on}
    chosen = {"steps": list(one.steps), "kinds": list(one.performer_kinds)}
    return int(one_value(connection, _THROUGH, {**told, **chosen})) if one.steps else None


def _hourly(connection: duckdb.DuckDBPyConnection, stream: Stream, one: Integration, period: Period) -> Decimal | None:
    """What an hour of the role cost in the period, from its priced hours."""
    told = {"stream": stream.stream, "first_on": period.first_on, "until_on": period.until_on}
    ((amount, hours),) = connection.execute(_HOURLY, {**told, "role": one.failure_role}).fetchall()
    return rounded(amount / Decimal(repr(hours))) if hours else None


def _failure_hours(
    connection: duckdb.DuckDBPyConnection, stream: Stream, one: Integration, period: Period
) -> float | None:
    """Hours of the period in which at least one of its failures ran; None where it names none."""
    newest_at = one_value(connection, _NEWEST, {"stream": stream.stream})
    if not one.failures or newest_at is None:
        return None
    first_at, until_at = (_midnight(stream, day) for day in (period.first_on, period.until_on))
    given = {"stream": stream.stream, "rules": list(one.failures), "first_at": first_at}
    return united_hours(connection.execute(_SPELLS, {**given, "until_at": min(until_at, newest_at)}).fetchall())


def _midnight(stream: Stream, day: dt.date) -> dt.datetime:
    local = dt.datetime.combine(day, dt.time(), ZoneInfo(stream.time_zone))
    return local.astimezone(dt.UTC).replace(tzinfo=None)


OWNERSHIP_COSTED = Report(COST_OF_OWNERSHIP, ("integration_lines", "failures", "costs", "cases", "steps"), rows)
