"""Putting a mutant before its tests, in a child of its own.

A fault in a function: the tests are collected once, and each child gets the function's code exchanged in place, in
whatever holds the function. A fault outside functions: the child has imported nothing of ours yet, and imports the
module with the fault in it.
"""

from __future__ import annotations

import gc
import importlib.abc
import importlib.machinery
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

from benchmarks.mutants.fork import SilentError, Tell, Told, in_child
from benchmarks.mutants.mutant import Mutant
from benchmarks.mutants.session import NO_SQL, run_session, run_until_red

KILLED, SURVIVED, TIMEOUT, UNCOVERED, INVALID = "killed", "survived", "timeout", "not covered", "no SQL"
AGAIN = "again"
"""The code could not be exchanged in place; the module must be imported anew."""
_PATIENCE = 60.0
"""Seconds of silence: only a fault that waits for ever is silent for so long; one that loops is ended before."""
_FunctionKey = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant, and which test noticed it."""

    state: str
    test: str | None = None
    error: str = ""


Record = Callable[[Mutant, Outcome], None]
TestsFor = Callable[[Mutant], Sequence[str]]


def try_functions(
    mutants: Iterable[Mutant], tests: Sequence[str], tests_for: TestsFor, seconds: Mapping[str, float], root: Path,
    record: Record,
) -> None:  # fmt: skip
    """Try mutants of functions, one child each, in a session that has collected all tests."""

    def loop(session: pytest.Session) -> None:
        functions = _functions(root)
        gc.freeze()
        for mutant in mutants:
            names = tests_for(mutant)
            if not names:
                record(mutant, Outcome(UNCOVERED))
                continue

            def work(tell: Tell, mutant: Mutant = mutant, names: Sequence[str] = names) -> None:
                if _exchange(mutant, functions, root):
                    run_until_red(session, names, seconds, tell)
                else:
                    tell({"again": True})

            record(mutant, _outcome(mutant, work, seconds))

    run_session(tests, root, loop)


def try_module(mutant: Mutant, tests: Sequence[str], seconds: Mapping[str, float], root: Path) -> Outcome:
    """Try a mutant outside functions, in a child that imports everything anew."""
    if not tests:
        return Outcome(UNCOVERED)

    def work(tell: Tell) -> None:
        sys.meta_path.insert(0, _Finder(mutant.name, mutant.code(root), root / mutant.module))
        files = list(dict.fromkeys(test.split("::")[0] for test in tests))
        status = run_session(files, root, lambda session: run_until_red(session, tests, seconds, tell))
        if status not in (0, 1):
            tell({"red": "import", "error": f"pytest ended with {status}"})

    return _outcome(mutant, work, seconds)


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
    if "green" in last or "again" in last:
        return Outcome(SURVIVED if "green" in last else AGAIN)
    error = str(last.get("error", last.get("broken", "the process ended")))
    test = str(last.get("red", last.get("test", "")))
    if mutant.edit.is_sql and error in NO_SQL:
        return Outcome(INVALID, test, error)
    return Outcome(KILLED, test, error)


def _functions(root: Path) -> dict[_FunctionKey, list[FunctionType]]:
    """Every function of metrics/ that lives, by file, name and line: whoever holds it holds the exchanged one."""
    found: dict[_FunctionKey, list[FunctionType]] = {}
    for thing in gc.get_objects():
        if type(thing) is FunctionType and thing.__code__.co_filename.startswith(f"{root}/"):
            found.setdefault(_key(thing.__code__), []).append(thing)
    return found


def _exchange(mutant: Mutant, functions: Mapping[_FunctionKey, list[FunctionType]], root: Path) -> bool:
    """Put the fault into the functions that live. False where Python refuses: other names are closed over."""
    count = 0
    for code in _codes(mutant.code(root)):
        for function in functions.get(_key(code), ()):
            if code != function.__code__:
                try:
                    function.__code__ = code
                except ValueError:
                    return False
                count += 1
    return count > 0


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _key(code: CodeType) -> _FunctionKey:
    return code.co_filename, code.co_qualname, code.co_firstlineno


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
