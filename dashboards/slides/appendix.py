"""The appendix: of each measure its definition, how many it rests on, its range, and its evidence ids."""

from __future__ import annotations

from dashboards.language import say
from dashboards.parts.card import Cell
from dashboards.parts.notes import Note
from dashboards.slides.slide import Grid, Slide
from dashboards.slides.source import Source
from dashboards.slides.speaking import spoken_notes
from dashboards.wording import Sentence, brief

_EVIDENCE = 4
_DEFINITION = 420


def appendix_slide(source: Source) -> Slide:
    """One row a measure of the review, as its technical notes have them."""
    heads = (say("Measure"), say("Definition"), say("Sample"), say("Uncertainty"), say("Evidence"))
    grid = Grid(heads, (False,) * 5, tuple(map(_row, source.review.notes)))
    return Slide(
        "appendix", say("How each measure is defined, and how sure it is"), source.review.lineage, (grid,),
        spoken_notes(source.review.notes),
    )  # fmt: skip


def _row(note: Note) -> tuple[Cell, ...]:
    known = "\n".join(line.text for line in note.intervals)
    numbers = tuple(number for line in note.intervals for number in line.numbers)
    more = [say("more on the page")] if len(note.evidence) > _EVIDENCE else []
    evidence = "\n".join([*(brief(line) for line in note.evidence[:_EVIDENCE]), *more]) or say("none yet")
    return (
        brief(note.label), brief(note.definition, _DEFINITION), note.sample,
        Sentence(known, numbers) if known else say("none given"), evidence,
    )  # fmt: skip
