"""What every asset says of itself: group, owner, kind, column schema; and the one-writer pool."""

from __future__ import annotations

from typing import Any

import dagster as dg

from metrics.tables import Table

OWNER = "team:streamgauge"
POOL = "warehouse"  # one writer: the lock of the file enforces it, the pool keeps processes from waiting on it


def asset_options(group: str, description: str, table: Table | None = None) -> dict[str, Any]:
    """Keyword arguments of `dagster.asset`."""
    metadata = {"dagster/column_schema": column_schema(table)} if table else {}
    return {
        "group_name": group, "description": description, "owners": [OWNER], "kinds": {"duckdb"}, "pool": POOL,
        "metadata": metadata,
    }  # fmt: skip


def column_schema(table: Table) -> dg.TableSchema:
    """Columns with types and meanings, as the UI shows them."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                column.name, column.type, description=column.meaning,
                constraints=dg.TableColumnConstraints(nullable=not column.required),
            )
            for column in table.columns
        ]
    )  # fmt: skip


def one_row(table: Table) -> str:
    """The description of a table's asset."""
    return f"One row is {table.one_row}."
