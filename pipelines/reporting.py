"""The command that shows any report as it was published: a table for people, objects for programs."""

from __future__ import annotations

from typing import Annotated, Any

import duckdb
import typer

from metrics.errors import ContractError
from metrics.published import BASELINES, CLOSED_QUARTERS, COMPARISONS, RESTATEMENTS
from metrics.reports.catalog import REPORTS
from metrics.tables import Table
from pipelines import console
from pipelines.options import Home, Json
from pipelines.settings import Settings, load_settings

BESIDE = (COMPARISONS, BASELINES, CLOSED_QUARTERS, RESTATEMENTS)
TABLES = {table.name: table for table in (*BESIDE, *(report.table for report in REPORTS))}


def report(
    name: Annotated[str | None, typer.Argument(help="A report; without one, all are listed.")] = None,
    stream: Annotated[str | None, typer.Option("--stream", help="Only this stream.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="As the report tells it; default: its newest.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """A report beside the values: where time goes, what was promised, what changed. See docs/tables.md for columns."""
    if name is None:
        listed = [{"report": table.name, "one_row_is": table.one_row} for table in TABLES.values()]
        console.facts(listed, console.table("", listed), as_json)
        return
    if name not in TABLES:
        raise ContractError.from_unknown_name("The report", name, TABLES)
    facts = read_report(load_settings(home), TABLES[name], stream, period)
    console.facts(facts, console.rows_shown(facts) if facts else "No data: this report has no row here.", as_json)


def read_report(
    settings: Settings, table: Table, stream: str | None = None, period: str | None = None
) -> list[dict[str, Any]]:
    """Rows of a report, by its key; of each stream's newest period (of each grain) where none is named.

    Raises:
        StorageError: nothing was published yet.
        ContractError: nothing is published of such a stream.
    """
    from pipelines.warehouse.publication import open_published

    connection = open_published(settings)
    try:
        known = [row[0] for row in connection.execute("SELECT stream FROM streams ORDER BY stream").fetchall()]
        if stream is not None and stream not in known:
            raise ContractError.from_unknown_name("The published stream", stream, known)
        found: list[dict[str, Any]] = []
        for one in [stream] if stream else known:
            found += _rows(connection, table, one, period)
        return found
    finally:
        connection.close()


def _rows(connection: duckdb.DuckDBPyConnection, table: Table, stream: str, period: str | None) -> list[dict[str, Any]]:
    told: dict[str, Any] = {"stream": stream}
    only = ""
    if "period" in table.column_names and (table is not RESTATEMENTS or period is not None):  # these all together
        grain = "GROUP BY grain" if "grain" in table.column_names else ""
        newest = f"SELECT max(period) FROM {table.name} WHERE stream = $stream {grain}"
        only = f"AND period IN ({newest})" if period is None else "AND period = $period"
        told |= {} if period is None else {"period": period}
    order = ", ".join(f'"{column}"' for column in table.key)
    found = connection.sql(f"SELECT * FROM {table.name} WHERE stream = $stream {only} ORDER BY {order}", params=told)
    told_rows: list[dict[str, Any]] = found.to_arrow_table().to_pylist()
    return told_rows
