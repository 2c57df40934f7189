"""What counts as a failure, and when it is over."""

from __future__ import annotations

from pydantic import Field

from metrics.stream.section import Identifier, Names, Section


class FailureRule(Section):
    """An item-level failure read off steps: it opens at `detected` and is steady at the next `steady` step."""

    name: Identifier
    severity: int = Field(3, ge=1, le=5)
    detected: Names
    triaged: tuple[str, ...] = ()
    contained: tuple[str, ...] = ()
    remediated: tuple[str, ...] = ()
    steady: Names
