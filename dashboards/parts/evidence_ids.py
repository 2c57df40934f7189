"""The evidence ids of the numbers in a note: of each statistic of a metric, of each row of a published table."""

from __future__ import annotations

import json
from collections.abc import Iterable

from dashboards.bundle import BundleData, Value
from dashboards.language import say
from dashboards.parts.card import MOST_ROWS
from dashboards.rows.evidence_rows import ROWS
from metrics.tables import Table

_OF_THE_PAGE = ("period", "dimensions", "grain")


def ids_of_values(data: BundleData, rows: Iterable[Value]) -> tuple[str, ...]:
    """One line a statistic of this quarter, and of its change where one was published."""
    told = [f"{row.statistic}: {row.evidence_id}" for row in rows if row.evidence_id]
    return tuple(told)


def ids_of_table(data: BundleData, table: Table) -> tuple[str, ...]:
    """One line a row of this quarter, named by its key; the page says how many more there are."""
    found = [row for row in data.rows(ROWS) if row.table_name == table.name]
    lines = [f"{_named(row.row_key)}: {row.evidence_id}" for row in found[:MOST_ROWS]]
    more = len(found) - len(lines)
    return (*lines, *([say("and {n} more; see the table evidence", n=more)] if more > 0 else []))


def _named(key: str) -> str:
    told = json.loads(key)
    return " ".join(str(value) for name, value in told.items() if name not in _OF_THE_PAGE and value is not None)
