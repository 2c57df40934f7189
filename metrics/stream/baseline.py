"""What later numbers are held against, and where run charts begin anew."""

from __future__ import annotations

import datetime as dt

from pydantic import Field, model_validator

from metrics.stream.section import Section


class BaselineWindow(Section):
    """The window whose values are frozen: a period, or the local days `first_on` ≤ day < `until_on`."""

    period: str | None = Field(None, description="2026-Q1, 2026-03, 2026-W10 or 2026; or give the days instead")
    first_on: dt.date | None = Field(None, description="its first local day")
    until_on: dt.date | None = Field(None, description="the day after its last")
    note: str = Field("", description="why this window: what it stands for")

    @model_validator(mode="after")
    def _one_of(self) -> BaselineWindow:
        days = (self.first_on is not None, self.until_on is not None)
        if any(days) != all(days) or any(days) == (self.period is not None):
            raise ValueError("give either period, or first_on and until_on")
        if self.first_on and self.until_on and self.first_on >= self.until_on:
            raise ValueError("until_on is the day after the last, so it is later than first_on")
        return self


class Rebase(Section):
    """A documented change from which the limits of run charts begin anew."""

    at_on: dt.date = Field(description="the first local day under the change")
    reason: str = Field(min_length=1)
