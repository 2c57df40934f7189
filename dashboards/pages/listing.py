"""The list of published reviews: `(manifests) -> Page`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from dashboards.language import ENGLISH, LANGUAGES, speaking
from dashboards.manifest import Manifest
from dashboards.rendering import render


@dataclass(frozen=True, slots=True)
class Entry:
    """One review."""

    href: str
    words: str
    sentence: str
    language: str


@dataclass(frozen=True, slots=True)
class Group:
    """One stream with its reviews, newest first."""

    name: str
    entries: tuple[Entry, ...]


def render_listing(bundles: Sequence[Manifest]) -> str:
    """The list as HTML, in the language of its reviews; it borrows a style sheet, so it needs no files of its own."""
    groups = [
        Group(
            name,
            tuple(
                Entry(f"{m.stream}/{m.period}/index.html", m.period_words, m.sentence, m.language) for m in of_stream
            ),
        )
        for (name, _), of_stream in groupby(bundles, key=lambda m: (m.name, m.stream))
    ]
    with speaking(language_of(bundles)):
        return render("listing.html.j2", streams=groups, style=style_of(bundles))


def language_of(bundles: Sequence[Manifest]) -> str:
    """What speaks of all of them: the language they share, else English."""
    spoken = {bundle.language for bundle in bundles} & set(LANGUAGES)
    return spoken.pop() if len(spoken) == 1 else ENGLISH


def style_of(bundles: Sequence[Manifest]) -> str | None:
    """Where a style sheet lies, from the root; None while nothing is published."""
    return f"{bundles[0].stream}/{bundles[0].period}/static/style.css" if bundles else None
