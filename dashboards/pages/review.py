"""The quarterly operating review: the whole page as data, and all its numbers.

Information order: one sentence, why, freshness, five tiles, run chart, map, releases, why the cost changed, scorecard,
decisions, technical notes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.pages.view import Page, View
from dashboards.parts.card import Card
from dashboards.parts.cost_bridge import bridge_card
from dashboards.parts.decisions import asked_card, asked_of, earlier_card, earlier_of
from dashboards.parts.effects import EffectCard, effect_card
from dashboards.parts.freshness import Freshness, freshness
from dashboards.parts.hero import Hero, hero, lead, quarter_words
from dashboards.parts.measure import HEADLINES, metrics_of
from dashboards.parts.notes import Note, Quality, lineage, notes, notes_of, quality
from dashboards.parts.run import RunCard, run_card
from dashboards.parts.scorecard import Scorecard, scorecard
from dashboards.parts.tiles import Tile, headline, tiles
from dashboards.parts.value_map import MapCard, map_card
from dashboards.value_list import sources_in
from dashboards.wording import Sentence


@dataclass(frozen=True, slots=True)
class Review:
    """Everything the template needs. `feet` leads from a published table to the number of its note; `money` and
    `decisions` are empty where there is nothing to tell.
    """

    stream: str
    name: str
    case: str
    cases: str
    period: str
    key: str
    hero: Hero
    lead: tuple[Sentence, ...]
    freshness: Freshness
    tiles: tuple[Tile, ...]
    run: RunCard
    map: MapCard
    effects: EffectCard
    money: tuple[Card, ...]
    scorecard: Scorecard
    decisions: tuple[Card, ...]
    feet: dict[str, int]
    quality: Quality
    notes: tuple[Note, ...]
    lineage: str


def build_review(data: BundleData) -> Review:
    """The page of one stream and quarter, with a note for every metric, and for every report its numbers come from."""
    told, map_, run = notes(data), map_card(data), run_card(data)
    money, decisions = _money(data), _decisions(data)
    named = [card.source for card in (*money, *decisions)]
    sources = dict.fromkeys([*sources_in((map_, run.limits, money, decisions)), *named])
    reports = [source for source in sources if source not in metrics_of(data)]
    further = notes_of(data, reports, first=len(told) + 1)
    return Review(
        stream=data.state.stream, name=data.state.name, case=data.stream.words.case, cases=data.stream.words.cases,
        period=quarter_words(data), key=data.period.key, hero=hero(data), lead=lead(data), freshness=freshness(data),
        tiles=tiles(data), run=run, map=map_, effects=effect_card(data), money=money,
        scorecard=scorecard(data), decisions=decisions,
        feet={source: note.index for source, note in zip(reports, further, strict=True)}, quality=quality(data),
        notes=(*told, *further), lineage=lineage(data),
    )  # fmt: skip


def _money(data: BundleData) -> tuple[Card, ...]:
    bridge = bridge_card(data)
    return () if bridge is None else (bridge,)


def _decisions(data: BundleData) -> tuple[Card, ...]:
    asked, earlier = asked_of(data), earlier_of(data)
    return (*((asked_card(data),) if asked else ()), *((earlier_card(data),) if earlier else ()))


def headline_sentences(data: BundleData) -> list[str]:
    """The five results, one sentence each."""
    return [headline(data, metric).text for metric in HEADLINES]


def pages(data: BundleData) -> Iterator[Page]:
    """One page, the first of the bundle."""
    yield Page("index", say("Review"), "review.html.j2", build_review(data))


VIEW = View("review", 0, pages)
