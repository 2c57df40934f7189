"""Who is responsible, and who is automated."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field, model_validator

from metrics.stream.section import PerformerKind, Section


class PerformerRule(Section):
    """Performers, roles or teams that are of one kind, always or for a time."""

    kind: PerformerKind = Field(description="what they are")
    performers: tuple[str, ...] = Field((), description="by name, as events tell it")
    roles: tuple[str, ...] = Field((), description="by role")
    teams: tuple[str, ...] = Field((), description="by team")
    since: dt.date | None = Field(None, description="first local day the rule holds; always when absent")
    until: dt.date | None = Field(None, description="first local day it no longer holds; for good when absent")

    @model_validator(mode="after")
    def _holds_some_day(self) -> PerformerRule:
        if self.since is not None and self.until is not None and self.until <= self.since:
            raise ValueError(f"until {self.until} is not after since {self.since}, so the rule never holds")
        return self


class Performers(Section):
    """Who is responsible, and who is automated.

    An event's own kind beats the registry, the registry a rule; the first rule that matches wins; last comes the step.
    """

    responsible: Literal["performer", "role", "team"] = Field(
        "performer", description="between which of them work is handed over"
    )
    registry: str | None = Field(
        None, description="CSV beside the stream file: who is of which kind from when to when; see below"
    )
    kinds: tuple[PerformerRule, ...] = Field(
        (), description="rules for who is in no registry; the first that matches wins"
    )
