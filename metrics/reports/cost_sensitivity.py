"""What the unit cost depends on ← costs, rates, bills, steps and cases: each assumption at its low and high end.

rate              every row of the quarter at that rate is priced again: quantity × low, rounded as `costs` rounds it
bill              the bills of one driver in the quarter, all at their low end together: months share their doubt
standard_minutes  every row with visits of that step whose work was not measured is made again: minutes, hours, money

All else stays: one assumption at a time, so the rows do not add up. Where no range is told, a tenth less and more,
labelled "assumed for this table": it ranks assumptions by their weight in the cost, and says nothing of their doubt.
The ends are of the assumption, not of chance: what chance does is the interval of the metric.
Only assumptions that the cost of the quarter rests on have a row. Without a unit cost they have no rank, and a reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb

from metrics.cost import reasons
from metrics.published import COST_SENSITIVITY
from metrics.reports.people_work import WORK, told_of_steps
from metrics.reports.quarters import parameters, quarters
from metrics.reports.report import Report
from metrics.stream.model import Stream

_IN_PERIOD = "stream = $stream AND incurred_on >= $first_on AND incurred_on < $until_on"
_TOTALS = f"""
SELECT sum(amount) AS cost, count(*) FILTER (amount IS NULL) AS unpriced, any_value(currency) AS currency,
    (SELECT count(*) FROM cases WHERE stream = $stream AND outcome_kind = 'completed' AND finished_on >= $first_on
        AND finished_on < $until_on) AS completed
FROM costs WHERE {_IN_PERIOD}"""


def _ends(assumed: str) -> str:
    """SQL of both ends of an assumption, told or a tenth away, and how many of the two are told."""
    tenth = f"abs({assumed}) / 10"
    return f"""coalesce(low, {assumed} - {tenth})::DECIMAL(18, 6) AS low, (low IS NOT NULL)::INTEGER
        + (high IS NOT NULL)::INTEGER AS told, coalesce(high, {assumed} + {tenth})::DECIMAL(18, 6) AS high"""


# The money of hours at a rate, as people cost is reckoned: `quantity` is hours or what is metered.
def _priced(quantity: str, rate: str) -> str:
    return f"sum(round(({quantity})::DECIMAL(20, 9) * {rate}, 6)::DECIMAL(18, 6))"


_RATES = f"""
SELECT 'rate' AS kind, r.cost_class, rate_id AS name, r.driver, any_value(r.unit) AS unit,
    any_value(r.amount) AS assumed, any_value(r.low) AS low, any_value(r.high) AS high, any_value(told) AS told,
    2 AS ends, sum(c.amount) AS now, {_priced("c.quantity", "r.low")} AS at_low,
    {_priced("c.quantity", "r.high")} AS at_high
FROM costs c JOIN (
    SELECT rate_id, cost_class, driver, unit, amount, {_ends("amount")} FROM rates WHERE stream = $stream
) r USING (rate_id)
WHERE {_IN_PERIOD} AND c.cost_class = r.cost_class AND c.amount IS NOT NULL GROUP BY ALL"""
_BILLS = f"""
SELECT 'bill' AS kind, cost_class, driver AS name, driver, any_value(currency) AS unit, sum(amount) AS assumed,
    sum(low) AS low, sum(high) AS high, sum(told) AS told, 2 * count(*) AS ends, sum(paid) AS now, sum(low) AS at_low,
    sum(high) AS at_high
FROM (
    SELECT bill_id, cost_class, driver, currency, amount, {_ends("amount")} FROM bills WHERE stream = $stream
) JOIN (
    SELECT rate_id AS bill_id, cost_class, sum(amount) AS paid FROM costs WHERE {_IN_PERIOD} AND amount IS NOT NULL
    GROUP BY ALL
) USING (bill_id, cost_class) GROUP BY ALL"""
_MINUTES = f"""
WITH visits AS (
    SELECT case_id, driver, incurred_on, step, minutes, told, low, high, count(*) AS visits
    FROM (SELECT * EXCLUDE (low, high), {_ends("minutes")} FROM ({WORK}))
    WHERE NOT is_measured AND minutes IS NOT NULL GROUP BY ALL
),
cells AS (
    SELECT *, sum(visits * minutes) OVER (PARTITION BY case_id, driver, incurred_on) AS all_minutes FROM visits
)
SELECT 'standard_minutes' AS kind, 'people' AS cost_class, step AS name, NULL AS driver, 'minutes' AS unit,
    any_value(minutes) AS assumed, any_value(v.low) AS low, any_value(v.high) AS high, any_value(told) AS told,
    2 AS ends, sum(c.amount) AS now,
    {_priced("(all_minutes + visits * (v.low - minutes)) / 60", "r.amount")} AS at_low,
    {_priced("(all_minutes + visits * (v.high - minutes)) / 60", "r.amount")} AS at_high
FROM cells v JOIN costs c USING (case_id, driver, incurred_on)
    JOIN rates r ON r.stream = c.stream AND r.rate_id = c.rate_id
WHERE c.stream = $stream AND c.cost_class = 'people' AND c.basis = 'standard minutes' AND c.amount IS NOT NULL
GROUP BY step"""


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `cost_sensitivity`: every quarter, the assumption that matters most first."""
    for period in quarters(connection, stream):
        told = parameters(stream, period)
        (totals,) = _read(connection, _TOTALS, told)
        found = [*_read(connection, _RATES, told), *_read(connection, _BILLS, told)]
        found += _read(connection, _MINUTES, told | {"told": told_of_steps(stream)})
        usual = {"stream": stream.stream, "period": period.key, "currency": totals["currency"]}
        judged = [usual | _judged(totals, row) for row in found]
        judged.sort(key=lambda row: (-(row["swing"] or 0), row["kind"], row["cost_class"], row["name"]))
        for rank, row in enumerate(judged, 1):
            ranked = row | {"rank": None if row["swing"] is None else rank}
            yield {name: ranked[name] for name in COST_SENSITIVITY.column_names}


def _judged(totals: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """An assumption with the cost at its ends, and what one completed case would cost."""
    cost, completed = totals["cost"], totals["completed"]
    ends = {name: cost - row["now"] + row[f"at_{name}"] for name in ("low", "high")}
    reason = _why_not(totals)
    units = {"unit_cost": cost, "unit_low": ends["low"], "unit_high": ends["high"]}
    told = {name: _each(amount, completed) if reason is None else None for name, amount in units.items()}
    low, high = told["unit_low"], told["unit_high"]
    kept = {name: row[name] for name in ("kind", "cost_class", "name", "driver", "unit", "assumed", "low", "high")}
    return {
        **kept, "basis": _basis(row["told"], row["ends"]), "cost_low": ends["low"], "cost_high": ends["high"], **told,
        "swing": None if low is None or high is None else high - low, "reason": reason,
    }  # fmt: skip


def _why_not(totals: Mapping[str, Any]) -> str | None:
    if totals["unpriced"]:
        return reasons.UNPRICED
    return None if totals["completed"] else reasons.NOTHING_COMPLETED


def _basis(told: int, ends: int) -> str:
    if told == ends:
        return "told"
    return "partly told" if told else "assumed for this table"


def _each(amount: Decimal, completed: int) -> Decimal:
    return Decimal(f"{round(Fraction(amount) * 10**6 / completed)}e-6")


def _read(connection: duckdb.DuckDBPyConnection, sql: str, told: Mapping[str, object]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.sql(sql, params=dict(told)).to_arrow_table().to_pylist()]


SENSITIVITY_TOLD = Report(COST_SENSITIVITY, ("cases", "steps", "costs", "rates", "bills"), rows)
