"""The scorecard by tier, worse ones included, and the slide of quality, recovery and handoffs."""

from __future__ import annotations

from dashboards.language import say
from dashboards.parts.card import Cell
from dashboards.parts.results import QUALITY
from dashboards.parts.scorecard import ScoreRow
from dashboards.parts.tiles import headline
from dashboards.slides.opening import fact_of
from dashboards.slides.slide import Facts, Grid, Slide, Words
from dashboards.slides.source import Source
from dashboards.slides.speaking import spoken_notes
from dashboards.wording import brief

_TILES = (3, 1, 2)
"""Where these stand among the five results of the page."""


def score_slide(source: Source) -> Slide:
    """Every measure of the page's scorecard."""
    card = source.review.scorecard
    heads = (say("Tier"), say("Measure"), say("Last quarter"), say("This quarter"), say("Change"), say("Target"),
             say("Verdict"))  # fmt: skip
    if not card.rows:
        empty = Words((say("Nothing is drawn from so little."),))
        return Slide("scorecard", card.title, card.subtitle, (empty,), spoken_notes(source.review.notes))
    grid = Grid(heads, (False, False, True, True, True, True, False), tuple(map(_row, card.rows)))
    return Slide("scorecard", card.title, card.subtitle, (grid,), spoken_notes(source.review.notes))


def quality_slide(source: Source) -> Slide:
    """Right first time, back to normal after a failure, handoffs: the page's tiles, and the first one's sentence."""
    review = source.review
    notes = [note for note in review.notes if note.index in [place + 1 for place in _TILES]]
    return Slide(
        "quality", headline(source.data, QUALITY[0]).text,
        say("What customers and colleagues can use as it comes, this quarter against the one before."),
        (Facts(tuple(fact_of(review.tiles[place]) for place in _TILES)),), spoken_notes(notes),
    )  # fmt: skip


def _row(row: ScoreRow) -> tuple[Cell, ...]:
    tier = row.tier if row.is_first else ""
    return tier, brief(row.label), row.before, row.now, row.moved, row.target or say("none set"), row.chip
