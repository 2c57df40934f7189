"""What was released, and when."""

from __future__ import annotations

import datetime as dt

from pydantic import model_validator

from metrics.stream.section import Section


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
