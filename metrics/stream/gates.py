"""Below what a number is not shown."""

from __future__ import annotations

from pydantic import Field

from metrics.stream.section import Section


class Gates(Section):
    """Below these a number is not shown."""

    completeness: float = Field(0.95, ge=0, le=1, description="share of ended cases that can be measured")
    late_hours: float = Field(24, gt=0, description="an event that arrives longer after it happened is flagged as late")
    phantom_days: float | None = Field(
        None, gt=0, description="an open case quiet for longer is a suspect; default: as finished cases never were"
    )
