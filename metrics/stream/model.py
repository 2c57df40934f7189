"""The stream file as typed data: what the log cannot say about its value stream. One file a section.

Unknown keys are refused. Knows nothing of YAML (see `parse`) and nothing of storage.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from metrics.stream.baseline import BaselineWindow, Rebase
from metrics.stream.calendars import Calendar, Sites
from metrics.stream.costs import Costs
from metrics.stream.failures import FailureRule
from metrics.stream.finance import Finance
from metrics.stream.gates import Gates
from metrics.stream.incidents import Incidents
from metrics.stream.performers import Performers
from metrics.stream.releases import Release
from metrics.stream.review import Review
from metrics.stream.rework import Rework
from metrics.stream.section import Identifier, Section, TimeZone
from metrics.stream.segments import Segment
from metrics.stream.source import Source
from metrics.stream.steps import Ignore, Step
from metrics.stream.trigger import Outcome, Trigger
from metrics.stream.words import Words

TOLD_RULE = "event"
"""The rule of failures that events told, where the others have a name in the stream file."""


class Stream(Section):
    """A value stream. `targets` and `meaningful` are by metric key; see `parse.read_quantity` for their form."""

    stream: Identifier = Field(description="its name in tables, commands and addresses; it stays")
    version: int = Field(1, ge=1, description="raise it when a definition in this file changes")
    name: str = Field(description="what readers call it")
    tier: Literal[1, 2, 3] = Field(2, description="1 is the most important: its error budgets alert soonest")
    owner: str = Field("", description="who answers for it")
    time_zone: TimeZone = Field("UTC", description="whose days its values are by")
    environment: str | None = Field(None, description="deployment.environment.name that is measured; others are not")
    fiscal_year_starts: int = Field(1, ge=1, le=12, description="month in which the fiscal year begins")
    words: Words = Words()
    source: Source = Source()
    trigger: Trigger
    outcomes: tuple[Outcome, ...] = Field(min_length=1)
    performers: Performers = Performers()
    steps: tuple[Step, ...] = ()
    ignore: tuple[Ignore, ...] = ()
    rework: Rework = Rework()
    failures: tuple[FailureRule, ...] = ()
    incidents: Incidents = Incidents()
    segments: dict[Identifier, Segment] = Field(default_factory=dict)
    calendars: tuple[Calendar, ...] = Field((), description="when people work; without any there is no working time")
    sites: Sites | None = Field(None, description="which case keeps which calendar; all the first one when absent")
    releases: tuple[Release, ...] = ()
    baseline: BaselineWindow | None = Field(
        None, description="whose values are frozen; later ones are held against them"
    )
    rebase: tuple[Rebase, ...] = Field((), description="changes other than releases that begin run charts anew")
    targets: dict[str, dict[str, str]] = Field(default_factory=dict, description="metric → statistic → '3.5 days'")
    meaningful: dict[str, str] = Field(default_factory=dict, description="metric → '2 hours', '1 point' or a number")
    costs: Costs = Costs()
    finance: Finance = Finance()
    review: Review = Review()
    gates: Gates = Gates()

    @model_validator(mode="after")
    def _failures_can_be_told_apart(self) -> Stream:
        names = [rule.name for rule in self.failures] + [watch.name for watch in self.incidents.watch]
        if doubled := next((name for name in names if names.count(name) > 1 or name == TOLD_RULE), None):
            raise ValueError(f"{doubled!r} must name one failure rule or watch; 'event' is what events tell")
        hours = [rule.release_hours for rule in self.failures] + [watch.release_hours for watch in self.incidents.watch]
        if not self.releases and any([*hours, self.incidents.release_hours]):
            raise ValueError("release_hours needs the list of releases")
        return self

    @model_validator(mode="after")
    def _reaches_known_segments(self) -> Stream:
        for release in self.releases:
            if release.reached and release.reached.segment not in self.segments:
                known = ", ".join(self.segments) or "none yet"
                raise ValueError(
                    f"release {release.version} reached values of {release.reached.segment!r}, which is no segment; "
                    f"segments: {known}"
                )
        return self

    def label_of(self, step: str) -> str:
        """The step in customer words; its own name when the file gives none."""
        return next((s.label for s in self.steps if s.name == step and s.label), step)

    def word_for(self, metric: str, default: str) -> str:
        """What readers call a metric."""
        return self.words.metrics.get(metric, default)
