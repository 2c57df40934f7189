"""Where the ledger of benefits and the cost of integrations lie, and what a full-time person is."""

from __future__ import annotations

from pydantic import Field

from metrics.stream.section import Section


class Finance(Section):
    """Where benefits and integrations are told, beside the stream file; both may be one file. See docs/benefits.md."""

    benefits: str | None = Field(None, description="YAML file of the claims and how finance judged them")
    integrations: str | None = Field(None, description="YAML file of what integrations cost to own")
    hours_per_fte_year: float | None = Field(
        None, gt=0, le=8784, description="hours a full-time person works a year; freed hours are told in people, too"
    )
