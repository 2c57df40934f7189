"""What counts as rework, and which repetition is legitimate, since when and how often."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field, model_validator

from metrics.stream.section import Section

ReworkKind = Literal["self_loop", "loop", "backward", "rejection", "correction", "reopen", "reversal"]
COUNTED: tuple[ReworkKind, ...] = ("self_loop", "loop", "rejection", "correction", "reversal")


class Allowed(Section):
    """Repetition that is legitimate, with the reason; the page says what it removed.

    A step may stand here several times with another `since`: the entry in force on the day of the repeat decides, so
    that a new rule does not rewrite what was rework before it.
    """

    step: str = Field(description="which may be done again")
    reason: str = Field(description="why; it stands on the page")
    since: dt.date | None = Field(None, description="first local day it holds; a repeat before it is rework")
    at_most: int | None = Field(None, ge=1, description="repeats allowed in one case; every further one is rework")


class Rework(Section):
    """What counts as rework."""

    version: int = Field(1, ge=1, description="raise it when the policy changes; told beside what the list removed")
    rejections: tuple[str, ...] = Field((), description="steps that send work back")
    corrections: tuple[str, ...] = Field((), description="steps that exist only to mend")
    repeats: Literal["any", "none"] | tuple[str, ...] = Field(
        "any", description="steps of which a second visit is rework"
    )
    counts: tuple[ReworkKind, ...] = Field(COUNTED, description="kinds that make a case not right; all are told")
    reopen: bool = Field(False, description="other work after the outcome counts as rework: as 'reopen' in counts")
    allowed: tuple[Allowed, ...] = Field((), description="repetition that is no rework, each with its reason")

    @property
    def counted(self) -> tuple[ReworkKind, ...]:
        """The kinds that make a case not right."""
        return (*self.counts, "reopen") if self.reopen and "reopen" not in self.counts else self.counts

    @model_validator(mode="after")
    def _one_entry_a_day(self) -> Rework:
        entries = [(entry.step, entry.since) for entry in self.allowed]
        for step, since in entries:
            if entries.count((step, since)) > 1:
                raise ValueError(f"{step!r} is allowed twice from the same day; give one of them another since")
        return self
