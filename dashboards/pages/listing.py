"""The overview of all streams: `(manifests) -> Page`. The page that is opened first, at the root of what is published.

Each stream with the sentence and the five results of its newest quarter, how new its data are, and its earlier
quarters. It is made of manifests alone and opens no published file, so it says nothing that a review does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from dashboards.language import ENGLISH, LANGUAGES, say, say_of, speaking
from dashboards.manifest import PORTFOLIO, Manifest, Result
from dashboards.rendering import render

_MOST_NAMES = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """One review."""

    href: str
    words: str
    sentence: str
    language: str


@dataclass(frozen=True, slots=True)
class StreamCard:
    """One stream: its newest review in short, and the earlier ones, newest first. `care` says why to read with care."""

    key: str
    name: str
    newest: Entry
    results: tuple[Result, ...]
    freshness: str
    is_current: bool
    care: tuple[str, ...]
    earlier: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the template needs. `heading` is the finding over all streams; `portfolios` are quarters and pages."""

    heading: str
    lead: tuple[str, ...]
    streams: tuple[StreamCard, ...]
    portfolios: tuple[tuple[str, str], ...] = ()


def render_listing(bundles: Sequence[Manifest], portfolios: Sequence[str] = ()) -> str:
    """The overview as HTML, in the language of its reviews; it borrows a style sheet and has no files of its own.

    `portfolios` are the quarters in which all streams stand on one page.
    """
    with speaking(language_of(bundles)):
        return render("listing.html.j2", page=overview(bundles, portfolios), style=style_of(bundles))


def overview(bundles: Sequence[Manifest], portfolios: Sequence[str] = ()) -> Overview:
    """What all bundles say together; streams in the order given, of each the newest bundle first."""
    of_streams = [list(told) for _, told in groupby(bundles, key=lambda bundle: (bundle.name, bundle.stream))]
    newest = [told[0] for told in of_streams]
    last = max((bundle.until_on for bundle in newest), default="")
    cards = tuple(_card(told, _behind(told[0], last)) for told in of_streams)
    together = tuple((period, f"{PORTFOLIO}/{period}/index.html") for period in portfolios)
    return Overview(_heading(newest, last), tuple(_lead(newest, last)), cards, together)


def language_of(bundles: Sequence[Manifest]) -> str:
    """What speaks of all of them: the language they share, else English."""
    spoken = {bundle.language for bundle in bundles} & set(LANGUAGES)
    return spoken.pop() if len(spoken) == 1 else ENGLISH


def style_of(bundles: Sequence[Manifest]) -> str | None:
    """Where a style sheet lies, from the root: that of a bundle of this version, if there is one; None without any."""
    chosen = next((bundle for bundle in bundles if bundle.results), bundles[0] if bundles else None)
    return None if chosen is None else f"{chosen.stream}/{chosen.period}/static/style.css"


def _card(told: Sequence[Manifest], care: Sequence[str]) -> StreamCard:
    newest, *earlier = told
    return StreamCard(
        key=newest.stream.replace("_", "-"), name=newest.name, newest=_entry(newest), results=tuple(newest.results),
        freshness=newest.freshness, is_current=newest.is_current and newest.is_reliable and not care, care=tuple(care),
        earlier=tuple(_entry(bundle) for bundle in earlier),
    )  # fmt: skip


def _entry(bundle: Manifest) -> Entry:
    href = f"{bundle.stream}/{bundle.period}/index.html"
    return Entry(href, bundle.period_words, bundle.sentence, bundle.language)


def _behind(newest: Manifest, last: str) -> list[str]:
    """That the newest review of a stream is older than that of another."""
    if newest.until_on and newest.until_on < last:
        return [say("There is no review of a later quarter, as other streams have.")]
    return []


def _heading(newest: Sequence[Manifest], last: str) -> str:
    """The finding: of one stream its sentence, of several how many moved; flow time is the first of the five.

    Only reviews of the last quarter count: a gain of a year ago is none of today.
    """
    if not newest:
        return say("Operating reviews")
    if len(newest) == 1:
        return newest[0].sentence
    of_now = [bundle for bundle in newest if bundle.results and not _behind(bundle, last)]
    sure = [bundle.results[0].tone for bundle in of_now if bundle.results[0].is_sure]
    return moved_heading(sure.count("good"), sure.count("bad"), len(newest))


def moved_heading(better: int, worse: int, of: int) -> str:
    """How many of several streams got faster, and how many slower."""
    parts = {"better": better, "worse": worse, "all": of}
    if better and worse:
        return say("Of {all} streams {better} got faster, {worse} got slower", **parts)
    if better:
        return say("Of {all} streams {better} got faster, none got slower", **parts)
    if worse:
        return say("Of {all} streams {worse} got slower, none got faster", **parts)
    return say("None of {all} streams got clearly faster or slower", **parts)


def _lead(newest: Sequence[Manifest], last: str) -> list[str]:
    """Which streams to read with care."""
    if len(newest) < 2:
        return []
    said = []
    unreliable = [bundle.name for bundle in newest if not bundle.is_reliable]
    if unreliable:
        said.append(say("Not measured reliably: {streams}.", streams=all_named(unreliable)))
    stale = [bundle.name for bundle in newest if not bundle.is_current or _behind(bundle, last)]
    if stale:
        said.append(say("Data that stop early: {streams}.", streams=all_named(stale)))
    return said


def all_named(names: Sequence[str]) -> str:
    """The names of few; of many the first, and how many more."""
    left = len(names) - _MOST_NAMES
    told = [*names] if left <= 0 else [*names[:_MOST_NAMES], say_of(left, "{n} other", "{n} others", n=left)]
    *most, last = told
    return say("{most} and {last}", most=", ".join(most), last=last) if most else last
