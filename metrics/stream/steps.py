"""The steps of the stream, and events that are none."""

from __future__ import annotations

from pydantic import Field

from metrics.stream.section import PerformerKind, Section


class Step(Section):
    """A step of the stream; the order of the list is the order on the map."""

    name: str
    label: str | None = None
    performer_kind: PerformerKind | None = Field(None, description="when neither event nor performer tells")
    role: str | None = Field(None, description="rate-card role, when the log has none")
    standard_minutes: float | None = Field(None, ge=0, description="work per visit where touch time is unknown")
    manual_on_purpose: str | None = Field(None, description="why a person does it, when that is by design")


class Ignore(Section):
    """Events that are no step: always, or as the echo of a step right before them."""

    step: str
    after: tuple[str, ...] = ()
    reason: str
