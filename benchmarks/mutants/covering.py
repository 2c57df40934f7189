"""Which test runs which lines of metrics/, and how long each takes; measured once for a state of code and tests."""

from __future__ import annotations

import ast
import hashlib
import json
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from benchmarks.mutants.fork import SilentError, Tell, Told, in_child
from benchmarks.mutants.mutant import Mutant
from benchmarks.mutants.session import run_session

_SILENT_SECONDS = 900.0


@dataclass(frozen=True)
class Covering:
    """By test: seconds of the processor, and the lines of each module it runs; without those that fail anyway."""

    seconds: dict[str, float]
    lines: dict[str, dict[str, frozenset[int]]]
    red: tuple[str, ...]
    imports: dict[str, frozenset[str]]
    """What each file of tests and each module imports, by name."""

    def tests_for(self, mutant: Mutant) -> list[str]:
        """The tests that could notice a fault: those named after its module or importing it first; then the fastest."""
        near = self._near(mutant.name)
        words = _words(mutant.module)
        found = self._running(mutant) if mutant.is_in_function else []
        if not found:  # what is run by an import alone, its users may notice
            users, ran = self._users(mutant.name), {mutant.module} | near
            found = [t for t in self.seconds if _file(t) in users or self.lines[t].keys() & ran]
        return sorted(
            found,
            key=lambda t: (not words <= _words(t), _file(t) not in near, -len(words & _words(t)), self.seconds[t]),
        )

    def is_run(self, mutant: Mutant) -> bool:
        """Does any test run its lines? Those outside of functions are run by importing."""
        return not mutant.is_in_function or bool(self._running(mutant))

    def _running(self, mutant: Mutant) -> list[str]:
        wanted = range(mutant.first, mutant.last + 1)
        return [t for t in self.seconds if not self.lines[t].get(mutant.module, frozenset()).isdisjoint(wanted)]

    def _near(self, name: str) -> frozenset[str]:
        return frozenset(file for file, names in self.imports.items() if name in names)

    def _users(self, name: str) -> frozenset[str]:
        """Files that import the module, and files that import one of those."""
        first = self._near(name)
        named = {file.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for file in first}
        return first | {file for file, names in self.imports.items() if names & named}


def covering(tests: Iterable[str], root: Path, cache: Path) -> Covering:
    """What each test runs. A file of tests is measured anew when it, its helpers, or a module it runs has changed."""
    files = _test_files(tests, root)
    stale = [file for file in files if _kept(file, root, cache) is None]
    if stale:
        _measure_all(stale, root, cache)
    told = [one for file in files for one in _kept(file, root, cache) or ()]
    if not told:
        raise SystemExit(f"No test was collected from {', '.join(files)}; does pytest run them?")
    green = [one for one in told if one["passed"]]
    return Covering(
        {one["test"]: one["seconds"] for one in green},
        {one["test"]: {module: frozenset(lines) for module, lines in one["lines"].items()} for one in green},
        tuple(one["test"] for one in told if not one["passed"]),
        {file.relative_to(root).as_posix(): imports_of(file) for file in _files(root)},
    )


def _measure_all(files: list[str], root: Path, cache: Path) -> None:
    """Measure files of tests, and keep each as soon as the next one begins: a run that is ended has lost little."""
    found: dict[str, list[Told]] = {}

    def keep_but(running: str) -> None:
        for file in [name for name in found if name != running]:
            _keep(file, found.pop(file), root, cache)

    def hear(one: Told) -> None:
        if "broken" in one:
            raise SystemExit(f"The tests cannot be run: {one['broken']}")
        file = one["test"].split("::")[0]
        keep_but(file)
        found.setdefault(file, []).append(one)

    try:
        in_child(lambda tell: _measure(files, root, tell), lambda _: _SILENT_SECONDS, hear)
    except SilentError as silent:
        last = silent.args[0][-1]["test"] if silent.args[0] else "the first test"
        raise SystemExit(f"No test ended for {_SILENT_SECONDS:.0f} seconds after {last}; run it alone.") from silent
    keep_but("")


def _keep(file: str, tests: list[Told], root: Path, cache: Path) -> None:
    marks = {module: mark_of([root / module]) for one in tests for module in one["lines"]}
    path = _kept_in(file, root, cache)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"marks": marks, "tests": tests}))


def _kept(file: str, root: Path, cache: Path) -> list[dict[str, Any]] | None:
    path = _kept_in(file, root, cache)
    if not path.is_file():
        return None
    kept = json.loads(path.read_text())
    is_fresh = all(mark_of([root / module]) == mark for module, mark in kept["marks"].items())
    return list(kept["tests"]) if is_fresh else None


def _kept_in(file: str, root: Path, cache: Path) -> Path:
    helpers = [path for path in (root / "tests" / "metrics").glob("*.py") if not path.name.startswith("test_")]
    return cache / "covering" / f"{Path(file).stem}-{mark_of([root / file, *sorted(helpers)])}.json"


def _test_files(tests: Iterable[str], root: Path) -> list[str]:
    found: list[Path] = []
    for test in tests:
        found += [root / test] if (root / test).is_file() else sorted((root / test).rglob("test_*.py"))
    return [path.relative_to(root).as_posix() for path in found]


def mark_of(files: Iterable[Path]) -> str:
    """A hash of the content of files; one that is gone counts as empty."""
    mark = hashlib.sha256()
    for path in files:
        mark.update(path.read_bytes() if path.is_file() else b"")
    return mark.hexdigest()[:16]


def state_of(root: Path) -> str:
    """Names the code of metrics/ and its tests as they are, by a hash of each."""
    code, tests = (sorted((root / part).rglob("*.py")) for part in ("metrics", "tests/metrics"))
    return f"code {mark_of(code)} and tests {mark_of(tests)}"


def imports_of(path: Path) -> frozenset[str]:
    """The modules of our own a file names in its imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(name for name in found if name.split(".")[0] in ("metrics", "tests"))


def _measure(tests: list[str], root: Path, tell: Tell) -> None:
    def loop(session: pytest.Session) -> None:
        folder = f"{root}/metrics/"
        for item, following in zip(session.items, [*session.items[1:], None], strict=True):
            seen: dict[str, set[int]] = {}
            reports = _Reports()
            session.config.pluginmanager.register(reports)
            began = time.process_time()
            _traced(item, following, seen, folder)
            took = time.process_time() - began
            session.config.pluginmanager.unregister(reports)
            lines = {name.removeprefix(f"{root}/"): sorted(found) for name, found in seen.items()}
            tell({"test": item.nodeid, "seconds": round(took, 4), "passed": reports.passed, "lines": lines})

    run_session(tests, root, loop)


def _traced(item: pytest.Item, following: pytest.Item | None, seen: dict[str, set[int]], folder: str) -> None:
    own: dict[str, Any] = {}

    def tracer_of(name: str) -> Any:
        found = seen.setdefault(name, set())

        def trace(frame: FrameType, event: str, argument: Any) -> Any:
            found.add(frame.f_lineno)
            return trace

        return trace

    def begin(frame: FrameType, event: str, argument: Any) -> Any:
        name = frame.f_code.co_filename
        if not name.startswith(folder):
            return None
        if name not in own:
            own[name] = tracer_of(name)
        return own[name](frame, event, argument)

    sys.settrace(begin)
    try:
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
    finally:
        sys.settrace(None)


class _Reports:
    """A plugin that notices whether a test passed."""

    def __init__(self) -> None:
        self.passed = True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Each phase of each test; one that was skipped cannot find anything."""
        self.passed = self.passed and report.passed


def _file(test: str) -> str:
    return test.split("::")[0]


@cache
def _words(name: str) -> frozenset[str]:
    """The words in the name of a file, given by its path or as the file of a test."""
    return frozenset(_file(name).rpartition("/")[2].removesuffix(".py").split("_"))


def _files(root: Path) -> list[Path]:
    return sorted([*(root / "metrics").rglob("*.py"), *(root / "tests").rglob("*.py")])
