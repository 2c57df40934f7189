"""What poor quality cost in a quarter ← steps, costs, failures and cases: rework, failures, and waiting.

rework        cost of people on visits that are rework of a kind that counts in the stream file: rejecting, correcting,
              doing a step again at once or later, a first visit after a move back. Allowed repeats and technical
              retries are none. Not in it: other work after the outcome that repeats no step.
failures      cost of people on all other visits of a case within an item's failure episode, from detection to steady
              state (to the newest event while open). Not in it: what rework holds already, which is told beside it
              (`counted_before_amount`); failures of the whole stream, as nothing tells whose work repaired them.
waiting_open  days that cases were open in the quarter × `costs.delay_cost_per_day` of the stream file, work on them
              included: delay costs the customer all the same. Counted to the newest event. Not part of the cost, which
              holds no cost of delay, and never added to it. Without that entry there is no amount, and the reason.

The first two hold no visit twice and may be added. A row of people cost is one case, role, day and basis; each visit
has the part of its amount that its work (measured, or standard minutes) is of the row's, as differences of rounded
running totals, so that parts never exceed the row. Bills and idle capacity are left out and stand in
`untraced_amount`: they tell what they cost, not which visit caused it, so both lines are lower bounds.
A row of work without a rate blocks both; a bill without one blocks the shares only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from metrics.cost import reasons
from metrics.observe import newest_event_at
from metrics.periods import Period
from metrics.published import COST_OF_POOR_QUALITY
from metrics.query import one_value
from metrics.reports.people_work import BASIS, WORK, told_of_steps
from metrics.reports.quarters import parameters, quarters
from metrics.reports.report import Report
from metrics.stream.model import Stream

_DAY_US = 86_400_000_000
# Whole numbers throughout: millionths of money × microseconds of work, rounded half up.
_PART = "(2 * micros * {} + all_us) // (2 * all_us)"
_LINES = f"""
WITH work AS MATERIALIZED ({WORK}),
failing AS (
    SELECT DISTINCT case_id, position FROM work JOIN failures f USING (case_id)
    WHERE f.stream = $stream AND f.level = 'item' AND begun_at >= f.detected_at
        AND begun_at <= coalesce(f.steady_at, 'infinity'::TIMESTAMP)
),
judged AS (
    SELECT work.*, coalesce(rework_kind IN (SELECT unnest($counts)), FALSE) AS is_rework,
        failing.position IS NOT NULL AS is_failing
    FROM work LEFT JOIN failing USING (case_id, position)
),
cells AS (
    SELECT case_id, driver, incurred_on, {BASIS} AS basis, sum(work_us)::HUGEINT AS all_us,
        coalesce(sum(work_us) FILTER (is_rework), 0)::HUGEINT AS rework_us,
        coalesce(sum(work_us) FILTER (is_rework OR is_failing), 0)::HUGEINT AS either_us,
        coalesce(sum(work_us) FILTER (is_rework AND is_failing), 0)::HUGEINT AS both_us
    FROM judged GROUP BY ALL HAVING all_us > 0
),
priced AS (
    SELECT cells.*, (amount * 1000000)::HUGEINT AS micros
    FROM costs JOIN cells USING (case_id, driver, incurred_on, basis)
    WHERE stream = $stream AND cost_class = 'people'
),
parts AS (
    SELECT sum(micros) AS traced, sum({_PART.format("rework_us")}) AS rework,
        sum({_PART.format("either_us")} - {_PART.format("rework_us")}) AS failures,
        sum({_PART.format("both_us")}) AS both_of
    FROM priced
)
SELECT parts.*,
    count(*) FILTER (is_rework AND work_us IS NOT NULL) AS rework_items,
    count(*) FILTER (is_rework AND work_us IS NULL) AS rework_uncosted,
    sum(work_us) FILTER (is_rework) AS rework_us,
    count(*) FILTER (is_failing AND NOT is_rework AND work_us IS NOT NULL) AS failures_items,
    count(*) FILTER (is_failing AND NOT is_rework AND work_us IS NULL) AS failures_uncosted,
    sum(work_us) FILTER (is_failing AND NOT is_rework) AS failures_us
FROM parts LEFT JOIN judged ON TRUE GROUP BY ALL"""
_SPENT = """
SELECT sum(amount) AS cost, count(*) AS rows, count(*) FILTER (amount IS NULL) AS unpriced,
    count(*) FILTER (amount IS NULL AND cost_class = 'people') AS unpriced_work, any_value(currency) AS currency
FROM costs WHERE stream = $stream AND incurred_on >= $first_on AND incurred_on < $until_on"""
_OPEN = """
SELECT sum(epoch_us(until) - epoch_us(since))::HUGEINT AS open_us, count(*) AS items FROM (
    SELECT greatest(triggered_at, $first_at::TIMESTAMP) AS since,
        least(coalesce(finished_at, $newest_at::TIMESTAMP), $until_at::TIMESTAMP) AS until
    FROM cases WHERE stream = $stream
) WHERE until > since"""


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `cost_of_poor_quality`: three lines for every quarter with data."""
    has_failures = bool(stream.failures or stream.incidents.watch) or bool(
        one_value(connection, "SELECT count(*) FROM failures WHERE stream = $stream", {"stream": stream.stream})
    )
    for period in quarters(connection, stream):
        told = parameters(stream, period)
        spent = _one(connection, _SPENT, told)
        cost: Decimal | None = None if spent["unpriced"] else spent["cost"]
        currency = spent["currency"] or stream.costs.currency
        usual = {"stream": stream.stream, "period": period.key, "currency": currency, "cost_amount": cost}
        of_stream = {"counts": list(stream.rework.counted), "told": told_of_steps(stream)}
        found = _one(connection, _LINES, told | of_stream)
        for line in ("rework", "failures"):
            reason = _why_not(spent, found, has_failures=has_failures or line == "rework")
            yield _row(usual, _work_line(line, found, cost, reason))
        yield _row(usual, _waiting(connection, stream, period))


def _why_not(spent: Mapping[str, Any], found: Mapping[str, Any], *, has_failures: bool) -> str | None:
    """Why no cost of work can be told; None where it can."""
    if not spent["rows"]:
        return reasons.NO_COST
    if spent["unpriced_work"]:
        return reasons.UNPRICED_WORK
    if found["traced"] is None:
        return reasons.NO_TRACED_WORK
    return None if has_failures else reasons.NO_FAILURES_TOLD


def _work_line(
    line: str, found: Mapping[str, Any], cost: Decimal | None, reason: str | None
) -> dict[str, object]:  # fmt: skip
    told: dict[str, object] = {
        "line": line, "is_in_cost": True, "unit": "hours", "uncosted_items": found[f"{line}_uncosted"],
        "quantity": int(found[f"{line}_us"] or 0) / 3.6e9, "items": found[f"{line}_items"], "reason": reason,
    }  # fmt: skip
    if reason is not None:
        return told
    amount, traced = _money(found[line]), _money(found["traced"])
    told |= {"amount": amount, "cost_share": float(amount / cost) if cost else None}
    told |= {"untraced_amount": None if cost is None else cost - traced}
    return told | ({"counted_before_amount": _money(found["both_of"])} if line == "failures" else {})


def _waiting(connection: duckdb.DuckDBPyConnection, stream: Stream, period: Period) -> dict[str, object]:
    zone, rate = ZoneInfo(stream.time_zone), stream.costs.delay_cost_per_day
    ends = {
        name: dt.datetime.combine(on, dt.time(), zone).astimezone(dt.UTC).replace(tzinfo=None)
        for name, on in (("first_at", period.first_on), ("until_at", period.until_on))
    }
    told = {"stream": stream.stream, "newest_at": newest_event_at(connection, stream), **ends}
    found = _one(connection, _OPEN, told)
    open_us = int(found["open_us"] or 0)
    return {
        "line": "waiting_open", "is_in_cost": False, "unit": "case days", "items": found["items"],
        "quantity": open_us / _DAY_US,
        "amount": None if rate is None else _money(round(Fraction(rate) * 10**6 * open_us / _DAY_US)),
        "reason": reasons.NO_COST_OF_DELAY if rate is None else None,
    }  # fmt: skip


def _row(usual: Mapping[str, object], line: Mapping[str, object]) -> dict[str, object]:
    row = {**usual, **line}
    return {name: row.get(name) for name in COST_OF_POOR_QUALITY.column_names}


def _money(millionths: int) -> Decimal:
    return Decimal(f"{int(millionths)}e-6")


def _one(connection: duckdb.DuckDBPyConnection, sql: str, told: Mapping[str, object]) -> dict[str, Any]:
    """The one row of a query, by column."""
    (row,) = connection.sql(sql, params=dict(told)).to_arrow_table().to_pylist()
    return dict(row)


POOR_QUALITY_COSTED = Report(COST_OF_POOR_QUALITY, ("cases", "steps", "costs", "failures"), rows)
