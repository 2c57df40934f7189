"""What each release came with: the change, the range it lies in, how many it rests on, and the verdict."""

from __future__ import annotations

from dashboards.language import say
from dashboards.parts.card import Cell, ChangeRow
from dashboards.parts.measure import FLOW_TIME, measure
from dashboards.slides.slide import Grid, Part, Slide, Words
from dashboards.slides.source import Source
from dashboards.slides.speaking import spoken_notes
from dashboards.wording import Sentence, brief


def release_slide(source: Source) -> Slide:
    """The releases of the page's card, newest first; what it leaves out is said."""
    review, card = source.review, source.review.effects
    parts: list[Part] = []
    if card.rows:
        heads = (say("Release"), say("Verdict"), say("Finding"), say("Range, 95 times of 100"), card.changes.counted)
        grid = Grid(heads, (False, False, False, True, True), tuple(map(_row, card.rows)))
        parts.append(grid)
    if card.changes.omitted:
        parts.append(Words((card.changes.omitted,)))
    if not parts:
        parts.append(Words((say("There is no release to show."),)))
    subtitle = say(
        "{measure}: change against the weeks before each release, and what may be said of it.",
        measure=measure(source.data, FLOW_TIME).full_label,
    )
    return Slide(
        "releases", card.title, subtitle if card.rows else card.subtitle, tuple(parts), spoken_notes(review.notes[:1])
    )


def _row(row: ChangeRow) -> tuple[Cell, ...]:
    name = " ".join(part for part in (brief(row.version, 24), brief(row.name, 60)) if part)
    said = row.sentence if row.check is None else Sentence(f"{row.sentence} {row.check}", row.sentence.numbers)
    return (f"{name} · {row.on}" if row.on else name), row.chip, said, row.extent or say("no range"), row.sample
