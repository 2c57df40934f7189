"""Drawings made fit for paper: what stands under a text, and, for those who know no style sheet, colours and fonts.

On screens a text in a chart has an outline in the colour of its card. A PDF would hold each outlined letter as a shape
of its own, in a font that nobody can read, so on paper a plate lies under the text instead.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

_STYLE = Path(__file__).parents[1] / "static" / "style.css"
_HALO = re.compile(r'<text x="([-\d.]+)" y="([-\d.]+)"([^>]*) class="halo"([^>]*)>(.*?)</text>')
_TAG, _ENTITY = re.compile(r"<[^>]+>"), re.compile(r"&[^;]+;")
_VARIABLE = re.compile(r"var\(--([a-z0-9]+)\)")
_CHARACTER, _SIZE = 0.56, 12.0  # of a letter, as dashboards.drawing places texts


def on_plates(drawing: Markup) -> Markup:
    """The drawing with a plate in the colour of its card under each text that stands across lines."""
    return Markup(_HALO.sub(_plate, drawing))  # noqa: S704  # what was escaped stays as it is


def _plate(found: re.Match[str]) -> str:
    x, y, before, after, words = found.groups()
    wide = len(_ENTITY.sub("x", _TAG.sub("", words))) * _SIZE * _CHARACTER
    shift = {"middle": 0.5, "end": 1.0}.get(_anchor(before + after), 0.0)
    place = f'x="{float(x) - shift * wide - 2:.1f}" y="{float(y) - 10:.1f}" width="{wide + 4:.1f}" height="13"'
    return f'<rect {place} fill="var(--card)" fill-opacity="0.85"/><text x="{x}" y="{y}"{before}{after}>{words}</text>'


def _anchor(attributes: str) -> str:
    found = re.search(r'text-anchor="(\w+)"', attributes)
    return found[1] if found else "start"


def standing_alone(drawing: str) -> str:
    """The drawing as a document: colours in place of their names, one font for all texts."""
    told = colours()
    painted = _VARIABLE.sub(lambda name: told[name[1]], str(drawing))
    head = '<svg xmlns="http://www.w3.org/2000/svg" font-family="Inter" font-size="12" '
    return painted.replace("<svg ", head, 1)


@lru_cache(maxsize=1)
def colours() -> dict[str, str]:
    """The colours of paper by their names, as the style sheet has them for print."""
    printed = _STYLE.read_text("utf-8").partition("@media print")[2]
    names = re.search(r":root\{([^}]*)\}", printed)
    assert names is not None
    return dict(part.removeprefix("--").split(":", 1) for part in names[1].split(";") if part)
