"""A page for each headline metric: its finding, course, standing, spread, segments, releases and roll-outs."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.pages.sheet import sheet
from dashboards.pages.view import Page, View
from dashboards.parts.card import Card
from dashboards.parts.distribution import distribution_card
from dashboards.parts.effects import release_card
from dashboards.parts.hero import lead
from dashboards.parts.measure import FLOW_TIME, HEADLINES, Measure, measure, page_stem
from dashboards.parts.metric_words import heading, short_name
from dashboards.parts.readings import readings_card
from dashboards.parts.rollouts import rollout_card
from dashboards.parts.run import course_card
from dashboards.parts.segments import segment_cards
from dashboards.parts.standing import standing_card
from dashboards.wording import Sentence


def pages(data: BundleData) -> Iterator[Page]:
    """One a headline metric, with data or without."""
    for metric in HEADLINES:
        found = measure(data, metric)
        yield sheet(
            data,
            page_stem(metric),
            short_name(found.label),
            heading(data, found),
            _cards(data, found),
            _lead(data, found),
        )


def _cards(data: BundleData, found: Measure) -> Iterator[Card]:
    yield standing_card(data, found)
    yield course_card(data, found.metric)
    if found.metric == FLOW_TIME:
        yield readings_card(data)
    yield from (card for card in (distribution_card(data, found),) if card is not None)
    yield from segment_cards(data, found.metric)
    yield release_card(data, found.metric)
    yield from (card for card in (rollout_card(data, found.metric),) if card is not None)


def _lead(data: BundleData, found: Measure) -> list[Sentence]:
    """What the metric says; of the flow time why it changed, and what is missing."""
    if found.metric == FLOW_TIME:
        return list(lead(data))
    known = data.definitions.get(found.metric)
    return [Sentence(say(known.sentence))] if known else []


VIEW = View("metric", 10, pages)
