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
    case: str = Field("case", description="one of what flows: 'order'")
    cases: str = Field("cases", description="several of them: 'orders'")
    finished: str = Field("finished", description="what has become of those that are done: 'delivered'")
    started: str = Field("started", description="what has happened to those that began: 'received'")
    metrics: dict[str, str] = Field(default_factory=dict, description="metric key to the name readers use")
