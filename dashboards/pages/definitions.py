"""Definitions: what each number means, in the words its code is held to."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.bundle import BundleData
from dashboards.numbers import count
from dashboards.pages.sheet import sheet
from dashboards.pages.view import Page, View
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.parts.measure import label_of, metrics_of
from dashboards.wording import Sentence

_COLUMNS = tuple(map(Column, ("Measure", "What it says", "Definition", "Dated by", "Version")))
_READINGS = {
    "finished in the period": "its end",
    "started in the period": "its start",
    "happened in the period": "the day",
}


def pages(data: BundleData) -> Iterator[Page]:
    """One page, where any definition was published."""
    rows: list[tuple[Cell, ...]] = []
    for metric in metrics_of(data):
        known = data.definitions.get(metric)
        if known is not None:
            dated = _READINGS.get(known.reading, known.reading)
            rows.append((label_of(data, metric), known.sentence, known.definition, dated, known.version))
    if not rows:
        return
    told = count(len(rows), "definitions/all")
    heading = Sentence(f"{told} measures, each with one definition", (told,))
    card = Card(
        "definitions", "What each number means", "The same words stand in the technical notes and in the catalogue.",
        "definitions", table=Table.of(_COLUMNS, rows, most=len(rows)),
    )  # fmt: skip
    yield sheet(data, "definitions", "Definitions", heading, [card])


VIEW = View("definitions", 90, pages)
