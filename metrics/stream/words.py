"""Words that readers meet: what a case is called, and what customers call each metric."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from metrics.stream.section import Section

Language = Literal["en", "de"]


class Words(Section):
    """Customer words, as they read in sentences, and the language of the pages they stand in.

    `finished` completes 'orders …'. In German `finished` and `started` are participles ('ausgeliefert', 'eingegangen'),
    and words not given are 'Vorgang', 'Vorgänge', 'abgeschlossen' and 'eingegangen'.
    """

    language: Language = Field("en", description="what pages are written in: English or German")
    case: str = "case"
    cases: str = "cases"
    finished: str = "finished"
    started: str = "started"
    metrics: dict[str, str] = Field(default_factory=dict, description="metric key to the name readers use")
