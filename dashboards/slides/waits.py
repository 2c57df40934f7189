"""Where the time goes: the waiting before each step and the work in it, of the average case, in one unit."""

from __future__ import annotations

from dashboards.language import say
from dashboards.numbers import Number
from dashboards.parts.value_map import MapCard, Stop
from dashboards.slides.plotted import plotted_in
from dashboards.slides.slide import BarChart, Part, Series, Slide, Words
from dashboards.slides.source import Source
from dashboards.slides.speaking import spoken_notes
from dashboards.wording import Sentence, brief

_STEPS = 12


def waits_slide(source: Source) -> Slide:
    """The chart of the page's map, and what few pass in a sentence."""
    review, card = source.review, source.review.map
    notes = [note for note in review.notes if note.index in review.feet.values()]
    title, subtitle = card.title, card.subtitle.text
    if not card.stops:
        return Slide(
            "waits", title, subtitle, (Words((say("Nothing is drawn from so little."),)),), spoken_notes(notes)
        )
    kept = _most_waiting(card)
    lines: list[Sentence | str] = [card.others] if card.others is not None else []
    if len(kept) < len(card.stops):
        lines.append(say("The steps with the longest waits; the page has the others."))
    if any(stop.waiting is None or stop.work is None for stop in kept):
        lines.append(say("Without a bar: not recorded."))
    parts: tuple[Part, ...] = (_chart(kept), Words(tuple(lines))) if lines else (_chart(kept),)
    return Slide("waits", title, subtitle, parts, spoken_notes(notes),
                 spoken=say("Bar chart. {title}. {subtitle}", title=title, subtitle=subtitle))  # fmt: skip


def _most_waiting(card: MapCard) -> list[Stop]:
    """The steps in their order; of many, those with the most waiting."""
    ranked = sorted(card.stops, key=lambda stop: -(stop.waiting.value if stop.waiting else 0.0))[:_STEPS]
    return [stop for stop in card.stops if stop in ranked]


def _chart(stops: list[Stop]) -> BarChart:
    """Waits set the unit: work shown in minutes is drawn on their scale, from the figure shown."""
    waits = [stop.waiting for stop in stops if stop.waiting is not None]
    like = max(waits, key=lambda shown: shown.value) if waits else _first_work(stops)
    return BarChart(
        tuple(brief(stop.name, 40) for stop in stops),
        (
            Series(say("Waiting before it"), tuple(stop.waiting for stop in stops), "wait"),
            Series(say("Work"), tuple(stop.work for stop in stops), "work"),
        ),
        like.suffix if like else "", like.brief if like else "",
    )  # fmt: skip


def _first_work(stops: list[Stop]) -> Number | None:
    works = [stop.work for stop in stops if stop.work is not None]
    return max(works, key=lambda shown: plotted_in(shown, ""), default=None)
