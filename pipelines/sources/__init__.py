"""Sources: one file a format. A source module has KEY, SUFFIXES, CAPABILITIES and `read(path, settings)`.

Found by looking into this folder, so a new file is a new source.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast

import polars as pl

from metrics.stream.model import Source as Mapping
from pipelines.errors import SourceError


class SourceModule(Protocol):
    """What a source file exposes. `CAPABILITIES` says what the format lets us see."""

    KEY: str
    SUFFIXES: tuple[str, ...]
    CAPABILITIES: frozenset[str]

    def read(self, path: Path, settings: Mapping) -> Iterator[pl.DataFrame]:
        """Batches of `sources.batch.SCHEMA`, in bounded memory. Raises SourceError when the file is unreadable."""
        ...


def discover() -> list[SourceModule]:
    """Every source in this folder, by name."""
    found = []
    for entry in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{entry.name}")
        if hasattr(module, "SUFFIXES"):
            found.append(cast(SourceModule, module))
    return found


def source_for(path: Path) -> SourceModule:
    """The source that reads a file, by the ending of its name.

    Raises:
        SourceError: the file is missing, or no source knows the ending.
    """
    if not path.is_file():
        raise SourceError(f"{path} is not a file.")
    sources = discover()
    name = path.name.lower()
    for source in sources:
        if name.endswith(source.SUFFIXES):
            return source
    raise SourceError.from_unknown_format(path, [suffix for source in sources for suffix in source.SUFFIXES])
