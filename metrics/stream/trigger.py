"""What starts the customer's clock, and what stops it."""

from __future__ import annotations

from pydantic import Field, model_validator

from metrics.stream.section import Identifier, OutcomeKind, Section


class Trigger(Section):
    """What starts the customer's clock: the first of these steps, or simply the first event."""

    steps: tuple[str, ...] = Field((), description="the first of them to occur starts the clock")
    first_event: bool = Field(False, description="the first event, whatever it is")

    @model_validator(mode="after")
    def _one_of(self) -> Trigger:
        if bool(self.steps) == self.first_event:
            raise ValueError("give either steps or first_event: true")
        return self


class Outcome(Section):
    """What stops the clock: the earliest match of `steps`; `last_steps` and `last_event` only where none matched."""

    name: Identifier = Field(description="what it is called in tables and splits")
    kind: OutcomeKind = Field("completed", description="only completed cases count as done")
    steps: tuple[str, ...] = Field((), description="the first of them to occur ends the case")
    last_steps: tuple[str, ...] = Field((), description="outcome when the case's last event is one of these")
    last_event: bool = Field(False, description="the last event, whatever it is")

    @model_validator(mode="after")
    def _one_of(self) -> Outcome:
        if sum((bool(self.steps), bool(self.last_steps), self.last_event)) != 1:
            raise ValueError("give exactly one of steps, last_steps or last_event: true")
        return self
