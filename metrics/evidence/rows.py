"""Published rows as plain content: what each says, whichever run and clock it came from.

Knows the published tables and which of their columns are of the run; knows nothing of ids.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from metrics.published import CHECK_RESULTS, DECISIONS, DEFINITIONS, EVIDENCE, PUBLISHED, RISKS
from metrics.tables import Table

LEFT_OUT = (
    "evidence_id", "run_id", "ran_at", "frozen_at", "last_arrival_at", "missing_numbers", "code_version", "stream_file",
    "evidence_basis", "seen_at",
)  # fmt: skip
"""Columns that tell of a run or of arrival and not of events, and what the basis tells already."""
_OF_ARRIVAL = "check_name <> 'every_number_arrived'"
_TOLD = (DECISIONS, RISKS)  # by people: nothing derives them
EVIDENCED = tuple(table for table in PUBLISHED if table not in (EVIDENCE, DEFINITIONS, *_TOLD))
"""Every published table whose rows carry figures; what stands in `definitions` is what the figures are made by."""
Plain = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One row of a published table. `key` is a JSON object of its key, the stream left out."""

    table: str
    key: str
    content: Mapping[str, Plain]

    @property
    def text(self) -> str:
        """The content as JSON, names sorted, so that equal rows are equal texts."""
        return json.dumps(self.content, sort_keys=True, ensure_ascii=False)


def published_rows(
    connection: duckdb.DuckDBPyConnection, stream: str, tables: tuple[Table, ...] = EVIDENCED
) -> Iterator[PublishedRow]:
    """Every row of a stream that carries figures, table by table in the order of their keys."""
    for table in tables:
        names = [name for name in table.column_names if name not in LEFT_OUT]
        columns = ", ".join(f'"{name}"' for name in names)
        only = f" AND {_OF_ARRIVAL}" if table is CHECK_RESULTS else ""
        order = ", ".join(f'"{name}"' for name in table.key)
        sql = f"SELECT {columns} FROM {table.name} WHERE stream = $stream{only} ORDER BY {order}"
        for row in connection.execute(sql, {"stream": stream}).fetchall():
            content = {name: plain(value) for name, value in zip(names, row, strict=True)}
            yield PublishedRow(table.name, key_of(table, content), content)


def key_of(table: Table, content: Mapping[str, object]) -> str:
    """The key of a row as JSON."""
    return json.dumps({name: content[name] for name in table.key if name != "stream"}, ensure_ascii=False)


def plain(value: object) -> Plain:
    """A value of a column as JSON knows it: days and instants in ISO 8601, money as digits, exact."""
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    assert value is None or isinstance(value, str | int | float | bool)
    return value
