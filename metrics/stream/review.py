"""What the quarterly operating review needs beside the numbers."""

from __future__ import annotations

from pydantic import Field

from metrics.stream.section import Section


class Review(Section):
    """Where decisions and risks are told, beside the stream file. See docs/review.md."""

    decisions: str | None = Field(None, description="YAML file of the decisions reviews ask for, and of risks")
