"""The steps of the stream, and events that are none."""

from __future__ import annotations

from pydantic import Field, model_validator

from metrics.stream.section import PerformerKind, Section


class Step(Section):
    """A step of the stream; the order of the list is the order on the map."""

    name: str = Field(description="as events tell it")
    label: str | None = Field(None, description="what readers call it")
    performer_kind: PerformerKind | None = Field(None, description="when neither event nor performer tells")
    role: str | None = Field(None, description="rate-card role, when the log has none")
    standard_minutes: float | None = Field(None, ge=0, description="work per visit where touch time is unknown")
    standard_minutes_low: float | None = Field(None, ge=0, description="what standard_minutes could be at least")
    standard_minutes_high: float | None = Field(None, ge=0, description="what standard_minutes could be at most")
    manual_on_purpose: str | None = Field(None, description="why a person does it, when that is by design")

    @model_validator(mode="after")
    def _lies_within(self) -> Step:
        told, low, high = self.standard_minutes, self.standard_minutes_low, self.standard_minutes_high
        if told is None and (low is not None or high is not None):
            raise ValueError(f"step {self.name!r} has a range but no standard_minutes; write these, too")
        if told is not None and not (told if low is None else low) <= told <= (told if high is None else high):
            raise ValueError(
                f"step {self.name!r}: standard_minutes {told:g} must lie between standard_minutes_low and "
                f"standard_minutes_high, not outside {'…' if low is None else format(low, 'g')} to "
                f"{'…' if high is None else format(high, 'g')}"
            )
        return self


class Ignore(Section):
    """Events that are no step: always, or as the echo of a step right before them."""

    step: str = Field(description="as events tell it")
    after: tuple[str, ...] = Field((), description="only right after one of these; always when empty")
    reason: str = Field(description="why, for whoever reads this file")
