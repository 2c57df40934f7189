"""Which code made a number: the version of streamgauge, a hash over its source, and the libraries it ran with."""

from __future__ import annotations

import hashlib
import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import requires, version
from pathlib import Path

DISTRIBUTION = "streamgauge-platform"
_ROOMS = ("metrics", "pipelines")  # how a page looks moves no number
_NAME = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Code:
    """The code that runs. `libraries` are those it asks for, and Python itself, by their installed versions."""

    version: str
    source_hash: str
    libraries: dict[str, str]

    @property
    def libraries_hash(self) -> str:
        """sha256 over names and versions."""
        return hashlib.sha256(repr(sorted(self.libraries.items())).encode()).hexdigest()


@lru_cache(maxsize=1)
def running_code() -> Code:
    """The code of this process."""
    return Code(version(DISTRIBUTION), _source_hash(), _libraries())


def _source_hash() -> str:
    root = Path(__file__).parents[2]
    digest = hashlib.sha256()
    for path in sorted(path for room in _ROOMS for path in (root / room).rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _libraries() -> dict[str, str]:
    asked = [told.partition(";") for told in requires(DISTRIBUTION) or ()]
    names = {found[0] for told, _, marker in asked if "extra" not in marker and (found := _NAME.match(told))}
    python = ".".join(map(str, sys.version_info[:2]))
    return {"python": python, **{name: version(name) for name in sorted(names)}}
