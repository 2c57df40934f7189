"""docs/tables.md: the tables that metrics read, and those that are published."""

from __future__ import annotations

from collections.abc import Iterator

from docs.markdown import generated_from, page, table
from metrics.published import PUBLISHED
from metrics.tables import CONTRACT, Table


def write_tables() -> str:
    """The whole page."""
    return page(
        ["# Tables"],
        generated_from("`metrics/tables.py` and `metrics/published.py`"),
        [
            "Instants (`*_at`) are UTC, days (`*_on`) are local to the stream, money is decimal.",
            "NULL is unknown, never 0.",
            "The published DuckDB file holds both groups; the ledger behind `events` stays where it is.",
        ],
        ["## Contents"],
        [f"- [{told.name}](#{told.name}): one row is {told.one_row}" for told in (*CONTRACT, *PUBLISHED)],
        ["# What metrics read"],
        *(part for told in CONTRACT for part in _write_table(told)),
        ["# What is published"],
        *(part for told in PUBLISHED for part in _write_table(told)),
    )


def _write_table(told: Table) -> Iterator[list[str]]:
    yield [f"## {told.name}"]
    yield [f"One row is {told.one_row}. Key: {', '.join(f'`{name}`' for name in told.key)}."]
    yield table(
        ("column", "type", "meaning"),
        ((f"`{c.name}`", c.type + (" NOT NULL" if c.required else ""), c.meaning) for c in told.columns),
    )
