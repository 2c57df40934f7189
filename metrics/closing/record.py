"""The record of a closed quarter: every number published of it, and what is needed to hold later ones against them.

Taken once and written down by the pipeline. Rows are kept whole, whatever their columns, as plain JSON values: a number
as the shortest text that reads back as the same bits, money as text, days and instants in ISO 8601. Knows no file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from metrics.baseline import read_summary
from metrics.errors import MetricError
from metrics.metric import Summary
from metrics.periods import Grain, Period, spine
from metrics.tables.table import Table

CLOSING_GRAINS: tuple[Grain, ...] = ("week", "month", "quarter")
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ClosedDefinition:
    """By what a metric was measured when its quarter was closed."""

    metric: str
    definition_version: str
    sql_hash: str
    unit: str


@dataclass(frozen=True, slots=True)
class ClosedSummary:
    """A value with both its intervals, as later ones are compared with it. `dimensions` is JSON with sorted keys."""

    metric: str
    grain: str
    period: str
    dimensions: str
    summary: Summary


@dataclass(frozen=True, slots=True)
class ClosedSum:
    """What one class of cost came to; `amount` is money in `currency`, None where no row had a price."""

    cost_class: str
    currency: str
    rows: int
    unpriced_rows: int
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class ClosedQuarter:
    """All that was published of a quarter. `as_of` is the newest event then (UTC): open work was aged to it.

    `rows` are those of published tables, by table; of `metric_values` also the months and weeks wholly inside.
    """

    stream: str
    quarter: Period
    as_of: dt.datetime | None
    definitions: tuple[ClosedDefinition, ...]
    rows: Mapping[str, tuple[Row, ...]]
    summaries: tuple[ClosedSummary, ...]
    costs: tuple[ClosedSum, ...]

    @property
    def digest(self) -> str:
        """sha256 of everything that was published of it: two with the same say the same, whenever they were closed."""
        return hashlib.sha256(json.dumps(self.as_fact(), sort_keys=True).encode()).hexdigest()

    def as_fact(self) -> dict[str, Any]:
        """Plain values for a JSON file; `read_quarter` makes the record of them again."""
        quarter = {"key": self.quarter.key, "first_on": str(self.quarter.first_on)}
        return {
            "stream": self.stream, "quarter": {**quarter, "until_on": str(self.quarter.until_on)},
            "as_of": self.as_of and self.as_of.isoformat(),
            "definitions": [asdict(definition) for definition in self.definitions],
            "rows": {table: list(rows) for table, rows in self.rows.items()},
            "summaries": [asdict(summary) for summary in self.summaries],
            "costs": [{**asdict(cost), "amount": _plain(cost.amount)} for cost in self.costs],
        }  # fmt: skip

    def definition_of(self, metric: str) -> ClosedDefinition | None:
        """By what a metric was measured; None where the catalogue had none of that name."""
        return next((definition for definition in self.definitions if definition.metric == metric), None)


def periods_in(quarter: Period) -> list[Period]:
    """The quarter, and the months and weeks that lie wholly in it."""
    days = (quarter.first_on, quarter.until_on)
    finer = [*spine(*days, "week"), *spine(*days, "month")]
    return [*(p for p in finer if p.first_on >= quarter.first_on and p.until_on <= quarter.until_on), quarter]


def plain_rows(columns: Iterable[str], rows: Iterable[tuple[object, ...]]) -> tuple[Row, ...]:
    """Rows of a table as the record keeps them."""
    names = list(columns)
    return tuple(dict(zip(names, map(_plain, row), strict=True)) for row in rows)


def table_row(table: Table, row: Row) -> dict[str, object]:
    """A kept row as a row of the table of today: columns it no longer has fall away, and those added since are NULL."""
    types = {column.name: column.type for column in table.columns}
    return {name: _typed(value, types[name]) for name, value in row.items() if name in types}


def dimensions_text(dimensions: Mapping[str, object]) -> str:
    """Dimension values as `metric_values` writes them."""
    return json.dumps(dict(dimensions), sort_keys=True)


def read_quarter(fact: Mapping[str, Any]) -> ClosedQuarter:
    """The record that `ClosedQuarter.as_fact` told.

    Raises:
        MetricError: the facts are of another form.
    """
    try:
        return _read(fact)
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise MetricError(f"A closed quarter cannot be read ({error!r}); was its file changed by hand?") from error


def _read(fact: Mapping[str, Any]) -> ClosedQuarter:
    told = fact["quarter"]
    days = (dt.date.fromisoformat(told["first_on"]), dt.date.fromisoformat(told["until_on"]))
    return ClosedQuarter(
        fact["stream"], Period(*days, told["key"], "quarter"),
        fact["as_of"] and dt.datetime.fromisoformat(fact["as_of"]),
        tuple(ClosedDefinition(**definition) for definition in fact["definitions"]),
        {table: tuple(rows) for table, rows in fact["rows"].items()},
        tuple(ClosedSummary(**{**one, "summary": read_summary(one["summary"])}) for one in fact["summaries"]),
        tuple(ClosedSum(**{**cost, "amount": _money(cost["amount"])}) for cost in fact["costs"]),
    )  # fmt: skip


def _plain(value: object) -> object:
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _typed(value: object, kind: str) -> object:
    if not isinstance(value, str):
        return value
    if kind == "DATE":
        return dt.date.fromisoformat(value)
    if kind == "TIMESTAMP":
        return dt.datetime.fromisoformat(value)
    return Decimal(value) if kind.startswith("DECIMAL") else value
