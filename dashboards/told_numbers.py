"""The numbers that every format of a review holds, for its manifest: raw, as shown, with evidence and workbook cell.

An auditor begins here: each can be looked up in the published file, on the page, on a slide, in the workbook.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from dashboards.bundle import BundleData
from dashboards.manifest import ToldNumber
from dashboards.numbers import Number
from dashboards.pages.full_review import FullReview
from dashboards.rows.evidence_rows import ROWS
from dashboards.slides.slide import Deck
from dashboards.value_list import numbers_in
from metrics.published import METRIC_VALUES

_OF_THE_PAGE = ("period", "stream")


def told_numbers(data: BundleData, full: FullReview, deck: Deck, places: Mapping[str, str]) -> tuple[ToldNumber, ...]:
    """Those of the full review that slides and workbook hold, too, in the order of the page; each origin once."""
    on_slides = {(shown.origin, shown.text) for _, shown in numbers_in(deck)}
    evidence = dict(_evidence(data))
    found: dict[str, ToldNumber] = {}
    for _, shown in numbers_in(full):
        if shown.origin in places and (shown.origin, shown.text) in on_slides and shown.origin not in found:
            found[shown.origin] = _told(data, shown, places[shown.origin], evidence)
    return tuple(found.values())


def _told(data: BundleData, shown: Number, place: str, evidence: Mapping[tuple[str, ...], str]) -> ToldNumber:
    row = tuple(part for part in shown.origin.split("/")[:-1] if part != data.period.key)
    return ToldNumber(shown.origin, shown.value, shown.unit, shown.text, place, evidence.get(_as_key(*row), ""))


def _evidence(data: BundleData) -> Iterator[tuple[tuple[str, ...], str]]:
    """The evidence id of each row of this quarter, by its table and the parts of its key."""
    for value in data.values.values():
        if value.evidence_id and value.period == data.period.key:
            yield _as_key(METRIC_VALUES.name, value.metric, value.statistic), value.evidence_id
    for row in data.rows(ROWS):
        parts = [str(value) for name, value in json.loads(row.row_key).items() if name not in _OF_THE_PAGE]
        yield _as_key(row.table_name, *parts), row.evidence_id


def _as_key(table: str, *parts: str) -> tuple[str, ...]:
    return table, *sorted(parts)
