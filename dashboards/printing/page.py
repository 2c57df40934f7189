"""The files that Chromium prints: the full review in its own template, style sheets, and fonts."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from dashboards.language import say
from dashboards.pages.full_review import FullReview
from dashboards.printing.paper import on_paper
from dashboards.rendering import render

START = "review.html"
FONTS = Path(__file__).parent / "fonts"
FONT_FILES = ("Inter-Regular.ttf", "Inter-SemiBold.ttf")
_HERE = Path(__file__).parent
_STYLE = _HERE.parent / "static" / "style.css"
_POLICY = "default-src 'none'; style-src file: 'unsafe-inline'; font-src file:"
_MOST_NAME, _MOST_LINEAGE = 70, 96


def printed_files(review: FullReview) -> dict[str, bytes]:
    """By their paths beside each other; in the language spoken."""
    html = render(
        "full_review_print.html.j2", page=on_paper(review), links=(), values="", embedded=True, exploring=False,
        printed=True, policy=_POLICY,
        margins=Markup(margins(review)),  # noqa: S704  # each text in it is a string of CSS by css_string
    )  # fmt: skip
    return {
        START: html.encode(), "style.css": _STYLE.read_bytes(), "print.css": (_HERE / "print.css").read_bytes(),
        **{name: (FONTS / name).read_bytes() for name in FONT_FILES},
    }  # fmt: skip


def margins(review: FullReview) -> str:
    """The boxes around each page: stream and period, which review, what it was made from; the number of the page."""
    told = {"top-left": running(review), "top-right": say("Operating review {period}", period=review.key),
            "bottom-left": origin(review)}  # fmt: skip
    return "@page{" + "".join(f"@{place}{{content:{css_string(text)}}}" for place, text in told.items()) + "}"


def running(review: FullReview) -> str:
    """The running title: a stream's name is cut where it would not fit in one line, and kept from turning the rest."""
    return f"\u2068{_cut(review.name, _MOST_NAME)}\u2069 · {review.period}"


def origin(review: FullReview) -> str:
    """What the numbers were made from, in one line; each note has all of it."""
    return _cut(review.lineage, _MOST_LINEAGE)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most].rstrip()}…"


def css_string(text: str) -> str:
    """Any text as a string of CSS: whatever is no letter, figure or space goes in as the number of its character.

    The space after a number ends it, and is no part of the text.
    """
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in text) + '"'
