"""What the warehouse holds of each stream, and so what a run must make again: nothing, touched cases, or everything."""

from __future__ import annotations

import json
from dataclasses import dataclass

import duckdb

from metrics.published import METRIC_VALUES, PUBLISHED
from metrics.query import one_row
from metrics.tables import (
    BENEFIT_ENTRIES,
    BILLS,
    CASES,
    COSTS,
    FAILURES,
    INTEGRATION_LINES,
    RATES,
    STEPS,
    TIME_PARTS,
    WORKING_SPELLS,
    WORKING_TIMES,
    Column,
    Table,
)
from metrics.working.holiday_days import PACKAGE
from pipelines.ledger.manifest import Manifest
from pipelines.registry import Registered

# Part of every basis: raise it when the SQL of facts changes, so that old rows are made again.
FACTS_VERSION = "10"
FACT_TABLES = (CASES, TIME_PARTS, WORKING_TIMES, FAILURES, COSTS)
STORED_STEPS = "stored_steps"
RECOMPUTED_VALUES = "recomputed_values"  # what closed values would be now
CLOSED_VALUES = "closed_values"  # what they are
STORED_USAGE = Table(
    "stored_usage", "the metered quantity of one driver that one case used on one day",
    ("stream", "case_id", "driver", "incurred_on"),
    (
        Column("stream", "VARCHAR", "value stream", required=True),
        Column("case_id", "VARCHAR", "primary case", required=True),
        Column("driver", "VARCHAR", "what is metered", required=True),
        Column("incurred_on", "DATE", "local day", required=True),
        Column("quantity", "DOUBLE", "in the unit of the driver", required=True),
    ),
)  # fmt: skip
PLATFORM_BILLS = Table(
    "platform_bills", "a bill that all streams share, as it was billed", ("bill_id",),
    (
        Column("bill_id", "VARCHAR", "its id", required=True),
        Column("told_amount", "DECIMAL(18,6)", "the amount as it was billed", required=True),
        Column("told_currency", "VARCHAR", "in this currency", required=True),
    ),
)  # fmt: skip
ALLOCATED_BILLS = Table("allocated_bills", "a bill as `costs` last handed it out", BILLS.key, BILLS.columns)
_COLUMNS = (
    "SELECT column_name FROM duckdb_columns() WHERE database_name = current_database() AND schema_name = 'main' "
    "AND table_name = $table ORDER BY column_index"
)


@dataclass(frozen=True, slots=True)
class Due:
    """What is due for one fact table: the new segments, or everything when `segments` is None."""

    segments: tuple[str, ...] | None

    @property
    def is_full(self) -> bool:
        """Must the table be made anew?"""
        return self.segments is None

    @property
    def is_nothing(self) -> bool:
        """Is the table up to date?"""
        return self.segments == ()


def ensure_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create what is missing or of an earlier version; what is there stays."""
    connection.execute(
        "CREATE TABLE IF NOT EXISTS fact_state (stream VARCHAR, table_name VARCHAR, segments VARCHAR, basis VARCHAR)"
    )
    for table in FACT_TABLES:
        _create(connection, table, extra="case_key UBIGINT, ")
    _create(connection, STEPS, name=STORED_STEPS, extra="case_key UBIGINT, ")
    _create(connection, STORED_USAGE, extra="case_key UBIGINT, ")
    inputs = (RATES, BILLS, PLATFORM_BILLS, ALLOCATED_BILLS, BENEFIT_ENTRIES, INTEGRATION_LINES)
    for table in (WORKING_SPELLS, *inputs, *PUBLISHED):
        _create(connection, table)
    for name in (RECOMPUTED_VALUES, CLOSED_VALUES):
        _create(connection, METRIC_VALUES, name=name)
    connection.execute("CREATE TABLE IF NOT EXISTS codes (stream VARCHAR, kind VARCHAR, code INTEGER, name VARCHAR)")


def due(connection: duckdb.DuckDBPyConnection, registered: Registered, manifest: Manifest, table: str) -> Due:
    """Compare what the table was made from with what there is now."""
    row = one_row(
        connection,
        "SELECT segments, basis FROM fact_state WHERE stream = $stream AND table_name = $table",
        {"stream": registered.stream.stream, "table": table},
    )
    present = [segment.name for segment in manifest.segments]
    if row is None or row[1] != basis_of(registered):
        return Due(None)
    made_from = json.loads(row[0])
    if not set(made_from) <= set(present):
        return Due(None)
    return Due(tuple(name for name in present if name not in made_from))


def mark(connection: duckdb.DuckDBPyConnection, registered: Registered, manifest: Manifest, table: str) -> None:
    """Note what the table was made from."""
    forget(connection, registered, table)
    connection.execute(
        "INSERT INTO fact_state VALUES ($stream, $table, $segments, $basis)",
        {
            "stream": registered.stream.stream, "table": table,
            "segments": json.dumps([segment.name for segment in manifest.segments]), "basis": basis_of(registered),
        },
    )  # fmt: skip


def forget(connection: duckdb.DuckDBPyConnection, registered: Registered, table: str) -> None:
    """Before a table is made anew: if that is cut off, the next run starts over."""
    connection.execute(
        "DELETE FROM fact_state WHERE stream = $stream AND table_name = $table",
        {"stream": registered.stream.stream, "table": table},
    )


def basis_of(registered: Registered) -> str:
    """Stream file, rates, bills, performers, the version of our own SQL and of the public holidays, as one key."""
    holidays = f":{PACKAGE}" if registered.stream.calendars else ""
    return f"{FACTS_VERSION}:{registered.basis}{holidays}"


def _create(connection: duckdb.DuckDBPyConnection, table: Table, name: str | None = None, extra: str = "") -> None:
    """Create a table, anew where an earlier version of it has other columns: all of it can be derived again."""
    called = name or table.name
    statement = table.ddl(called).replace("(\n", f"(\n  {extra}", 1)
    there = [row[0] for row in connection.execute(_COLUMNS, {"table": called}).fetchall()]
    wanted = [*(["case_key"] if extra else []), *table.column_names]
    if there == wanted:
        return
    connection.execute(f"DROP TABLE IF EXISTS {called}")
    connection.execute("DELETE FROM fact_state WHERE table_name = $table", {"table": called})
    connection.execute(statement)
