"""Benefits as they were claimed, validated and booked: each class a block of its own, never summed."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.language import say
from dashboards.parts.card import Card
from dashboards.slides.cards import card_slides, grid_of
from dashboards.slides.slide import Block, Blocks, Part, Slide, Words
from dashboards.slides.source import Source
from dashboards.slides.speaking import spoken_notes

_STEM = "benefits"
_SIDE_BY_SIDE = 2


def benefit_slides(source: Source) -> Iterator[Slide]:
    """Two classes a slide, then what each cash claim leaves and what is disputed; one where nothing is claimed."""
    page = source.sheet(_STEM)
    classes = [card for card in page.cards if card.key.startswith("class-")]
    notes = spoken_notes(source.notes(_STEM, ("benefit_bridge",)))
    subtitle = say("Each class stands for itself, in its own unit; classes are never added.")
    for at in range(0, len(classes), _SIDE_BY_SIDE):
        pair = classes[at : at + _SIDE_BY_SIDE]
        parts: list[Part] = [Blocks(tuple(map(_block, pair)))]
        if not at and page.lead:
            parts.append(Words(page.lead))
        title = page.heading.text if not at else "; ".join(card.title for card in pair)
        yield Slide(f"benefits-{pair[0].key}", title, subtitle, tuple(parts), notes)
    if not classes:
        why = tuple(card.empty for card in page.cards if card.empty)
        yield Slide("benefits", page.heading.text, subtitle, (Words(why[:1]),), notes)
        return
    yield from card_slides(source, _STEM, {"cash": "benefits-cash", "conflicts": "benefits-conflicts"})


def _block(card: Card) -> Block:
    grid = grid_of(card.table) if card.table is not None else None
    return Block(card.title, card.subtitle, grid, card.remarks or ((card.empty,) if grid is None else ()))
