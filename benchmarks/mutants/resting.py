"""What a test rests on within its own file, as a hash: other tests beside it may come and go without moving it."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path


@cache
def mark_of_test(path: Path, name: str) -> str:
    """A hash of a test function, or class, and of everything of its file that it names; nothing for a lost file."""
    if not path.is_file():
        return ""
    named, always = _parts(path)
    wanted, seen = [name], set()
    while wanted:
        one = wanted.pop()
        if one in named and one not in seen:
            seen.add(one)
            wanted += [used for node in named[one] for used in _names_in(node)]
    kept = [*always, *(node for one in sorted(seen) for node in named[one])]
    return hashlib.sha256("\n".join(map(ast.dump, kept)).encode()).hexdigest()[:16]


@cache
def _parts(path: Path) -> tuple[dict[str, list[ast.stmt]], list[ast.stmt]]:
    """The statements of a file by the names they bind, and those that hold for every test in it."""
    named: dict[str, list[ast.stmt]] = {}
    always: list[ast.stmt] = []
    for node in ast.parse(path.read_text("utf-8")).body:
        names = [] if "autouse" in ast.dump(node) else list(_bound_by(node))
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if names == ["pytestmark"] or not (names or is_text or isinstance(node, ast.Import | ast.ImportFrom)):
            always.append(node)
        for name in names:
            named.setdefault(name, []).append(node)
    return named, always


def _bound_by(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))


def _names_in(node: ast.AST) -> Iterator[str]:
    """Names, arguments (a fixture is asked for by one) and texts (a fixture may be named by one)."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.arg):
            yield part.arg
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value
