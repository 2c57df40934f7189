"""Why a quarter cost more or less than the one before ← costs and cases; `metrics.cost.bridge` has the formulas.

Two bridges a quarter, of the cost and of the unit cost, each by class of cost and for all together. Volume is counted
in completed cases, what the unit cost divides by: work on cases that are not completed is efficiency. What was used
stands in rows with a quantity (hours of a role, metered use of a bill); bills spread over started or finished cases
follow no use. Roles share a unit, the hour, so mix is told of people; other drivers have units of their own, and each
is a group of one. Rates are those that the quarter paid on average: a rate that changed within it counts in part.
No bridge, and the reason, where either quarter lacks cost, a price or a completed case, or there is none before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import duckdb

from metrics.cost import reasons
from metrics.cost.bridge import TERMS, Bridge, Spent, Used, bridges, whole_of
from metrics.periods import Period
from metrics.published import COST_VARIANCE
from metrics.query import one_value
from metrics.reports.quarters import parameters, quarters
from metrics.reports.report import Report
from metrics.stream.model import Stream

MEASURES = ("cost", "unit_cost")
_NOW = (reasons.NO_COST, reasons.UNPRICED, reasons.NOTHING_COMPLETED)
_BEFORE = (reasons.NO_COST_BEFORE, reasons.UNPRICED_BEFORE, reasons.NOTHING_COMPLETED_BEFORE)
_POOLED = "people"  # the class whose drivers share a unit
# Exact sums whatever the order of rows: quantities are cast before they are added. Parameters $stream, $first_on and
# $until_on.
_SPENT = """
SELECT cost_class, driver, CASE WHEN basis = 'idle' THEN 'idle' WHEN basis IN ('started cases', 'finished cases')
    THEN 'spread' ELSE 'used' END AS kind, sum(try_cast(quantity AS DECIMAL(28, 9))) AS quantity,
    sum(amount) AS amount, count(*) FILTER (amount IS NULL) AS unpriced_rows, any_value(currency) AS currency
FROM costs WHERE stream = $stream AND incurred_on >= $first_on AND incurred_on < $until_on
GROUP BY ALL ORDER BY ALL"""
_COMPLETED = """SELECT count(*) FROM cases
WHERE stream = $stream AND outcome_kind = 'completed' AND finished_on >= $first_on AND finished_on < $until_on"""


@dataclass(frozen=True, slots=True)
class _Quarter:
    """What one quarter spent, by class, and how many cases it completed."""

    period: Period
    completed: int
    unpriced: int
    currency: str | None
    spent: Mapping[str, Spent]

    def lacks(self, told: tuple[str, str, str]) -> str | None:
        """Why nothing can be held against it; None where all is there."""
        without_cost, without_price, without_case = told
        if not self.spent:
            return without_cost
        if self.unpriced:
            return without_price
        return None if self.completed else without_case


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `cost_variance`: every quarter, against the one before."""
    before: _Quarter | None = None
    for period in quarters(connection, stream):
        after = _read(connection, stream, period)
        yield from _rows(stream, before, after)
        before = after


def _read(connection: duckdb.DuckDBPyConnection, stream: Stream, period: Period) -> _Quarter:
    told = parameters(stream, period)
    completed: int = one_value(connection, _COMPLETED, told)
    found = connection.execute(_SPENT, told).fetchall()
    classes: dict[str, list[tuple[str, str, Fraction, Fraction]]] = {}
    for cost_class, driver, kind, quantity, amount, *_ in found:
        cell = (driver, kind, Fraction(quantity or 0), Fraction(amount or 0))
        classes.setdefault(cost_class, []).append(cell)
    spent = {name: _spent(name, cells) for name, cells in classes.items()}
    currency = next((row[-1] for row in found), None)
    return _Quarter(period, completed, sum(row[5] for row in found), currency, spent)


def _spent(cost_class: str, cells: list[tuple[str, str, Fraction, Fraction]]) -> Spent:
    used: dict[str, dict[str, Used]] = {}
    for driver, kind, quantity, amount in cells:
        if kind == "used":
            used.setdefault("" if cost_class == _POOLED else driver, {})[driver] = Used(quantity, amount)
    idle, spread = (
        sum((amount for _, kind, _, amount in cells if kind == wanted), Fraction(0)) for wanted in ("idle", "spread")
    )
    return Spent(used, idle, spread)


def _rows(stream: Stream, before: _Quarter | None, after: _Quarter) -> Iterator[dict[str, object]]:
    reason = reasons.NO_QUARTER_BEFORE if before is None else after.lacks(_NOW) or before.lacks(_BEFORE)
    for measure in MEASURES:
        told = {
            "stream": stream.stream, "period": after.period.key, "before_period": before and before.period.key,
            "measure": measure, "before_cases": before and before.completed, "after_cases": after.completed,
            "currency": after.currency or stream.costs.currency, "reason": reason,
        }  # fmt: skip
        if before is None or reason is not None:
            yield _row(told, "all", None)
            continue
        classes = sorted({*before.spent, *after.spent})
        sides = [[side.spent.get(name, Spent()) for name in classes] for side in (before, after)]
        cases = (before.completed, after.completed)
        parts = bridges(sides[0], sides[1], cases, per_case=measure == "unit_cost")
        yield from (_row(told, name, part) for name, part in zip(classes, parts, strict=True))
        yield _row(told, "all", whole_of(parts))


def _row(told: Mapping[str, object], cost_class: str, bridge: Bridge | None) -> dict[str, object]:
    values: dict[str, Decimal | None] = dict.fromkeys(("before_amount", "after_amount", "residual_amount"))
    values |= dict.fromkeys(f"{term}_amount" for term in TERMS)
    if bridge is not None:
        values = {"before_amount": bridge.before, "after_amount": bridge.after, "residual_amount": bridge.residual}
        values |= {f"{term}_amount": amount for term, amount in zip(TERMS, bridge.terms, strict=True)}
    row = {**told, "cost_class": cost_class, **values}
    return {name: row[name] for name in COST_VARIANCE.column_names}


VARIANCE_EXPLAINED = Report(COST_VARIANCE, ("costs", "cases"), rows)
