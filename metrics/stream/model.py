"""The stream file as typed data: what the log cannot say about its value stream.

One model a section; unknown keys are refused. Knows nothing of YAML (see `parse`) and nothing of storage.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator

from metrics.stream.section import Identifier, Names, OutcomeKind, PerformerKind, Section, TimeZone
from metrics.stream.source import Source


class Words(Section):
    """Customer words, as they read in sentences. `finished` completes 'orders …'."""

    case: str = "case"
    cases: str = "cases"
    finished: str = "finished"
    started: str = "started"
    metrics: dict[str, str] = Field(default_factory=dict, description="metric key to the name readers use")


class Trigger(Section):
    """What starts the customer's clock: the first of these steps, or simply the first event."""

    steps: tuple[str, ...] = ()
    first_event: bool = False

    @model_validator(mode="after")
    def _one_of(self) -> Trigger:
        if bool(self.steps) == self.first_event:
            raise ValueError("give either steps or first_event: true")
        return self


class Outcome(Section):
    """What stops the clock: the earliest match of `steps`; `last_steps` and `last_event` only where none matched."""

    name: Identifier
    kind: OutcomeKind = "completed"
    steps: tuple[str, ...] = ()
    last_steps: tuple[str, ...] = Field((), description="outcome when the case's last event is one of these")
    last_event: bool = Field(False, description="the last event, whatever it is")

    @model_validator(mode="after")
    def _one_of(self) -> Outcome:
        if sum((bool(self.steps), bool(self.last_steps), self.last_event)) != 1:
            raise ValueError("give exactly one of steps, last_steps or last_event: true")
        return self


class PerformerRule(Section):
    """Performers, roles or teams that are of one kind."""

    kind: PerformerKind
    performers: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


class Performers(Section):
    """Who is responsible, and who is automated. An event's own kind beats a rule; the first rule that matches wins."""

    responsible: Literal["performer", "role", "team"] = "performer"
    kinds: tuple[PerformerRule, ...] = ()


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


class FailureRule(Section):
    """An item-level failure read off steps: it opens at `detected` and is steady at the next `steady` step."""

    name: Identifier
    severity: int = Field(3, ge=1, le=5)
    detected: Names
    triaged: tuple[str, ...] = ()
    contained: tuple[str, ...] = ()
    remediated: tuple[str, ...] = ()
    steady: Names


class Segment(Section):
    """A dimension of cases: an attribute of the trigger event, or how often a step occurred."""

    attribute: str | None = None
    count_of: str | None = None

    @model_validator(mode="after")
    def _one_of(self) -> Segment:
        if (self.attribute is None) == (self.count_of is None):
            raise ValueError("give either attribute or count_of")
        return self


class Release(Section):
    """A release in customer words."""

    version: str
    name: str = ""
    at: dt.datetime

    @model_validator(mode="after")
    def _has_offset(self) -> Release:
        if self.at.tzinfo is None:
            raise ValueError("write the release time with its offset, e.g. 2026-08-03T06:00:00+02:00")
        return self


class Costs(Section):
    """Where the rate card and the bills lie, beside the stream file."""

    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "EUR"
    rates: str | None = None
    bills: str | None = None


class Gates(Section):
    """Below these a number is not shown."""

    completeness: float = Field(0.95, ge=0, le=1, description="share of ended cases that can be measured")
    late_hours: float = Field(24, gt=0, description="an event that arrives longer after it happened is flagged as late")


class Stream(Section):
    """A value stream. `targets` and `meaningful` are by metric key; see `parse.read_quantity` for their form."""

    stream: Identifier
    version: int = Field(1, ge=1)
    name: str
    tier: Literal[1, 2, 3] = 2
    owner: str = ""
    time_zone: TimeZone = "UTC"
    environment: str | None = Field(None, description="deployment.environment.name that is measured; others are not")
    fiscal_year_starts: int = Field(1, ge=1, le=12)
    words: Words = Words()
    source: Source = Source()
    trigger: Trigger
    outcomes: tuple[Outcome, ...] = Field(min_length=1)
    performers: Performers = Performers()
    steps: tuple[Step, ...] = ()
    ignore: tuple[Ignore, ...] = ()
    rework: Rework = Rework()
    failures: tuple[FailureRule, ...] = ()
    segments: dict[Identifier, Segment] = Field(default_factory=dict)
    releases: tuple[Release, ...] = ()
    targets: dict[str, dict[str, str]] = Field(default_factory=dict, description="metric → statistic → '3.5 days'")
    meaningful: dict[str, str] = Field(default_factory=dict, description="metric → '2 hours', '1 point' or a number")
    costs: Costs = Costs()
    gates: Gates = Gates()

    def label_of(self, step: str) -> str:
        """The step in customer words; its own name when the file gives none."""
        return next((s.label for s in self.steps if s.name == step and s.label), step)

    def word_for(self, metric: str, default: str) -> str:
        """What readers call a metric."""
        return self.words.metrics.get(metric, default)
