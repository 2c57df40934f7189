"""The exploring page of a bundle: the run charts of the headline metrics, drawn by Plotly in the reader's browser.

The one page with scripts. It loads only when a reader explores; whatever it shows stands on another page without.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.live import scripts
from dashboards.pages.view import Link
from dashboards.parts.hero import quarter_words
from dashboards.parts.measure import HEADLINES, label_of, page_stem
from dashboards.parts.notes import lineage
from dashboards.parts.run import run_card
from dashboards.rendering import render


@dataclass(frozen=True, slots=True)
class Explored:
    """One figure: `json` is its Plotly specification, `href` the page that shows the same."""

    key: str
    label: str
    title: str
    subtitle: str
    href: str
    json: Markup


@dataclass(frozen=True, slots=True)
class Exploring:
    """Everything the template needs."""

    stream: str
    name: str
    period: str
    key: str
    heading: str
    lead: str
    figures: tuple[Explored, ...]
    scripts: tuple[str, ...]
    lineage: str


def explore_page(data: BundleData, links: Sequence[Link]) -> bytes:
    """The page as HTML, with links to the others. Without a figure it says so."""
    figures = tuple(figure for metric in HEADLINES if (figure := _explored(data, metric)) is not None)
    lead = say("Drag to look closer, click twice to see all, point at a week for its value.")
    content = Exploring(
        stream=data.state.stream, name=data.state.name, period=quarter_words(data), key=data.period.key,
        heading=say("Explore the course of each result"),
        lead=lead if figures else say("There are too few weeks to draw anything."),
        figures=figures, scripts=tuple(scripts()) if figures else (), lineage=lineage(data),
    )  # fmt: skip
    html = render("explore.html.j2", page=content, links=links, values="values.csv", embedded=False, exploring=True)
    return html.encode()


def _explored(data: BundleData, metric: str) -> Explored | None:
    card = run_card(data, metric)
    if card.figure is None:
        return None
    told = Markup(str(card.figure.to_json()).replace("<", r"\u003c"))  # noqa: S704  # nothing in it can end its script
    return Explored(metric, label_of(data, metric), card.title, card.subtitle, f"{page_stem(metric)}.html", told)
