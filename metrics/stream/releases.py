"""What was released, when, and to whom."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from pydantic import Field, model_validator

from metrics.stream.section import Identifier, Names, Section


def _check_offset(at: dt.datetime) -> None:
    if at.tzinfo is None:
        raise ValueError("write the release time with its offset, e.g. 2026-08-03T06:00:00+02:00")


class Reach(Section):
    """Whom a release reached first: the cases of these values of a segment."""

    segment: Identifier
    values: Names


class Stage(Section):
    """A later stage of a roll-out: from then on these values of the same segment have it, too."""

    at: dt.datetime
    values: Names

    @model_validator(mode="after")
    def _has_offset(self) -> Stage:
        _check_offset(self.at)
        return self


class Release(Section):
    """A release in customer words. With `reached` it is a roll-out: judged against those who did not have it yet."""

    version: str = Field(description="as events tell it, and as readers meet it")
    name: str = Field("", description="what it brought, in customer words")
    at: dt.datetime = Field(description="when it was in force, with its offset")
    reached: Reach | None = Field(None, description="whom it reached first; without it, everybody")
    stages: tuple[Stage, ...] = Field((), description="who got it later, in order of time")
    rebase: bool = Field(False, description="the limits of run charts begin anew with it")

    @model_validator(mode="after")
    def _has_offset(self) -> Release:
        _check_offset(self.at)
        return self

    @model_validator(mode="after")
    def _stages_follow(self) -> Release:
        if self.stages and self.reached is None:
            raise ValueError("a release in stages names whom it reached first: reached: {segment: …, values: [ … ]}")
        instants = [at for at, _ in self.waves]
        if any(later <= earlier for earlier, later in pairwise(instants)):
            raise ValueError("write the stages in order of time, each later than the one before")
        values = [value for _, wave in self.waves for value in wave]
        if len(set(values)) < len(values):
            raise ValueError("a value is reached once; name each in one stage only")
        return self

    @property
    def waves(self) -> tuple[tuple[dt.datetime, tuple[str, ...]], ...]:
        """When it reached which values of its segment, oldest first; the first wave of a plain release has none."""
        first = self.reached.values if self.reached else ()
        return ((self.at, first), *((stage.at, stage.values) for stage in self.stages))
