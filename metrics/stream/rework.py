"""What counts as rework, and which repetition is legitimate."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from metrics.stream.section import Section


class Allowed(Section):
    """Repetition that is legitimate, with the reason; the page says what it removed."""

    step: str
    reason: str


class Rework(Section):
    """What counts as rework."""

    rejections: tuple[str, ...] = ()
    corrections: tuple[str, ...] = Field((), description="steps that exist only to mend")
    repeats: Literal["any", "none"] | tuple[str, ...] = "any"
    reopen: bool = Field(False, description="other work after the outcome counts as rework")
    allowed: tuple[Allowed, ...] = ()
