"""What is wrong with a deck, compared with the pages it was made of: an empty list says that every number is theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashboards.language import say, speaking
from dashboards.numbers import Number
from dashboards.slides.bridge import levels_of
from dashboards.slides.plotted import plotted, plotted_in
from dashboards.slides.slide import BarChart, Blocks, BridgeChart, Grid, LineChart, Slide, words_of
from dashboards.slides.tables import nothing
from dashboards.value_list import numbers_in
from tests.dashboards.slides.conftest import Made
from tests.dashboards.slides.office_file import read_deck, series_of, workbook_of

_DIGITS = re.compile(r"\d[\d.,\u00a0]*\d|\d")
_OURS = {"95", "100"}
"""Figures of our own words: 'range, 95 times of 100'."""
Values = tuple[float | None, ...]


def faults_of(made: Made, content: bytes) -> list[str]:
    """Every number of the file that no page shows, and every chart that holds other values than its page."""
    with speaking(made.data.language):
        pages = [page.content for found in made.pages.values() for page in found]
        listed = {(number.origin, number.value, number.text) for page in pages for _, number in numbers_in(page)}
        deck_numbers = {(n.origin, n.value, n.text) for _, n in numbers_in(made.deck)}
        faults = [f"not in the list of values: {number}" for number in sorted(deck_numbers - listed)]
        told = _told(made)
        for drawn in read_deck(content):
            faults += [f"{drawn.title}: {digits}" for words in drawn.words() for digits in _odd(words, told)]
        faults += _chart_faults(made, content)
        return [*faults, *_text_faults(made, content)]


def _told(made: Made) -> set[str]:
    """Every figure in a text of the pages, or in one that the deck took from them."""
    texts = [text for found in made.pages.values() for page in found for text in _texts(page.content)]
    texts += [number.text for _, number in numbers_in(made.deck)] + [
        number.short for _, number in numbers_in(made.deck)
    ]
    return {digits for text in texts for digits in _DIGITS.findall(text)}


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple | list):
        for item in part:
            yield from _texts(item)
    elif isinstance(part, dict):
        for key in part:
            yield from _texts(key)
    elif hasattr(part, "__dataclass_fields__"):
        for name in part.__dataclass_fields__:
            yield from _texts(getattr(part, name))
        if isinstance(part, Number):
            yield part.text


def _odd(words: str, told: set[str]) -> list[str]:
    return [digits for digits in _DIGITS.findall(words) if digits not in told | _OURS]


def _text_faults(made: Made, content: bytes) -> list[str]:
    """Each row of a table stands in the file as the deck has it; each text with a figure is one of the deck's, or its
    beginning where it was too long."""
    wanted = [[words_of(cell, nothing()) for cell in row] for grid in _grids(made) for row in grid.rows]
    slides = read_deck(content)
    found = [row for drawn in slides for row in drawn.cells]
    faults = [f"not in a table: {row}" for row in wanted if row not in found]
    heads = [list(grid.heads) for grid in _grids(made)]
    faults += [f"in no grid: {row}" for row in found if row not in wanted and row not in heads]
    known = {line for text in _texts(made.deck) for line in text.split("\n")}
    known |= {said for text in known for said in (say("{title} (continued)", title=text),)}
    for text in (text for drawn in slides for text in drawn.texts if _DIGITS.search(text)):
        if text not in known and not any(text.endswith("…") and whole.startswith(text[:-1]) for whole in known):
            faults.append(f"no text of the deck: {text}")
    return faults


def _grids(made: Made) -> Iterator[Grid]:
    for part in (part for slide in made.deck.slides for part in slide.parts):
        if isinstance(part, Grid):
            yield part
        elif isinstance(part, Blocks):
            yield from (block.grid for block in part.blocks if block.grid is not None)


def _chart_faults(made: Made, content: bytes) -> list[str]:
    drawn = [chart for slide in read_deck(content) for chart in slide.charts]
    wanted = [
        found for slide in made.deck.slides for found in zip(wanted_values(slide), wanted_labels(slide), strict=True)
    ]
    if len(drawn) != len(wanted):
        return [f"{len(drawn)} charts, not {len(wanted)}"]
    faults = []
    for chart, (values, labels) in zip(drawn, wanted, strict=True):
        if list(series_of(chart).values()) != values:
            faults.append(f"chart: {list(series_of(chart).values())} is not {values}")
        if chart._chartSpace.xpath(".//a:t/text()") != labels:
            faults.append(f"labels: {chart._chartSpace.xpath('.//a:t/text()')} is not {labels}")
        behind = list(workbook_of(chart).values())
        if behind != values:
            faults.append(f"workbook: {behind} is not {values}")
    return faults


def wanted_values(slide: Slide) -> Iterator[list[Values]]:
    """The values of each chart of a slide, from the numbers of its page."""
    for part in slide.parts:
        if isinstance(part, LineChart):
            series = [tuple(None if n is None else plotted(n) for n in each.points) for each in part.series]
            at = {mark.place: plotted(mark.at) for mark in part.marks}
            yield [*series, *([tuple(at.get(i) for i in range(len(part.weeks)))] if at else [])]
        elif isinstance(part, BarChart):
            yield [tuple(None if n is None else plotted_in(n, part.brief) for n in each.points) for each in part.series]
        elif isinstance(part, BridgeChart):
            yield _bridge(part)


def wanted_labels(slide: Slide) -> Iterator[list[str]]:
    """The words that each chart of a slide is labelled with, in order."""
    for part in slide.parts:
        if isinstance(part, LineChart):
            yield [*(mark.label for mark in part.marks if mark.label), *([part.unit] if part.unit else [])]
        elif isinstance(part, BarChart):
            yield [n.short for each in part.series for n in each.points if n is not None]
        elif isinstance(part, BridgeChart):
            yield [step.shown.text for step in part.steps]


def _bridge(part: BridgeChart) -> list[Values]:
    """The base is the lower of the two levels a step goes between; the levels are the sums of the figures shown."""
    levels = levels_of(part)
    base = [0.0 if step.tone == "level" else min(levels[i - 1], levels[i]) for i, step in enumerate(part.steps)]
    tones = [
        tuple(abs(plotted(step.shown)) if step.tone == tone else None for step in part.steps) for tone, _ in part.names
    ]
    return [tuple(base), *tones, tuple(0.0 for _ in part.steps)]
