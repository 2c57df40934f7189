"""The first slide: the one sentence of the review, three of its results, and why."""

from __future__ import annotations

from dashboards.language import say
from dashboards.parts.decisions import asked_sentence
from dashboards.parts.tiles import Tile, three_of
from dashboards.slides.slide import OPENING, Fact, Facts, Part, Slide, Words
from dashboards.slides.source import Source
from dashboards.slides.speaking import spoken_notes


def opening_slide(source: Source) -> Slide:
    """The headline; beside it the results that say most, those that got worse before those that got better."""
    review = source.review
    told = three_of(review.tiles[1:])
    parts: list[Part] = [Facts(tuple(map(fact_of, told)))]
    parts.append(Words((*review.lead, asked_sentence(source.data))))
    notes = [note for note in review.notes if note.index in (1, *(tile.note for tile in told))]
    subtitle = f"{review.name} · {say('operating review')} · {review.period}"
    return Slide("opening", review.hero.sentence.text, subtitle, tuple(parts), spoken_notes(notes), OPENING)


def fact_of(tile: Tile) -> Fact:
    """A tile as a fact."""
    return Fact(tile.label, tile.shown, tile.chip, tile.sentence, tile.target_text)
