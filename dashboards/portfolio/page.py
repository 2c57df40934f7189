"""The portfolio of a quarter as data: the finding over all streams, their cards, and where each number is noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.pages.listing import all_named, moved_heading
from dashboards.parts.card import Card
from dashboards.parts.freshness import freshness
from dashboards.parts.hero import quarter_words
from dashboards.parts.measure import FLOW_TIME, is_below_gate, measure
from dashboards.parts.notes import lineage
from dashboards.portfolio.cards import asked_cards, benefit_cards, results_card, risk_cards
from dashboards.wording import is_better, is_sure, is_worse


@dataclass(frozen=True, slots=True)
class StreamNote:
    """One stream: its name, its days, where its review lies, and what its numbers were made from."""

    name: str
    period: str
    href: str
    lineage: str


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Everything the template needs. One note tells where those of the numbers are, so all `feet` lead to it."""

    stream: str
    name: str
    period: str
    key: str
    heading: str
    lead: tuple[str, ...]
    cards: tuple[Card, ...]
    feet: dict[str, int]
    streams: tuple[StreamNote, ...]
    lineage: str


def build_portfolio(streams: Sequence[BundleData], scope: str) -> Portfolio:
    """The page of several streams and one quarter, in the order given."""
    moved = [measure(data, FLOW_TIME).verdict for data in streams]
    sure = [verdict for verdict in moved if is_sure(verdict)]
    days = list(dict.fromkeys(quarter_words(data) for data in streams))
    cards = (results_card(streams), *benefit_cards(streams), asked_cards(streams), *risk_cards(streams))
    return Portfolio(
        stream=scope, name=say("All streams"), period=" / ".join(days), key=streams[0].period.key,
        heading=moved_heading(sum(map(is_better, sure)), sum(map(is_worse, sure)), len(streams)),
        lead=tuple(_lead(streams)),
        cards=cards, feet=dict.fromkeys((card.source for card in cards), 1),
        streams=tuple(_note(data) for data in streams), lineage=lineage(streams[0]),
    )  # fmt: skip


def _lead(streams: Sequence[BundleData]) -> list[str]:
    """Which streams to read with care."""
    said = []
    if unreliable := [data.state.name for data in streams if is_below_gate(data)]:
        said.append(say("Not measured reliably: {streams}.", streams=all_named(unreliable)))
    if stale := [data.state.name for data in streams if not freshness(data).is_current]:
        said.append(say("Data that stop early: {streams}.", streams=all_named(stale)))
    return said


def _note(data: BundleData) -> StreamNote:
    href = f"../../{data.state.stream}/{data.period.key}/index.html"
    return StreamNote(data.state.name, quarter_words(data), href, lineage(data))
