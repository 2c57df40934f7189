"""Mutation testing does what it says: a planted fault that no test notices is told, one that a test notices is not."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.mutants.mutant import mutants_of
from benchmarks.mutants.reasons import FOLDER, ReasonError, read_reasons, without_mutant
from benchmarks.mutants.resting import mark_of_test

ROOT = Path(__file__).parents[2]
PLANTED = '''"""A module with faults to come."""

from functools import cache

LIMIT = 3
SQL = "SELECT count(*) FROM t WHERE a > 1 AND b IS NULL"


def is_over(number: int) -> bool:
    """Noticed at its border."""
    return number > LIMIT


def half(number: int) -> float:
    """Looked at only where times two and divided by two are the same."""
    return number / 2


def nobody() -> int:
    """Run by no test."""
    return 7


def until(number: int) -> int:
    """Does not end when it no longer counts."""
    while number < 5:
        number += 1
    return number


def triple(number: int) -> int:
    """Made once for several tests, of which only the later one looks closely."""
    return number * 3


@cache
def fourfold(number: int) -> int:
    """Remembered, within what is made before the faults."""
    return number * 4


@cache
def fivefold(number: int) -> int:
    """Remembered from a test that does not look closely."""
    return number * 5


def unread() -> int:
    """Kept in what is made before the faults, where no test looks at it."""
    return 11


def plus(number: int) -> int:
    """Only looked at beside what is made before the faults."""
    return number + 5
'''
SHARED = """from functools import cache

import duckdb

from metrics.planted import fourfold, unread


@cache
def shared_facts() -> duckdb.DuckDBPyConnection:
    facts = duckdb.connect(config={"threads": 2})
    facts.execute(f"CREATE TABLE facts AS SELECT {fourfold(2)} AS a, {unread()} AS b")
    return facts


@cache
def shared_values() -> int:
    return shared_facts().execute("SELECT a + 1 FROM facts").fetchone()[0]
"""
TESTS = """import duckdb
import pytest

from metrics.planted import SQL, fivefold, half, is_over, plus, triple, until
from tests.metrics.reference.made import shared_facts, shared_values


@pytest.fixture(scope="module")
def tripled() -> int:
    return triple(2)


def test_something_is_made(tripled: int) -> None:
    assert tripled


def test_tripled(tripled: int) -> None:
    assert tripled == 6


@pytest.fixture(scope="session")
def values() -> int:
    return shared_values()


def test_what_was_made_before(values: int) -> None:
    assert shared_facts().execute("SELECT a FROM facts").fetchall() == [(8,)]
    assert (values, plus(values)) == (9, 14)


def test_something_is_remembered() -> None:
    assert fivefold(2)


def test_fivefold() -> None:
    assert fivefold(2) == 10


def test_is_over() -> None:
    assert is_over(4) and not is_over(3)


def test_half() -> None:
    assert half(0) == 0


def test_sql() -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE t AS FROM (VALUES (1, NULL), (2, NULL), (4, NULL), (3, 1)) v(a, b)")
    assert connection.execute(SQL).fetchall() == [(2,)]


def test_until() -> None:
    assert until(2) == 5
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small repository with one module and its tests."""
    root = tmp_path_factory.mktemp("checkout")
    for name, text in {
        "metrics/__init__.py": "", "metrics/planted.py": PLANTED, "tests/metrics/test_planted.py": TESTS,
        "tests/metrics/reference/made.py": SHARED,
        "tests/__init__.py": "", "tests/metrics/__init__.py": "", "tests/metrics/reference/__init__.py": "",
        "docs/.keep": "", "reasons/none.yaml": "",
    }.items():  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def run(root: Path, *options: str) -> tuple[int, str]:
    command = [
        sys.executable,
        "-m",
        "benchmarks.mutants",
        "--root",
        ".",
        "--reasons",
        "reasons",
        "--tests",
        "tests/metrics",
    ]
    places = {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*command, *options], cwd=root, env=os.environ | places, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def told(checkout: Path) -> str:
    """What a run of all says."""
    status, text = run(checkout)
    assert status == 1, text
    return text


def survivors(text: str) -> set[str]:
    """The faults in the closing list."""
    return {line.split("]  ")[1] for line in text.split("without a reason:")[1].splitlines() if "«" in line}


def test_a_fault_nobody_notices_is_told(told: str) -> None:
    """Halving is only tried with nothing, so its faults survive, as does what is kept and not read again; a function no
    test runs is told as that."""
    assert survivors(told) == {"return number / 2  «/ → *»", "return number / 2  «2 → 3»"} | {
        "return 7  «7 → 8»  (no test runs it)", "return 7  «return nothing»  (no test runs it)", "return 11  «11 → 12»",
    }  # fmt: skip


def test_a_fault_in_sql_is_noticed(told: str, checkout: Path) -> None:
    """A condition lost, a border moved and an unknown turned in the SQL of a constant each fail a test."""
    page = (checkout / "docs" / "mutants.md").read_text()
    assert "SELECT count" not in page.split("## What is not noticed")[1]
    changes = {mutant.change for mutant in mutants_of("metrics/planted.py", checkout) if mutant.edit.is_sql}
    assert {"> → >=", "AND → OR", "drop AND b IS NULL", "drop a > 1 AND", "IS NULL → IS NOT NULL"} <= changes


def test_a_fault_that_does_not_end_is_noticed(told: str) -> None:
    """A loop that no longer counts is ended by its time."""
    assert "'timeout': " in told


def test_a_reason_ends_the_alarm_and_goes_stale(checkout: Path, told: str) -> None:
    """With a reason each, survivors are in order; a reason for a fault that is noticed, or cannot be made, is not."""
    half, seven = "return number / 2", "return 7"
    entries = [
        ("half", half, "/ → *"),
        ("half", half, "2 → 3"),
        ("nobody", seven, "7 → 8"),
        ("nobody", seven, "return nothing"),
        ("unread", "return 11", "11 → 12"),
    ]
    reasons = [_entry(*entry) for entry in entries]
    file = checkout / "reasons" / "planted.yaml"
    file.write_text("".join(reasons))
    status, text = run(checkout)
    assert (status, "every survivor has a reason" in text, "0 to try" in text) == (0, True, True)
    file.write_text("".join([*reasons, _entry("is_over", "return number > LIMIT", "> → >=")]))
    assert "a reason without a survivor: metrics/planted.py | is_over" in run(checkout)[1]
    file.write_text("".join([*reasons, _entry("half", "return number / 3", "/ → *")]))
    status, text = run(checkout)
    assert status == 1 and "a reason without a survivor: metrics/planted.py | half | return number / 3" in text


def _entry(scope: str, line: str, change: str) -> str:
    return f'- {{module: metrics/planted.py, in: {scope}, line: "{line}", change: "{change}", reason: planted}}\n'


@pytest.mark.parametrize("text", ["- {module: m}", '- {module: m, in: f, line: l, change: c, reason: " "}'])
def test_a_reason_says_all_of_it(tmp_path: Path, text: str) -> None:
    """An entry without one of its parts, or with an empty reason, is refused."""
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(ReasonError):
        read_reasons(tmp_path)


def test_one_reason_for_one_fault(tmp_path: Path) -> None:
    """Two reasons for the same fault are refused."""
    (tmp_path / "a.yaml").write_text("- {module: m, in: f, line: l, change: [c, c], reason: why}")
    with pytest.raises(ReasonError, match="two reasons"):
        read_reasons(tmp_path)


def test_our_reasons_fit_the_code() -> None:
    """Each reason is for a fault that can still be made: where the code changed, its reason goes or is thought anew."""
    reasons = read_reasons(FOLDER)
    modules = sorted({key[0] for key in reasons})
    mutants = [mutant for module in modules if (ROOT / module).is_file() for mutant in mutants_of(module, ROOT)]
    assert without_mutant(reasons, mutants) == []


def test_every_fault_compiles_and_leaves_the_tree_as_it_was() -> None:
    """Each fault of a real module can be made, changes the code, and is gone afterwards."""
    for module in ("metrics/periods.py", "metrics/facts/cases.py", "metrics/flow/flow_time.py"):
        mutants = mutants_of(module, ROOT)
        before = ast.dump(mutants[0].tree)
        with_faults = set()
        for mutant in mutants:
            mutant.code(ROOT)
            with mutant.edit.applied():
                with_faults.add(ast.dump(mutants[0].tree))
            assert ast.dump(mutants[0].tree) == before
        assert len(with_faults | {before}) == len(mutants) + 1
        assert len({mutant.key for mutant in mutants}) == len(mutants)


RESTING = """import pytest
LIMIT = 3
OTHER = 4

@pytest.fixture
def limit():
    return LIMIT

def test_one(limit):
    assert limit == 3

def test_other():
    assert OTHER == 4
"""


@pytest.mark.parametrize(
    ("old", "new", "is_same"),
    [
        ("import pytest", "import math\nimport pytest", True), ("OTHER = 4", "OTHER = 5", True),
        ("assert OTHER == 4", "assert OTHER > 4", True),
        ("def test_other", "def test_more(): pass\ndef test_other", True),
        ("LIMIT = 3", "LIMIT = 4", False), ("return LIMIT", "return LIMIT + 0", False),
        ("assert limit == 3", "assert limit == 4", False),
        ("LIMIT = 3", "LIMIT = 3\n@pytest.fixture(autouse=True)\ndef all(): pass", False),
        ("LIMIT = 3", "LIMIT = 3\npytestmark = pytest.mark.slow", False),
    ],
)  # fmt: skip
def test_a_result_holds_while_its_test_is_the_same(tmp_path: Path, old: str, new: str, is_same: bool) -> None:
    """A test is another one when it, a fixture or a value it rests on is another, or what holds for all of the file."""
    before, after = tmp_path / "before.py", tmp_path / "after.py"
    before.write_text(RESTING)
    after.write_text(RESTING.replace(old, new))
    assert old in RESTING
    assert (mark_of_test(before, "test_one") == mark_of_test(after, "test_one")) is is_same
