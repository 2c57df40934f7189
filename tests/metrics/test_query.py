"""Asking a database for one row or one value, and text as SQL."""

from __future__ import annotations

import duckdb
import pytest

from metrics.query import literal, one_row, one_value


def test_one_row() -> None:
    """The first of several, or None of none; parameters are given by name."""
    with duckdb.connect() as connection:
        assert one_row(connection, "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) t(n, x) ORDER BY n") == (1, "a")
        assert one_row(connection, "SELECT 1 WHERE FALSE") is None
        assert one_row(connection, "SELECT $n + 1", {"n": 4}) == (5,)


def test_one_value() -> None:
    """The first column of the first row; None where there is no row, and where the value is unknown."""
    with duckdb.connect() as connection:
        assert one_value(connection, "SELECT 7, 8") == 7
        assert one_value(connection, "SELECT 7 WHERE FALSE") is None
        assert one_value(connection, "SELECT $x", {"x": None}) is None


@pytest.mark.parametrize("text", ["plain", "O'Neill", "''", "", "a\nb", "\\'"])
def test_text_as_sql_reads_back(text: str) -> None:
    """Whatever a text holds, as SQL it is that text."""
    with duckdb.connect() as connection:
        assert connection.execute(f"SELECT {literal(text)}").fetchall() == [(text,)]
