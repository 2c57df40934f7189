"""What many tests share and is dear to make, made before a fault is put in: a forked child has it already.

Whatever the fault could have changed is forgotten in the child and made there, with the fault in it.
"""

from __future__ import annotations

import sys
from functools import _lru_cache_wrapper, cache
from pathlib import Path
from typing import Any

from benchmarks.mutants.exchange import imports_within
from benchmarks.mutants.measuring import Lines, Trace
from benchmarks.mutants.mutant import Mutant
from benchmarks.mutants.remembered import forget_calls

_PLACE = "tests.metrics.reference.made"
_SHARED = ("shared_facts", "shared_values")
"""Each rests on those before it. Nothing of them may begin a thread, for a forked child has none: polars would."""


class Prepared:
    """What is made, and which lines of metrics/ made it."""

    def __init__(self, root: Path) -> None:
        """Make everything whose tests were collected; what metrics/ remembers of that is forgotten."""
        self.root = root
        self.made: list[tuple[_lru_cache_wrapper[Any], Lines]] = []
        self.held: list[Any] = []  # a database is never closed in a forked child: its threads are not there to be ended
        place = sys.modules.get(_PLACE)
        for name in _SHARED if place is not None else ():
            making = getattr(place, name)
            self.made.append((making, _lines_of(making, root)))
            self.held.append(making())
        forget_calls()

    def holds(self, mutant: Mutant) -> bool:
        """Is it the same with the fault?"""
        return not any(self._is_touched(lines, mutant) for _, lines in self.made)

    def forget(self, mutant: Mutant) -> None:
        """Forget what the fault may have a part in, and what rests on that."""
        is_touched = False
        for making, lines in self.made:
            is_touched = is_touched or self._is_touched(lines, mutant)
            if is_touched:
                making.cache_clear()

    def _is_touched(self, lines: Lines, mutant: Mutant) -> bool:
        if not mutant.is_in_function:
            return any(self._path(name) in lines for name in _users(mutant.name, self.root))
        return not lines.get(self._path(mutant.name), set()).isdisjoint(range(mutant.first, mutant.last + 1))

    def _path(self, name: str) -> str:
        place = self.root / name.replace(".", "/")
        return str(place / "__init__.py" if place.is_dir() else place.with_suffix(".py"))


@cache
def _users(name: str, root: Path) -> frozenset[str]:
    """A module and all that import it, directly or by others: what it says of its values may be in any of them."""
    found, new = {name}, {name}
    while new:
        new = {user for user, used in imports_within(root).items() if used & new} - found
        found |= new
    return frozenset(found)


def _lines_of(making: _lru_cache_wrapper[Any], root: Path) -> Lines:
    trace = Trace(f"{root}/metrics/")
    trace.start()
    making()
    trace.stop()
    return trace.lines
