"""The full review as it stands on paper: the same content, with charts drawn at the width of a sheet.

A drawing for a wide screen has letters of 5 points when it is scaled down to paper; one for a phone, letters of 14.
"""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from dashboards.drawing import draw_chart
from dashboards.language import say
from dashboards.pages.full_review import Chapter, FullReview
from dashboards.parts.card import Card, Chart
from dashboards.parts.run import RunCard
from dashboards.printing.pictures import on_plates

WIDTH = 700
"""Units of a drawing across the paper: letters of 12 units are 8.5 points."""
_HEIGHT, _HIGHER = 220, 340
_MANY = 8
"""Releases in a chart from which on only their versions are written, in more rows; the table has the rest."""
_NOTHING = Markup("")


def on_paper(review: FullReview) -> FullReview:
    """The same numbers and texts, drawn for paper. No other field differs."""
    return replace(review, run=_run(review.run), chapters=tuple(_chapter(chapter) for chapter in review.chapters))


def _run(run: RunCard) -> RunCard:
    if run.figure is None or run.wide is None:
        return run
    label = say("Line chart. {title}. {subtitle}", title=run.title, subtitle=run.subtitle)
    many = len(run.marks) > _MANY
    drawn = draw_chart(
        run.figure, WIDTH, _HIGHER if many else _HEIGHT, css="chart paper", label=label, narrow=many
    )  # fmt: skip
    return replace(run, wide=on_plates(drawn), narrow=_NOTHING)


def _chapter(chapter: Chapter) -> Chapter:
    return replace(chapter, cards=tuple(_card(card) for card in chapter.cards))


def _card(card: Card) -> Card:
    """A chart lies as on a phone: its names stand beside it, which no scaling makes small."""
    return card if card.chart is None else replace(card, chart=Chart(on_plates(card.chart.narrow), _NOTHING))
