"""Putting a mutant before its tests, in a child of its own.

In place: the tests are collected once, and each child gets the code of a function, or what a module says of its values,
exchanged in whatever holds it. Anew: the child has imported nothing of ours yet, and imports the module with the fault
in it; dearer, and needed for classes, and to be sure that a fault outside functions survives.
"""

from __future__ import annotations

import gc
import importlib.abc
import importlib.machinery
import signal
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest

from benchmarks.mutants.exchange import exchange, functions_of, imports_within
from benchmarks.mutants.fork import SilentError, Tell, Told, in_child
from benchmarks.mutants.mutant import Mutant
from benchmarks.mutants.prepared import Prepared
from benchmarks.mutants.session import NO_SQL, run_session, run_until_red

KILLED, SURVIVED, TIMEOUT, UNCOVERED, INVALID = "killed", "survived", "timeout", "not covered", "no SQL"
AGAIN = "again"
"""The code could not be exchanged in place; the module must be imported anew."""
_PATIENCE = 60.0
"""Seconds of silence: only a fault that waits for ever is silent for so long; one that loops is ended before."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant, and which test noticed it."""

    state: str
    test: str | None = None
    error: str = ""


Record = Callable[[Mutant, Outcome], None]
TestsFor = Callable[[Mutant, bool], Sequence[str]]
"""The tests for a mutant, in order; and whether what they share is made already."""


def try_in_place(
    mutants: Iterable[Mutant], tests: Sequence[str], tests_for: TestsFor, seconds: Mapping[str, float], root: Path,
    record: Record,
) -> None:  # fmt: skip
    """Try mutants, one child each, in a session that has collected all tests."""

    def loop(session: pytest.Session) -> None:
        prepared = Prepared(root)
        functions = functions_of(root)
        imports_within(root)  # known before the first child begins
        gc.freeze()
        for mutant in mutants:
            names = tests_for(mutant, prepared.holds(mutant))
            if not names:
                record(mutant, Outcome(UNCOVERED))
                continue

            def work(tell: Tell, mutant: Mutant = mutant, names: Sequence[str] = names) -> None:
                if exchange(mutant, functions, root):
                    prepared.forget(mutant)
                    run_until_red(session, names, seconds, tell)
                else:
                    tell({"again": True})

            outcome = _outcome(mutant, work, seconds)
            is_sure = mutant.is_in_function or outcome.state != SURVIVED
            record(mutant, outcome if is_sure else Outcome(AGAIN))

    run_session(tests, root, loop)


def try_anew(mutant: Mutant, tests: Sequence[str], seconds: Mapping[str, float], root: Path) -> Outcome:
    """Try a mutant in a child that imports everything anew."""
    if not tests:
        return Outcome(UNCOVERED)

    def work(tell: Tell) -> None:
        sys.meta_path.insert(0, _Finder(mutant.name, mutant.code(root), root / mutant.module))
        files = list(dict.fromkeys(test.split("::")[0] for test in tests))
        status = run_session(files, root, lambda session: run_until_red(session, tests, seconds, tell))
        if status not in (0, 1):
            tell({"red": "import", "error": f"pytest ended with {status}"})

    outcome = _outcome(mutant, work, seconds)
    return Outcome(SURVIVED) if outcome.state == AGAIN else outcome


def _outcome(mutant: Mutant, work: Callable[[Tell], None], seconds: Mapping[str, float]) -> Outcome:
    def patience(last: Told | None) -> float:
        return _PATIENCE + 30 * seconds.get(str((last or {}).get("test")), 0.0)

    try:
        told = in_child(work, patience)
    except SilentError as silent:
        running = [one["test"] for one in silent.args[0] if "test" in one]
        return Outcome(TIMEOUT, running[-1] if running else None)
    last = told[-1] if told else {"red": "end", "error": "the process ended"}
    if last.get("signal") == signal.SIGXCPU:
        return Outcome(TIMEOUT, next((one["test"] for one in reversed(told) if "test" in one), None))
    if "signal" in last and not any("test" in one for one in told):
        return Outcome(AGAIN)  # ended before the first test: no test has noticed anything
    if "green" in last or "again" in last:
        return Outcome(SURVIVED if "green" in last else AGAIN)
    error = str(last.get("error", last.get("broken", "the process ended")))
    test = str(last.get("red", last.get("test", "")))
    if mutant.edit.is_sql and error in NO_SQL:
        return Outcome(INVALID, test, error)
    return Outcome(KILLED, test, error)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from code that is given."""

    def __init__(self, name: str, code: CodeType, path: Path) -> None:
        self.name, self.code, self.path = name, code, path

    def find_spec(
        self, name: str, path: Any, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Only of that module."""
        if name != self.name:
            return None
        spec = importlib.machinery.ModuleSpec(name, self, origin=str(self.path))
        spec.has_location = True
        if self.path.name == "__init__.py":
            spec.submodule_search_locations = [str(self.path.parent)]
        return spec

    def exec_module(self, module: ModuleType) -> None:
        """Run the code that is given."""
        exec(self.code, module.__dict__)
