"""Sources: one file a format. A source module has KEY, SUFFIXES, CAPABILITIES and `read(path, settings)`.

Found by looking into this folder, so a new file is a new source. Sources that share an ending have `recognises(path)`
too, which looks at the first bytes of a file, and SIGN, which names what it looks for.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast

import polars as pl

from metrics.stream.source import Source as Mapping
from pipelines.errors import SourceError


class SourceModule(Protocol):
    """What a source file exposes. `CAPABILITIES` says what the format lets us see."""

    KEY: str
    SUFFIXES: tuple[str, ...]
    CAPABILITIES: frozenset[str]

    def read(self, path: Path, settings: Mapping) -> Iterator[pl.DataFrame]:
        """Batches of `sources.batch.SCHEMA`, in bounded memory. Raises SourceError when the file is unreadable."""
        ...


class SniffingModule(SourceModule, Protocol):
    """A source that shares an ending with another one. `SIGN` names what `recognises` looks for."""

    SIGN: str

    def recognises(self, path: Path) -> bool:
        """Whether the first bytes of a file are of this format; False too where the file cannot be read."""
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
    """The source that reads a file, by the ending of its name, and by its first bytes where several share that.

    Raises:
        SourceError: the file is missing, no source knows the ending, or not exactly one recognises the content.
    """
    if not path.is_file():
        raise SourceError(f"{path} is not a file.")
    sources = discover()
    name = path.name.lower()
    candidates = [source for source in sources if name.endswith(source.SUFFIXES)]
    if not candidates:
        raise SourceError.from_unknown_format(path, {suffix for source in sources for suffix in source.SUFFIXES})
    if len(candidates) == 1:
        return candidates[0]
    return _recognise(path, cast("list[SniffingModule]", candidates))


def _recognise(path: Path, candidates: list[SniffingModule]) -> SourceModule:
    sure = [source for source in candidates if source.recognises(path)]
    if len(sure) == 1:
        return sure[0]
    signs = " and ".join(source.SIGN for source in sure or candidates)
    if sure:
        raise SourceError(f"{path.name} looks like {signs} at once. Write each into a file of its own.")
    raise SourceError(f"{path.name} begins like neither of {signs}. Look at its first line: is it what you meant?")
