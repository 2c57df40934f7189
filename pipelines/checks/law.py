"""The record of a law."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Law:
    """What must hold of a table. `query` counts failing rows; parameter $stream. A warning does not stop a run."""

    name: str
    table: str
    says: str
    query: str
    is_warning: bool = False
