"""By what cases can be split."""

from __future__ import annotations

from pydantic import Field, model_validator

from metrics.stream.section import Section


class Segment(Section):
    """A dimension of cases: an attribute of the trigger event, or how often a step occurred."""

    attribute: str | None = Field(None, description="attribute of the trigger event")
    count_of: str | None = Field(None, description="a step: cases are split by how often it occurred")

    @model_validator(mode="after")
    def _one_of(self) -> Segment:
        if (self.attribute is None) == (self.count_of is None):
            raise ValueError("give either attribute or count_of")
        return self
