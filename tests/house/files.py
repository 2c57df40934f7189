"""The files the laws look at: Python modules by room, parsed once, and all text that git tracks."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("metrics", "pipelines", "dashboards", "instrumentation", "examples", "docs", "benchmarks")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Module:
    """A Python file with its syntax tree."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Its path from the root, for a person."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def room(self) -> str:
        """The top folder it stands in."""
        return self.name.split("/")[0]

    def functions(self) -> Iterator[Function]:
        """Every function and method, nested ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))


@cache
def modules(*rooms: str) -> tuple[Module, ...]:
    """The Python files of these rooms; of all rooms, tests left out, when none is named."""
    found = []
    for room in rooms or ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            text = path.read_text("utf-8")
            found.append(Module(path, text, ast.parse(text)))
    return tuple(found)


@cache
def tracked() -> tuple[Path, ...]:
    """Files git tracks that exist here; without git, every file of the rooms and tests."""
    git = shutil.which("git")
    if git is not None and (ROOT / ".git").exists():
        listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
        if listed:
            return tuple(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())
    folders = (ROOT / name for name in (*ROOMS, "tests"))
    return tuple(path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())


@cache
def texts() -> tuple[tuple[str, str], ...]:
    """Name and content of every tracked file that is UTF-8 text."""
    found = []
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content[:8000]:
            found.append((path.relative_to(ROOT).as_posix(), content.decode("utf-8", errors="replace")))
    return tuple(found)
