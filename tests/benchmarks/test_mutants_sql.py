"""Faults in SQL: which are made of a text, and which are not."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from benchmarks.mutants.edit import Place
from benchmarks.mutants.sql_edits import edits_of_text
from benchmarks.mutants.sql_tokens import is_sql, tokens_of


def faults(source: str) -> Iterator[tuple[str, str]]:
    """The change and the whole changed text of each fault of one string, given as Python."""
    tree = ast.parse(source, mode="eval")
    node = tree.body
    assert isinstance(node, ast.Constant | ast.JoinedStr)
    for edit in edits_of_text(node, Place(tree, "body")):
        with edit.applied():
            yield edit.change, " ".join(eval(ast.unparse(tree), {"x": "column", "y": "b = 1"}).split())


def texts(sql: str) -> set[str]:
    """The changed texts of one SQL."""
    return {text for _, text in faults(repr(sql))}


def test_conditions_are_left_out_one_at_a_time() -> None:
    """Each of three conditions is lost alone, whatever stands in parentheses within it."""
    found = texts("SELECT 1 FROM t WHERE a = 1 AND (b < 2 OR c) AND d IN (3, 4)")
    assert {
        "SELECT 1 FROM t WHERE (b < 2 OR c) AND d IN (3, 4)", "SELECT 1 FROM t WHERE a = 1 AND d IN (3, 4)",
        "SELECT 1 FROM t WHERE a = 1 AND (b < 2 OR c)", "SELECT 1 FROM t WHERE a = 1 AND (b < 2 ) AND d IN (3, 4)",
        "SELECT 1 FROM t WHERE a = 1 AND ( c) AND d IN (3, 4)",
    } <= found  # fmt: skip


def test_the_and_of_a_between_joins_nothing() -> None:
    """It is neither turned into OR nor taken for the end of a condition."""
    found = texts("SELECT 1 FROM t WHERE a BETWEEN 1 AND 5 AND b")
    assert "SELECT 1 FROM t WHERE a BETWEEN 1 AND 5" in found
    assert "SELECT 1 FROM t WHERE b" in found
    assert not any("BETWEEN 1 OR" in text for text in found)


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("SELECT a FROM t WHERE b", "SELECT a FROM t"),
        ("count(*) FILTER (a AND (b))", "count(*)"),
        ("SELECT x OVER (PARTITION BY a, b ORDER BY c)", "SELECT x OVER (, b ORDER BY c)"),
        ("SELECT a ORDER BY b", "SELECT a ORDER BY b DESC"),
        ("SELECT a ORDER BY b DESC", "SELECT a ORDER BY b ASC"),
        ("ORDER BY a NULLS FIRST", "ORDER BY a NULLS LAST"),
        ("sum(a)", "max(a)"), ("min(a)", "max(a)"),
        ("greatest(a, b)", "least(a, b)"), ("arg_min(a, b)", "arg_max(a, b)"),
        ("count(DISTINCT a)", "count( a)"), ("coalesce(a, f(b, c))", "(a)"), ("nullif(a, 0)", "(a)"),
        ("a IS NULL OR b", "a IS NOT NULL OR b"), ("a IS NOT DISTINCT FROM b AND c", "a IS DISTINCT FROM b AND c"),
        ("SELECT a FROM t JOIN u USING (a)", "SELECT a FROM t LEFT JOIN u USING (a)"),
        ("SELECT a FROM t LEFT JOIN u USING (a)", "SELECT a FROM t JOIN u USING (a)"),
        ("SELECT 1 UNION ALL SELECT 2", "SELECT 1 UNION SELECT 2"),
        ("SELECT a * 2 FROM t", "SELECT a / 2 FROM t"), ("SELECT a - b FROM t", "SELECT a + b FROM t"),
        ("SELECT TRUE", "SELECT FALSE"), ("SELECT a WHERE k = 'people'", "SELECT a WHERE k = 'people?'"),
        ("SELECT a WHERE NOT EXISTS (b)", "SELECT a WHERE EXISTS (b)"),
    ],
)  # fmt: skip
def test_each_kind_of_fault(sql: str, fault: str) -> None:
    """Each kind of fault is made, with nothing else changed."""
    assert fault in texts(sql)


@pytest.mark.parametrize("sql", ["SELECT * FROM t", "SELECT count(*) FROM t", "SELECT a::DECIMAL(18, 6) FROM t"])
def test_what_is_no_number_or_product_stays(sql: str) -> None:
    """The star of all columns and the size of a type are left alone."""
    assert texts(sql) == set()


def test_expressions_stay_in_their_holes() -> None:
    """In an f-string the text around the expressions is changed, and a condition that is an expression can be lost."""
    found = {text for _, text in faults('f"SELECT {x} FROM t WHERE {y} AND {x} >= 1"')}
    assert found == {
        "SELECT column FROM t WHERE b = 1 AND column > 1", "SELECT column FROM t WHERE b = 1 AND column >= 2",
        "SELECT column FROM t WHERE b = 1 OR column >= 1", "SELECT column FROM t WHERE b = 1",
        "SELECT column FROM t WHERE column >= 1",
    }  # fmt: skip


def test_text_for_people_is_no_sql() -> None:
    """A sentence is not taken for SQL."""
    assert not is_sql("is larger than 3 characters")
    assert is_sql("count(*)") and is_sql("a IS NULL OR b")


def test_tokens_lose_nothing() -> None:
    """The tokens of a text, joined, are the text."""
    sql = "SELECT 'it''s' AS \"a b\", 3.6e9::DOUBLE -- why\nFROM t WHERE $x <> 1"
    assert "".join(token.text for token in tokens_of(sql)) == sql
