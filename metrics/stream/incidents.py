"""Failures of the whole stream: what to put down to a release, and which failure rates to watch."""

from __future__ import annotations

from pydantic import Field, model_validator

from metrics.stream.failures import RELEASE_HOURS
from metrics.stream.section import Identifier, Names, Section


class Watch(Section):
    """A failure rate to watch, in windows of whole hours: failing executions of some steps among all of them.

    An incident opens when the rate leaves the band of its baseline. It is steady when the rate was inside for
    `quiet_windows` in a row and every case that failed meanwhile has passed the step or ended. Why it is judged so:
    docs/decisions/0007-incidents-are-seen-in-a-failure-rate.md.
    """

    name: Identifier
    severity: int = Field(2, ge=1, le=5, description="1 is worst")
    steps: Names = Field(description="whose executions are counted")
    failing_steps: tuple[str, ...] = Field((), description="which of these are failures themselves, such as rejections")
    failing_outcomes: tuple[str, ...] = Field((), description="results that are failures: failure, error, timeout")
    window_hours: int = Field(1, ge=1, le=168, description="counted from 1970-01-01 00:00 UTC")
    baseline_windows: int = Field(168, ge=20, description="windows before, outside of incidents, that set the band")
    fewest: int = Field(3, ge=1, description="executions below which a window says nothing")
    sigmas: float = Field(4, ge=2, le=6, description="width of the band; 3 rings by chance in 1 of 740 windows at most")
    quiet_windows: int = Field(3, ge=1, description="windows in a row inside the band until the rate is steady")
    release_hours: float | None = Field(None, gt=0, description=RELEASE_HOURS)
    closes_told: bool = Field(False, description="incidents that events told are steady by this test, too")

    @model_validator(mode="after")
    def _fails_one_way(self) -> Watch:
        if bool(self.failing_steps) == bool(self.failing_outcomes):
            raise ValueError("give either failing_steps or failing_outcomes")
        if strange := [step for step in self.failing_steps if step not in self.steps]:
            raise ValueError(f"the failing step {strange[0]!r} is none of its steps")
        return self


class Incidents(Section):
    """Failures of the whole stream, told by events or seen in a failure rate."""

    release_hours: float | None = Field(None, gt=0, description=f"of incidents told by events: {RELEASE_HOURS}")
    watch: tuple[Watch, ...] = ()

    @model_validator(mode="after")
    def _closes_once(self) -> Incidents:
        if sum(rule.closes_told for rule in self.watch) > 1:
            raise ValueError("only one watch can close the incidents that events told")
        return self
