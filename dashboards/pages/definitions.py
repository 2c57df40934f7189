"""Definitions: what each number means, in the words its code is held to."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.numbers import count
from dashboards.pages.sheet import sheet
from dashboards.pages.view import Page, View
from dashboards.parts.card import Card, Cell, Column, Original, Table
from dashboards.parts.measure import label_of, metrics_of
from dashboards.wording import Sentence

DATED_BY = {
    "finished in the period": "its end",
    "started in the period": "its start",
    "happened in the period": "the day",
}
"""What dates an observation, by its reading: messages."""


def pages(data: BundleData) -> Iterator[Page]:
    """One page, where any definition was published."""
    rows: list[tuple[Cell, ...]] = []
    for metric in metrics_of(data):
        known = data.definitions.get(metric)
        if known is not None:
            dated = say(DATED_BY.get(known.reading, known.reading))
            rows.append((label_of(data, metric), say(known.sentence), Original(known.definition), dated, known.version))
    if not rows:
        return
    told = count(len(rows), "definitions/all")
    heading = Sentence(say("{n} measures, each with one definition", n=told), (told,))
    columns = map(Column, (say("Measure"), say("What it says"), say("Definition"), say("Dated by"), say("Version")))
    card = Card(
        "definitions", say("What each number means"),
        say("The same words stand in the technical notes and in the catalogue."),
        "definitions", table=Table.of(tuple(columns), rows, most=len(rows)),
    )  # fmt: skip
    yield sheet(data, "definitions", say("Definitions"), heading, [card])


VIEW = View("definitions", 90, pages)
