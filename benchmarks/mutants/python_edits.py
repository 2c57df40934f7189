"""Faults in Python: another comparison, another operator, a number off by one, a condition turned, a statement lost.

Each function takes a node and its place and yields edits; `EDITORS` says which node is for which. Texts for people
(docstrings, messages), types, decorators and assertions are left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from benchmarks.mutants.edit import Edit, Place

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip
SIGNS = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.Is: "is",
    ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in", ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
    ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**", ast.BitAnd: "&", ast.BitOr: "|", ast.LShift: "<<",
    ast.RShift: ">>", ast.And: "and", ast.Or: "or",
}  # fmt: skip
NAMES = {
    "min": "max", "max": "min", "any": "all", "all": "any", "floor": "ceil", "ceil": "floor", "minimum": "maximum",
    "maximum": "minimum", "sorted": "list", "lower": "upper", "argmin": "argmax", "argmax": "argmin",
}  # fmt: skip
MEMBERS = {"LOWER": "HIGHER", "HIGHER": "LOWER", "FINISHED": "STARTED", "STARTED": "HAPPENED", "HAPPENED": "FINISHED"}
UNITS = ("days", "share", "ratio", "currency", "count")
TYPES = {"DOUBLE": "BIGINT", "BIGINT": "DOUBLE", "DATE": "TIMESTAMP", "TIMESTAMP": "DATE", "VARCHAR": "BIGINT"}


def compare(node: ast.Compare, place: Place) -> Iterator[Edit]:
    """Each comparison the other way, or with its border moved; each text compared with, another text."""
    for index, operator in enumerate(node.ops):
        other = COMPARISONS[type(operator)]
        yield _edit(node, Place(node, "ops", index), other(), f"{SIGNS[type(operator)]} → {SIGNS[other]}")
    for index, value in enumerate(node.comparators):
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            changed = ast.copy_location(ast.Constant(value.value + "?"), value)
            yield _edit(node, Place(node, "comparators", index), changed, f"{value.value!r} → {changed.value!r}")


def calculate(node: ast.BinOp | ast.AugAssign, place: Place) -> Iterator[Edit]:
    """Plus for minus, times for divided by. A text is not added to: joining texts is left alone."""
    sides = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.value,)
    is_text = any(
        isinstance(s, ast.JoinedStr) or (isinstance(s, ast.Constant) and isinstance(s.value, str)) for s in sides
    )
    other = OPERATORS.get(type(node.op))
    if other is not None and not is_text:
        yield _edit(node, Place(node, "op"), other(), f"{SIGNS[type(node.op)]} → {SIGNS[other]}")


def combine(node: ast.BoolOp, place: Place) -> Iterator[Edit]:
    """And for or; and each part left out."""
    is_and = isinstance(node.op, ast.And)
    yield _edit(node, Place(node, "op"), (ast.Or if is_and else ast.And)(), "and → or" if is_and else "or → and")
    for index, part in enumerate(node.values):
        left = node.values[:index] + node.values[index + 1 :]
        rest = left[0] if len(left) == 1 else ast.copy_location(ast.BoolOp(node.op, left), node)
        yield _edit(node, place, rest, f"drop {ast.unparse(part)}")


def turn(node: ast.UnaryOp, place: Place) -> Iterator[Edit]:
    """A `not`, a complement or a sign left out."""
    if isinstance(node.op, ast.Not | ast.Invert | ast.USub):
        sign = {ast.Not: "not ", ast.Invert: "~", ast.USub: "-"}[type(node.op)]
        yield _edit(node, place, node.operand, f"drop '{sign.strip()}' of {ast.unparse(node.operand)}")


def number(node: ast.Constant, place: Place) -> Iterator[Edit]:
    """A number one larger, a fraction a tenth larger, a truth turned."""
    value = node.value
    if isinstance(value, bool):
        changed: bool | int | float | str = not value
    elif isinstance(value, int):
        changed = value + 1
    elif isinstance(value, float):
        changed = value * 1.1 if value else 1.0
    elif isinstance(value, str) and value in TYPES:
        changed = TYPES[value]
    else:
        return
    yield _edit(node, place, ast.copy_location(ast.Constant(changed), node), f"{value!r} → {changed!r}")


def condition(node: ast.If | ast.IfExp | ast.While, place: Place) -> Iterator[Edit]:
    """A condition that is a plain value, turned; a comparison is turned by its own editor."""
    yield from _turned(node, Place(node, "test"), node.test)


def filtered(node: ast.comprehension, place: Place) -> Iterator[Edit]:
    """A filter of a comprehension turned, or left out."""
    for index, test in enumerate(node.ifs):
        yield from _turned(test, Place(node, "ifs", index), test)
        left = node.ifs[:index] + node.ifs[index + 1 :]
        yield _edit(test, Place(node, "ifs"), left, f"drop if {ast.unparse(test)}")


def call(node: ast.Call, place: Place) -> Iterator[Edit]:
    """The smallest for the largest, any for all, unsorted for sorted; another unit."""
    named = node.func
    name = named.id if isinstance(named, ast.Name) else named.attr if isinstance(named, ast.Attribute) else ""
    if name in NAMES and not (name == "sorted" and any(keyword.arg == "key" for keyword in node.keywords)):
        other: ast.expr = ast.Name(NAMES[name], ast.Load())
        if isinstance(named, ast.Attribute):
            other = ast.Attribute(named.value, NAMES[name], ast.Load())
        yield _edit(node, Place(node, "func"), ast.copy_location(other, named), f"{name} → {NAMES[name]}")
    for keyword in node.keywords:
        value = keyword.value
        if keyword.arg == "unit" and isinstance(value, ast.Constant) and value.value in UNITS:
            unit = ast.copy_location(ast.Constant(UNITS[UNITS.index(value.value) - 1]), value)
            yield _edit(value, Place(keyword, "value"), unit, f"{value.value!r} → {unit.value!r}")


def member(node: ast.Attribute, place: Place) -> Iterator[Edit]:
    """The other direction, another reading."""
    if isinstance(node.value, ast.Name) and node.value.id in ("Better", "Reading") and node.attr in MEMBERS:
        other = ast.Attribute(node.value, MEMBERS[node.attr], ast.Load())
        yield _edit(node, place, ast.copy_location(other, node), f"{node.attr} → {other.attr}")


def collection(node: ast.Tuple | ast.List | ast.Set, place: Place) -> Iterator[Edit]:
    """The last of several left out."""
    if isinstance(getattr(node, "ctx", ast.Load()), ast.Load) and node.elts and place.field != "slice":
        last = ast.unparse(node.elts[-1])
        yield _edit(
            node.elts[-1],
            Place(node, "elts"),
            node.elts[:-1],
            f"drop last {last if len(last) < 60 else last[:57] + '…'}",
        )


def returned(node: ast.Return, place: Place) -> Iterator[Edit]:
    """Nothing for what is returned."""
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield _edit(node, Place(node, "value"), None, "return nothing")


def statement(node: ast.Expr | ast.Raise | ast.AugAssign | ast.Continue | ast.Break, place: Place) -> Iterator[Edit]:
    """A statement left out; continue for break."""
    if isinstance(node, ast.Continue | ast.Break):
        other = ast.Break() if isinstance(node, ast.Continue) else ast.Continue()
        yield _edit(node, place, ast.copy_location(other, node), f"{ast.unparse(node)} → {ast.unparse(other)}")
        return
    yield _edit(node, place, ast.copy_location(ast.Pass(), node), "drop the statement")


def increment(node: ast.AugAssign, place: Place) -> Iterator[Edit]:
    """Another operator, or no statement at all."""
    yield from calculate(node, place)
    yield from statement(node, place)


EDITORS: dict[type[ast.AST], Callable[..., Iterator[Edit]]] = {
    ast.Compare: compare, ast.BinOp: calculate, ast.BoolOp: combine, ast.UnaryOp: turn, ast.Constant: number,
    ast.If: condition, ast.IfExp: condition, ast.While: condition, ast.comprehension: filtered, ast.Call: call,
    ast.Attribute: member, ast.Tuple: collection, ast.List: collection, ast.Set: collection, ast.Return: returned,
    ast.Expr: statement, ast.Raise: statement, ast.Continue: statement, ast.Break: statement, ast.AugAssign: increment,
}  # fmt: skip


def _turned(node: ast.AST, place: Place, test: ast.expr) -> Iterator[Edit]:
    if not isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp):
        turned = ast.copy_location(ast.UnaryOp(ast.Not(), test), test)
        yield _edit(node, place, turned, f"if → if not {ast.unparse(test)}")


def _edit(node: ast.AST, place: Place, new: object, change: str) -> Edit:
    return Edit(place, new, change, getattr(node, "lineno", 0))
