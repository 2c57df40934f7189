"""The declared tables: what they promise to readers is what their page says, and a database takes them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from docs.table_page import write_tables
from metrics.published import PUBLISHED
from metrics.tables import CONTRACT, Table

EVERY = pytest.mark.parametrize("table", [*CONTRACT, *PUBLISHED], ids=lambda table: table.name)


def test_names_types_keys_and_what_must_be_there_are_as_promised() -> None:
    """The page of tables holds each of them, so a change of the contract is a change of the page."""
    assert write_tables() == (Path(__file__).parents[2] / "docs" / "tables.md").read_text("utf-8")


@EVERY
def test_a_database_makes_the_table(table: Table) -> None:
    """Columns are there by name, type and order; those that must be there refuse NULL."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(table.ddl())
    connection.execute(table.ddl("another"))
    found = connection.execute(f"DESCRIBE {table.name}").fetchall()
    assert found == connection.execute("DESCRIBE another").fetchall()
    assert [(row[0], row[1]) for row in found] == [(column.name, column.type) for column in table.columns]
    assert [row[2] for row in found] == ["NO" if column.required else "YES" for column in table.columns]


@EVERY
def test_the_key_is_of_its_columns(table: Table) -> None:
    """Each part of the key is a column of the table, once."""
    assert table.key and set(table.key) <= set(table.column_names)
    assert len(set(table.key)) == len(table.key)
    assert len(set(table.column_names)) == len(table.columns)
