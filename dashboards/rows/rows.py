"""What rows are: a shape and the SQL that fills it from published tables, and which there are."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

Shape = TypeVar("Shape")


@dataclass(frozen=True)
class Rows(Generic[Shape]):
    """Rows of one shape, a frozen dataclass whose fields are the columns of `sql`, in any order.

    `sql` reads published tables and orders its rows whole. It may use $stream, $period (this quarter's key), $before
    (the quarter before), $first_on and $until_on (its local days, the last one exclusive). It bounds what it yields:
    pages that show the first so many ask for them, and for how many there are.
    """

    shape: type[Shape]
    sql: str


@lru_cache(maxsize=1)
def every_rows() -> tuple[Rows[Any], ...]:
    """Every ROWS of the modules of this folder, by module name."""
    package = importlib.import_module("dashboards.rows")
    modules = (
        importlib.import_module(entry.name) for entry in pkgutil.iter_modules(package.__path__, "dashboards.rows.")
    )
    return tuple(module.ROWS for module in modules if hasattr(module, "ROWS"))
