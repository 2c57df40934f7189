"""Words that readers meet: what a case is called, and what customers call each metric."""

from __future__ import annotations

from pydantic import Field

from metrics.stream.section import Section


class Words(Section):
    """Customer words, as they read in sentences. `finished` completes 'orders …'."""

    case: str = "case"
    cases: str = "cases"
    finished: str = "finished"
    started: str = "started"
    metrics: dict[str, str] = Field(default_factory=dict, description="metric key to the name readers use")
