"""The cost bridge: why one completed case costs more or less, from the rows of cost_variance as the page tells them."""

from __future__ import annotations

from dashboards.language import say
from dashboards.numbers import Number
from dashboards.parts.card import Card
from dashboards.parts.cost_bridge import TERMS, step_tone
from dashboards.slides.cards import grid_of, parts_of
from dashboards.slides.plotted import plotted
from dashboards.slides.slide import BridgeChart, BridgeStep, Part, Slide, Words
from dashboards.slides.source import Source
from dashboards.slides.speaking import spoken_notes
from dashboards.wording import Sentence

_STEM = "unit-cost"


def bridge_slide(source: Source) -> Slide:
    """The chart and what of it is freed time; the table where it cannot be drawn; a sentence without one."""
    card = source.card(_STEM, "bridge")
    notes = spoken_notes(source.notes(_STEM, ("cost_variance", "cost_per_transaction")))
    if card is None:
        return _without(source, notes)
    chart = _chart(source, card)
    parts: tuple[Part, ...] = tuple(parts_of(card))
    if chart is not None:
        parts = (chart, Words(card.remarks))  # the first of them says that the scale is cut
    spoken = say("Chart of steps. {title}. {subtitle}", title=card.title, subtitle=card.subtitle)
    return Slide("bridge", card.title, card.subtitle, parts, notes, spoken=spoken)


def bridge_table(source: Source) -> Slide | None:
    """The same as a table, with what each step means."""
    card = source.card(_STEM, "bridge")
    if card is None or card.table is None or _chart(source, card) is None:
        return None
    notes = spoken_notes(source.notes(_STEM, ("cost_variance",)))
    return Slide("bridge-table", card.title, card.subtitle, (grid_of(card.table),), notes)


def _without(source: Source, notes: tuple[Sentence | str, ...]) -> Slide:
    page = source.sheet(_STEM)
    why: list[Sentence | str] = [
        card.empty for card in page.cards if card.table is None and card.chart is None and card.empty
    ]
    lines = [*page.lead, *why] or [say("There is nothing to hold this quarter's cost against.")]
    return Slide("bridge", page.heading.text, say("Cost of the quarter by class."), (Words(tuple(lines)),), notes)


def _chart(source: Source, card: Card) -> BridgeChart | None:
    """None where there is nothing to draw, or a level below 0, which columns on a base cannot show."""
    if card.table is None or len(card.table.rows) != len(TERMS) + 2:
        return None
    shown = [row[1] for row in card.table.rows]
    names = [str(row[0]) for row in card.table.rows]
    if not all(isinstance(number, Number) for number in shown):
        return None
    told = [number for number in shown if isinstance(number, Number)]
    steps = [BridgeStep(names[0], told[0], "level")]
    for term, name, number in zip(TERMS, names[1:-1], told[1:-1], strict=True):
        if plotted(number):
            steps.append(BridgeStep(name, number, step_tone(source.data, term, number.value)))
    steps.append(BridgeStep(names[-1], told[-1], "level"))
    words = (
        ("level", say("Cost of one {case}", case=source.review.case)), ("bad", say("Costs more")),
        ("good", say("Costs less")), ("freed", say("Costs less: freed time, not cash")),
    )  # fmt: skip
    chart = BridgeChart(tuple(steps), tuple(pair for pair in words if any(step.tone == pair[0] for step in steps)))
    return chart if min(levels_of(chart)) >= 0 and len(steps) > 2 else None


def levels_of(chart: BridgeChart) -> list[float]:
    """The level after each step, from the figures shown: they are tied, so they reach the last one."""
    level, found = 0.0, []
    for step in chart.steps:
        level = plotted(step.shown) if step.tone == "level" else round(level + plotted(step.shown), 6)
        found.append(level)
    return found
