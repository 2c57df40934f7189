"""Rate cards and bills: read, typed as DECIMAL, and refused when they overlap or are not what they should be."""

from __future__ import annotations

from pathlib import Path

import duckdb

from metrics.query import one_row
from pipelines.errors import SourceError
from pipelines.registry import Registered

_RATES = {
    "rate_id": "VARCHAR", "cost_class": "VARCHAR", "driver": "VARCHAR", "unit": "VARCHAR", "amount": "DECIMAL(18,6)",
    "currency": "VARCHAR", "valid_from": "DATE", "valid_to": "DATE",
}  # fmt: skip
_BILLS = {
    "bill_id": "VARCHAR", "month": "DATE", "cost_class": "VARCHAR", "driver": "VARCHAR", "amount": "DECIMAL(18,6)",
    "currency": "VARCHAR", "allocation": "VARCHAR", "capacity": "DOUBLE", "unit": "VARCHAR",
}  # fmt: skip
ALLOCATIONS = ("usage", "started_cases", "finished_cases")


def load_rates(connection: duckdb.DuckDBPyConnection, registered: Registered) -> None:
    """Fill the temporary table `rates` of this stream. `valid_to` is the first day it no longer holds.

    Raises:
        SourceError: a column is missing, a value unreadable, a currency foreign, or two rates cover one day.
    """
    _load(connection, "rates", registered.rates_path(), _RATES, registered.stream.costs.currency)
    clash = one_row(
        connection,
        """
        SELECT least(a.rate_id, b.rate_id), greatest(a.rate_id, b.rate_id), greatest(a.valid_from, b.valid_from)
        FROM rates a JOIN rates b
            ON a.cost_class = b.cost_class AND a.driver = b.driver AND a.rowid < b.rowid
            AND a.valid_from < coalesce(b.valid_to, DATE '9999-12-31')
            AND b.valid_from < coalesce(a.valid_to, DATE '9999-12-31')
        ORDER BY ALL LIMIT 1
        """,
    )
    if clash:
        raise SourceError(f"The rates {clash[0]!r} and {clash[1]!r} both hold on {clash[2]}; end one of them before.")


def load_bills(connection: duckdb.DuckDBPyConnection, registered: Registered) -> None:
    """Fill the temporary table `bills` of this stream; `month` becomes the first of its month.

    Raises:
        SourceError: as for rates, or an allocation that is none, or one bill twice: its id is how shares find it.
    """
    _load(connection, "bills", registered.bills_path(), _BILLS, registered.stream.costs.currency)
    connection.execute("UPDATE bills SET month = date_trunc('month', month)")
    double = one_row(connection, "SELECT bill_id FROM bills GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1")
    if double:
        raise SourceError(f"The bill {double[0]!r} stands there twice; give each month's bill an id of its own.")
    row = one_row(
        connection,
        "SELECT bill_id, allocation FROM bills WHERE allocation NOT IN (SELECT unnest($known)) ORDER BY ALL LIMIT 1",
        {"known": list(ALLOCATIONS)},
    )
    if row:
        raise SourceError(f"The bill {row[0]!r} is allocated by {row[1]!r}; known: {', '.join(ALLOCATIONS)}.")


def _load(
    connection: duckdb.DuckDBPyConnection, table: str, path: Path | None, columns: dict[str, str], currency: str
) -> None:
    ddl = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({ddl})")
    if path is None:
        return
    read = "SELECT * FROM read_csv($path, all_varchar = true)"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE told AS {read}", {"path": str(path)})
    known = [row[0] for row in connection.execute("DESCRIBE told").fetchall()]
    for name in columns:
        if name not in known:
            raise SourceError.from_missing_column(path, name, name, known)
    for name, kind in columns.items():
        unread = f"SELECT {name} FROM told WHERE {name} IS NOT NULL AND try_cast({_text(name, kind)} AS {kind}) IS NULL"
        if bad := one_row(connection, f"{unread} LIMIT 1"):
            raise SourceError(f"{path.name}: {bad[0]!r} in column {name!r} is not a {kind.split('(')[0].lower()}.")
    foreign = one_row(connection, "SELECT currency FROM told WHERE currency <> $c LIMIT 1", {"c": currency})
    if foreign:
        raise SourceError(f"{path.name} holds {foreign[0]}; the stream reckons in {currency}. Write it in {currency}.")
    casts = ", ".join(f"{_text(name, kind)}::{kind}" for name, kind in columns.items())
    connection.execute(f"INSERT INTO {table} SELECT {casts} FROM told")


def _text(name: str, kind: str) -> str:
    """SQL for a column as text; a month alone is its first day."""
    return f"CASE WHEN length({name}) = 7 THEN {name} || '-01' ELSE {name} END" if kind == "DATE" else name
