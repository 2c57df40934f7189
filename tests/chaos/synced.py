"""Which names and contents would be there after a power cut: those whose folder, or file, was synced since.

Watches os.fsync and os.fdatasync; what DuckDB syncs by itself it does not see.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

Entry = tuple[str, int]
"""A name in a folder, and the inode it leads to."""


class Synced:
    """What was synced since it was made."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._names: dict[int, set[Entry]] = {}
        self._sizes: dict[int, int] = {}
        for name in ("fsync", "fdatasync"):
            patch.setattr(os, name, self._watch)

    def missing(self, path: Path, top: Path) -> Iterator[str]:
        """What of `path`, and of the names that lead to it from `top` on, a power cut may take."""
        if path.is_file() and self._sizes.get(path.stat().st_ino) != path.stat().st_size:
            yield f"content of {path.relative_to(top)}"
        while path != top:
            if (path.name, path.stat().st_ino) not in self._names.get(path.parent.stat().st_ino, ()):
                yield f"name of {path.relative_to(top)}"
            path = path.parent

    def _watch(self, descriptor: int) -> None:
        told = os.fstat(descriptor)
        path = Path(f"/proc/self/fd/{descriptor}").resolve()
        if path.is_dir():
            self._names[told.st_ino] = {(entry.name, entry.inode()) for entry in os.scandir(path)}
        else:
            self._sizes[told.st_ino] = told.st_size
