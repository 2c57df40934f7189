"""Risks and gaps of the data: what the checks say, how new and how complete the numbers are, what was left out."""

from __future__ import annotations

from dashboards.slides.cards import grid_of
from dashboards.slides.slide import Part, Slide, Words
from dashboards.slides.source import Source
from dashboards.slides.speaking import spoken_notes
from dashboards.wording import Sentence, brief

_STEM = "data-quality"
_CHECKS = 5


def gaps_slide(source: Source) -> Slide:
    """The sentence of the page on data quality, freshness, failing checks, and what was counted."""
    page = source.sheet(_STEM)
    fresh = page.freshness.sentences
    state = Sentence(" · ".join(said.text for said in fresh), tuple(n for said in fresh for n in said.numbers))
    failing: list[Sentence | str] = [brief(line, 160) for line in page.quality.failing[:_CHECKS]]
    lines: tuple[Sentence | str, ...] = (*page.lead, state, *failing)
    card = source.card(_STEM, "counted")
    parts: list[Part] = [Words(lines)]
    subtitle = page.quality.left_out.text
    if card is not None and card.table is not None:
        parts.append(grid_of(card.table))
    return Slide("gaps", page.heading.text, subtitle, tuple(parts), spoken_notes(page.notes))
