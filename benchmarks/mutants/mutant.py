"""A mutant: one fault in one function of one module, or in what a module says outside of functions."""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import CodeType
from typing import TypeGuard

from benchmarks.mutants.edit import Edit, Place
from benchmarks.mutants.python_edits import EDITORS
from benchmarks.mutants.sql_edits import edits_of_text

MODULE_LEVEL = "<module>"
_UNTOUCHED = (ast.Import, ast.ImportFrom, ast.Assert)
_WORDS_FOR_PEOPLE = {"strict", "description", "dtype", "label", "sentence", "version", "slots", "frozen", "kw_only"}
Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault with its place. `first`–`last` are the lines of its statement.

    `scope` is the outermost function, <class Name> in the body of a class, <module> outside of both.
    """

    module: str
    scope: str
    line: str
    change: str
    at: int
    first: int
    last: int
    mark: str = field(repr=False)
    edit: Edit = field(repr=False, compare=False)
    tree: ast.Module = field(repr=False, compare=False)

    @property
    def key(self) -> Key:
        """What names it, in the file of reasons too; it holds no line number, so it stays when the code moves."""
        return self.module, self.scope, self.line, self.change

    @property
    def is_in_function(self) -> bool:
        """Is it within a function, so that exchanging the function's code is enough?"""
        return not self.scope.startswith("<")

    @property
    def name(self) -> str:
        """The import name of its module."""
        return self.module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def code(self, root: Path) -> CodeType:
        """The module compiled with the fault in it."""
        with self.edit.applied():
            return compile(self.tree, str(root / self.module), "exec")


@dataclass(frozen=True, slots=True)
class _Around:
    """What is around a node: its outermost function, the lines of its statement, the text that vouches for it."""

    scope: str
    first: int
    last: int
    mark: str
    names: tuple[str, ...] = ()
    is_declared: bool = False
    """Within the declaration of a table or column, whose texts are for people."""


def mutants_of(module: str, root: Path) -> list[Mutant]:
    """Every mutant of a module, in the order of its text. Equal faults of one line are numbered."""
    source = (root / module).read_text("utf-8")
    tree, lines = ast.parse(source), source.split("\n")
    found: list[Mutant] = []
    seen: Counter[Key] = Counter()
    for edit, around in _visit(tree, _Around(MODULE_LEVEL, 1, 1, _hash(source)), Place(tree, "body")):
        at = edit.line if around.first <= edit.line <= around.last else around.first
        line = edit.text if edit.text is not None else lines[at - 1].strip()
        seen[(module, around.scope, line, edit.change)] += 1
        number = seen[(module, around.scope, line, edit.change)]
        change = edit.change if number == 1 else f"{edit.change} ({number})"
        found.append(Mutant(module, around.scope, line, change, at, around.first, around.last, around.mark, edit, tree))
    return found


def _visit(node: ast.AST, around: _Around, place: Place) -> Iterator[tuple[Edit, _Around]]:
    if isinstance(node, _UNTOUCHED) or _is_for_people(node):
        return
    if isinstance(node, ast.stmt):
        around = _within(node, around)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Column", "Table"):
        around = replace(around, is_declared=True)
    if _is_text(node) and not around.is_declared:
        yield from ((edit, around) for edit in edits_of_text(node, place))
    editor = EDITORS.get(type(node))
    if editor is not None:
        yield from ((edit, around) for edit in editor(node, place))
    if isinstance(node, ast.Raise):
        return
    for child, within in _children(node):
        yield from _visit(child, around, within)


def _children(node: ast.AST) -> Iterator[tuple[ast.AST, Place]]:
    skipped = {"annotation", "returns", "decorator_list", "type_params", "bases", "format_spec", "ctx"}
    for name, value in ast.iter_fields(node):
        if name in skipped or (isinstance(node, ast.FunctionDef) and name == "args" and not _has_defaults(node)):
            continue
        if isinstance(value, ast.AST):
            yield value, Place(node, name)
        elif isinstance(value, list):
            parts = (one for one in enumerate(value) if isinstance(one[1], ast.AST))
            yield from ((part, Place(node, name, n)) for n, part in parts if not _is_piece(node, part))


def _is_piece(node: ast.AST, part: ast.AST) -> bool:
    """A piece of an f-string, which is looked at as one text."""
    return isinstance(node, ast.JoinedStr) and isinstance(part, ast.Constant)


def _has_defaults(node: ast.FunctionDef) -> bool:
    return bool(node.args.defaults or any(node.args.kw_defaults))


def _within(node: ast.stmt, around: _Around) -> _Around:
    """The surroundings of what is in a statement: of a compound one, of its head."""
    body = getattr(node, "body", None)
    last = body[0].lineno - 1 if body else (node.end_lineno or node.lineno)
    names, scope, mark = around.names, around.scope, around.mark
    if isinstance(node, ast.ClassDef) and scope.startswith("<"):
        names, scope = (*names, node.name), f"<class {node.name}>"
    if isinstance(node, ast.FunctionDef) and scope.startswith("<"):
        scope, mark = ".".join((*names, node.name)), _hash(ast.dump(node))
    return _Around(scope, node.lineno, max(last, node.lineno), mark, names, around.is_declared)


def _is_for_people(node: ast.AST) -> bool:
    """Docstrings, lists of exported names, texts for people, and what only a type checker reads."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets):
        return True
    if isinstance(node, ast.keyword) and node.arg in _WORDS_FOR_PEOPLE:
        return True
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _is_text(node: ast.AST) -> TypeGuard[ast.Constant | ast.JoinedStr]:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
