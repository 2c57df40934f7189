"""The quarterly operating review: the whole page as data, and all its numbers.

Information order: one sentence, why, freshness, five tiles, run chart, map, releases, scorecard, technical notes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.pages.view import Page, View
from dashboards.parts.effects import EffectCard, effect_card
from dashboards.parts.freshness import Freshness, freshness
from dashboards.parts.hero import Hero, hero, lead, quarter_words
from dashboards.parts.measure import HEADLINES
from dashboards.parts.notes import Note, Quality, lineage, notes, quality
from dashboards.parts.run import RunCard, run_card
from dashboards.parts.scorecard import Scorecard, scorecard
from dashboards.parts.tiles import Tile, headline, tiles
from dashboards.parts.value_map import MapCard, map_card
from dashboards.wording import Sentence


@dataclass(frozen=True, slots=True)
class Review:
    """Everything the template needs."""

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
    scorecard: Scorecard
    quality: Quality
    notes: tuple[Note, ...]
    lineage: str


def build_review(data: BundleData) -> Review:
    """The page of one stream and quarter."""
    return Review(
        stream=data.state.stream, name=data.state.name, case=data.stream.words.case, cases=data.stream.words.cases,
        period=quarter_words(data), key=data.period.key, hero=hero(data), lead=lead(data), freshness=freshness(data),
        tiles=tiles(data), run=run_card(data), map=map_card(data), effects=effect_card(data), scorecard=scorecard(data),
        quality=quality(data), notes=notes(data), lineage=lineage(data),
    )  # fmt: skip


def headline_sentences(data: BundleData) -> list[str]:
    """The five results, one sentence each."""
    return [headline(data, metric).text for metric in HEADLINES]


def pages(data: BundleData) -> Iterator[Page]:
    """One page, the first of the bundle."""
    yield Page("index", say("Review"), "review.html.j2", build_review(data))


VIEW = View("review", 0, pages)
