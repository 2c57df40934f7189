"""Which test runs which lines of metrics/, and how long each takes; measured once for a state of code and tests."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.mutants.fork import SilentError, Told, in_child
from benchmarks.mutants.measuring import measure
from benchmarks.mutants.mutant import Mutant

_SILENT_SECONDS = 900.0


@dataclass(frozen=True)
class Covering:
    """By test: seconds of the processor, and the lines of each module it runs; without those that fail anyway."""

    seconds: dict[str, float]
    lines: dict[str, dict[str, frozenset[int]]]
    red: tuple[str, ...]
    imports: dict[str, frozenset[str]]
    """What each file of tests and each module imports, by name."""
    shared: dict[str, dict[str, float]] = field(default_factory=dict)
    """By test: the seconds of each fixture that it shares with others, which are within its own."""

    def is_shared(self, test: str) -> bool:
        """Does it rest on what is made once for several tests?"""
        return bool(self.shared.get(test))

    def own_seconds(self, test: str) -> float:
        """What a test takes without what it shares with others, which is made only once."""
        return self.seconds[test] - sum(self.shared.get(test, {}).values())

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
        {one["test"]: one["shared"] for one in green},
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
        in_child(lambda tell: measure(files, root, tell), lambda _: _SILENT_SECONDS, hear)
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
    is_fresh = is_fresh and all("shared" in one for one in kept["tests"])
    return list(kept["tests"]) if is_fresh else None


def _kept_in(file: str, root: Path, cache: Path) -> Path:
    folders = {root / "tests" / "metrics", (root / file).parent}
    helpers = {path for folder in folders for path in folder.glob("*.py") if not path.name.startswith("test_")}
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


def _file(test: str) -> str:
    return test.split("::")[0]


@cache
def _words(name: str) -> frozenset[str]:
    """The words in the name of a file, given by its path or as the file of a test."""
    return frozenset(_file(name).rpartition("/")[2].removesuffix(".py").split("_"))


def _files(root: Path) -> list[Path]:
    return sorted([*(root / "metrics").rglob("*.py"), *(root / "tests").rglob("*.py")])
