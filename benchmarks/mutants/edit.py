"""An edit: one small fault in a syntax tree, put in and taken out again."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node hangs: a field of its parent, and the position in it where the field is a list."""

    parent: ast.AST
    field: str
    index: int | None = None

    def put(self, node: object) -> object:
        """Put another node here; returns the one that was."""
        if self.index is None:
            before = getattr(self.parent, self.field)
            setattr(self.parent, self.field, node)
            return before
        held = getattr(self.parent, self.field)
        before, held[self.index] = held[self.index], node
        return before


@dataclass(frozen=True, slots=True)
class Edit:
    """A fault: what is put where, in the words 'before → after'. `text` is the line of SQL, where it is in SQL."""

    place: Place
    node: object
    change: str
    line: int
    text: str | None = None

    @property
    def is_sql(self) -> bool:
        """Is the fault in a text of SQL?"""
        return self.text is not None

    @contextmanager
    def applied(self) -> Iterator[None]:
        """The tree with the fault in it, as long as the context lasts."""
        before = self.place.put(self.node)
        try:
            yield
        finally:
            self.place.put(before)
