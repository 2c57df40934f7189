"""What counts as a failure of one item, and when it is over."""

from __future__ import annotations

from pydantic import Field

from metrics.stream.section import Identifier, Names, Section

RELEASE_HOURS = (
    "a failure detected at most so many hours after a release is put down to it, unless events name its cause"
)


class FailureRule(Section):
    """An item-level failure read off steps: it opens at `detected` and is steady at the next `steady` step."""

    name: Identifier = Field(description="what it is called in tables")
    severity: int = Field(3, ge=1, le=5, description="1 is worst")
    onset: tuple[str, ...] = Field((), description="it began at the last of these before it was detected")
    detected: Names = Field(description="steps that show it: the episode opens")
    triaged: tuple[str, ...] = Field((), description="steps after which it is known what it is")
    contained: tuple[str, ...] = Field((), description="steps after which it does no more harm")
    remediated: tuple[str, ...] = Field((), description="steps after which it is mended")
    steady: Names = Field(description="steps at which work goes on as usual: the episode ends")
    release_hours: float | None = Field(None, gt=0, description=RELEASE_HOURS)
