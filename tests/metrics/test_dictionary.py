"""Names as integers, and the conditions made of them."""

from __future__ import annotations

import duckdb
import pytest

from metrics.facts.dictionary import AUTOMATED, KIND_CODES, PERSONAL, Dictionary, case_when, is_one_of

KNOWN = Dictionary({"step": {"Pack": 8, "Ship": 1, "Bill": 33}})


def test_codes_of_names_that_occur() -> None:
    """Each once and ascending; names nobody saw, and kinds nobody told, have none."""
    assert KNOWN.of("step", ["Bill", "Pack", "Ship", "Pack", "Fly"]) == [1, 8, 33]
    assert KNOWN.of("role", ["Pack"]) == []
    assert KNOWN.known("role") == {}


def test_a_condition_on_names() -> None:
    """The codes of the names, or FALSE where none of them ever occurred."""
    assert KNOWN.member("step_code", "step", ["Pack", "Ship"]) == "step_code IN (1, 8)"
    assert KNOWN.member("step_code", "step", ["Fly"]) == is_one_of("step_code", []) == "FALSE"


def test_branches_that_can_never_hold_are_left_out() -> None:
    """They are not written; without any branch only what is otherwise is left."""
    assert case_when([("a = 1", "'x'"), ("FALSE", "'y'")], "'z'") == "CASE WHEN a = 1 THEN 'x' ELSE 'z' END"
    assert case_when([("FALSE", "'y'")], "'z'") == case_when([], "'z'") == "'z'"


@pytest.mark.parametrize(("a", "expected"), [(1, "x"), (2, "y"), (3, "z")])
def test_the_first_branch_that_holds(a: int, expected: str) -> None:
    """A database reads the branches in their order."""
    sql = case_when([(f"{a} = 1", "'x'"), (f"{a} <= 2", "'y'")], "'z'")
    assert duckdb.execute(f"SELECT {sql}").fetchall() == [(expected,)]


def test_kinds_of_performers() -> None:
    """Systems and agents are automated, people and external parties are not, the unknown is neither and zero."""
    assert {KIND_CODES[kind] for kind in ("system", "agent")} == set(AUTOMATED)
    assert {KIND_CODES[kind] for kind in ("human", "external")} == set(PERSONAL)
    assert KIND_CODES["unknown"] == 0
    assert len(set(KIND_CODES.values())) == len(KIND_CODES) == 5
