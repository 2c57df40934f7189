"""The value stream as it branches: the graph of its steps and moves, the rework in it, and the steps in order."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.bundle import BundleData
from dashboards.language import say, say_of
from dashboards.numbers import count, number
from dashboards.pages.sheet import sheet
from dashboards.pages.view import Page, View
from dashboards.parts.card import Card
from dashboards.parts.freshness import gate_reason
from dashboards.parts.measure import FEW
from dashboards.parts.process_graph import graph_card, half_wait, name_of, rework_share
from dashboards.parts.rework_moves import rework_card, steps_card
from dashboards.rows.moves import ROWS
from dashboards.wording import Sentence


def pages(data: BundleData) -> Iterator[Page]:
    """One page, always; a graph from 30 cases on, as one of a few would show single cases and not the stream."""
    title = say("Value stream")
    yield sheet(data, "value-stream", title, _heading(data), _cards(data), _lead(data))


def _cases(data: BundleData) -> int:
    rows = data.rows(ROWS)
    return rows[0].whole_cases if rows else 0


def _cards(data: BundleData) -> list[Card]:
    if _cases(data) >= FEW and data.steps:
        return [graph_card(data), rework_card(data), steps_card(data)]
    why = (
        say("A graph of a few would show single {cases}, not the stream.", cases=data.stream.words.cases)
        if _cases(data) else say("No {cases} finished in this period.", cases=data.stream.words.cases)
    )  # fmt: skip
    subtitle = say("Steps and the moves between them.")
    return [Card("graph", say("No graph to show"), subtitle, "transitions", empty=why)]


def _heading(data: BundleData) -> Sentence:
    words, held = data.stream.words, _cases(data)
    if not held:
        return Sentence(say("No {cases} finished in this period", cases=words.cases))
    if held < FEW:
        few = count(held, "transitions/cases")
        text = say_of(held, "Only {n} {case} finished: too few to draw their ways",
                      "Only {n} {cases} finished: too few to draw their ways", n=few, case=words.case,
                      cases=words.cases)  # fmt: skip
        return Sentence(text, (few,))
    share = rework_share(data.rows(ROWS))
    if share is None or not share.value:
        return Sentence(say("No move between steps was rework this quarter"))
    return Sentence(say("{share} of all moves between steps are rework", share=share), (share,))


def _lead(data: BundleData) -> list[Sentence]:
    reason = gate_reason(data)
    said = [reason] if reason is not None else []
    rows = [row for row in data.rows(ROWS) if row.waits and row.wait_hours_mean is not None]
    if _cases(data) < FEW or not rows:
        return said
    worst = max(rows, key=lambda row: row.waits * (row.wait_hours_mean or 0.0))
    whole = sum(row.waits * (row.wait_hours_mean or 0.0) for row in rows)
    half = half_wait(worst)
    if half is None or not whole:
        return said
    share = number(worst.waits * (worst.wait_hours_mean or 0.0) / whole, "share", f"{worst.origin}/waiting ÷ all")
    text = say(
        "{share} of the waiting lies between “{source}” and “{target}”; half of these wait less than {time}.",
        share=share, source=name_of(data, worst.from_step, is_source=True), time=half,
        target=name_of(data, worst.to_step, is_source=False),
    )  # fmt: skip
    return [*said, Sentence(text, (share, half))]


VIEW = View("value_stream", 20, pages)
