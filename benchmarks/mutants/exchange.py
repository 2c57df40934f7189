"""Putting a fault into code that is imported already: into the functions that live, or into the values of a module."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from benchmarks.mutants.covering import imports_of
from benchmarks.mutants.mutant import MODULE_LEVEL, Mutant

FunctionKey = tuple[str, str, int]


def functions_of(root: Path) -> dict[FunctionKey, list[FunctionType]]:
    """Every function of metrics/ that lives, by file, name and line: whoever holds it holds the exchanged one."""
    found: dict[FunctionKey, list[FunctionType]] = {}
    for thing in gc.get_objects():
        if type(thing) is FunctionType and thing.__code__.co_filename.startswith(f"{root}/"):
            found.setdefault(_key(thing.__code__), []).append(thing)
    return found


def exchange(mutant: Mutant, functions: Mapping[FunctionKey, list[FunctionType]], root: Path) -> bool:
    """Put the fault in. False where that cannot be done in place."""
    if mutant.is_in_function:
        return _exchange_code(mutant, functions, root)
    return mutant.scope == MODULE_LEVEL and _exchange_values(mutant, root)


def _exchange_code(mutant: Mutant, functions: Mapping[FunctionKey, list[FunctionType]], root: Path) -> bool:
    count = 0
    for code in _codes(mutant.code(root)):
        for function in functions.get(_key(code), ()):
            if code != function.__code__:
                try:
                    function.__code__ = code
                except ValueError:  # other names are closed over
                    return False
                count += 1
    return count > 0


def _exchange_values(mutant: Mutant, root: Path) -> bool:
    """What the module says anew, where it differs, and what other modules made of that when they were imported."""
    if mutant.name not in sys.modules or not _take_over(mutant.name, mutant.code(root)):
        return False
    changed = {mutant.name}
    while changed:
        users = [name for name, used in imports_within(root).items() if used & changed and name in sys.modules]
        changed = {name for name in users if _take_over(name, _code_of(sys.modules[name]))}
    return True


@cache
def imports_within(root: Path) -> dict[str, frozenset[str]]:
    """Each module of metrics/ with those it imports."""
    paths = {path.relative_to(root).with_suffix("").as_posix().replace("/", "."): path
             for path in sorted((root / "metrics").rglob("*.py"))}  # fmt: skip
    return {name.removesuffix(".__init__"): imports_of(path) for name, path in paths.items()}


def _code_of(module: ModuleType) -> CodeType:
    path = str(module.__file__)
    return compile(Path(path).read_text("utf-8"), path, "exec")


def _take_over(name: str, code: CodeType) -> bool:
    """Run the code of a module, and put what it says otherwise in the place of what was."""
    module = sys.modules[name]
    fresh: dict[str, Any] = {"__name__": name, "__file__": module.__file__}
    exec(code, fresh)
    count = 0
    for key, value in fresh.items():
        before = module.__dict__.get(key)
        is_code = isinstance(value, type | FunctionType | ModuleType)
        if not key.startswith("__") and not is_code and _said(value) != _said(before):
            _put(key, before, value)
            count += 1
    return count > 0


def _said(value: Any) -> str:
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))


def _put(name: str, before: Any, value: Any) -> None:
    if is_dataclass(before) and type(before) is type(value):
        for part in fields(before):
            object.__setattr__(before, part.name, getattr(value, part.name))
    elif isinstance(before, dict):
        before.clear()
        before.update(value)
    else:
        ours = [module for place, module in sys.modules.items() if place.split(".")[0] in ("metrics", "tests", "docs")]
        for module in ours:
            if vars(module).get(name) is before:
                setattr(module, name, value)


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _key(code: CodeType) -> FunctionKey:
    return code.co_filename, code.co_qualname, code.co_firstlineno
