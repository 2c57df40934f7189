"""The list of published reviews: `(manifests) -> Page`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from dashboards.manifest import Manifest
from dashboards.rendering import render


@dataclass(frozen=True, slots=True)
class Entry:
    """One review."""

    href: str
    words: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Group:
    """One stream with its reviews, newest first."""

    name: str
    entries: tuple[Entry, ...]


def render_listing(bundles: Sequence[Manifest]) -> str:
    """The list as HTML; it borrows the style sheet of the first bundle, so it needs no files of its own."""
    groups = [
        Group(name, tuple(Entry(f"{m.stream}/{m.period}/index.html", m.period_words, m.sentence) for m in of_stream))
        for (name, _), of_stream in groupby(bundles, key=lambda m: (m.name, m.stream))
    ]
    return render("listing.html.j2", streams=groups, style=style_of(bundles))


def style_of(bundles: Sequence[Manifest]) -> str | None:
    """Where a style sheet lies, from the root; None while nothing is published."""
    return f"{bundles[0].stream}/{bundles[0].period}/static/style.css" if bundles else None
