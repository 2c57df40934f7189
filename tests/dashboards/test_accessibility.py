"""Everybody can read every page: axe-core finds nothing at WCAG 2.2 AA, and the keyboard reaches what the mouse does.

Needs Playwright for Python and a Chromium on the machine; skips with the reason when either is missing.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dashboards.builder import QUARTER, STREAM
from tests.dashboards.serving import CHROMIUM, chromium

playwright = pytest.importorskip(
    "playwright.sync_api", reason="Playwright for Python is not installed: browser tests skipped"
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium or google-chrome: browser tests skipped")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (levels) => (await axe.run(document, {runOnly: levels})).violations
    .map(v => `${v.id}: ${v.nodes.length} × ${v.help}: ${v.nodes[0].html.slice(0, 200)}`)"""
FOCUSED = """() => { const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
    return [e.tagName, (e.getAttribute('href') || e.textContent || '').trim().slice(0, 60),
        s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0, r.width > 0 && r.height > 0]; }"""
FOCUSABLE = """() => [...document.querySelectorAll('a[href], summary, [tabindex="0"]')]
    .filter(e => e.getClientRects().length && !e.closest('details:not([open]) > :not(summary)')).length"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One browser for all tests of this file."""
    with chromium() as started:
        yield started


def axe() -> str:
    """The script of axe-core, as the package of the tests carries it."""
    spec = importlib.util.find_spec("axe_playwright_python")
    assert spec is not None and spec.origin is not None
    return (Path(spec.origin).parent / "axe.min.js").read_text("utf-8")


def all_pages(pages: Path) -> list[Path]:
    """Every page of the plausible stream, framed ones and the list of reviews too."""
    return [*sorted((pages / STREAM / QUARTER).glob("*.html")), pages / "index.html"]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "light"), (1280, "dark"), (320, "dark")])
def test_axe_finds_nothing(browser: Any, pages: Path, width: int, scheme: str) -> None:
    """No violation on any page at any width in either scheme, with every fold opened."""
    script, found = axe(), []
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    for path in all_pages(pages):
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        page.evaluate(script)
        found += [f"{path.name}: {line}" for line in page.evaluate(RUN, LEVELS)]
    context.close()
    assert found == []


def test_the_keyboard_reaches_everything(browser: Any, pages: Path) -> None:
    """Tab comes by every link, fold and scrolling region once, in the order of the page, and shows where it is."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    for path in all_pages(pages):
        page.goto(path.as_uri())
        wanted, seen = page.evaluate(FOCUSABLE), []
        for _ in range(wanted):
            page.keyboard.press("Tab")
            seen.append(page.evaluate(FOCUSED))
        assert seen[0][1] == "#main", path.name
        assert [one for one in seen if one[0] == "BODY"] == [], path.name
        assert [one for one in seen if not (one[2] and one[3])] == [], path.name
    page.close()


def test_every_chart_has_a_sentence_and_a_table(pages: Path) -> None:
    """A drawing that is no decoration says what it shows, and the same numbers stand in a table of its card."""
    for path in all_pages(pages):
        for card in re.split(r"(?=<section )", path.read_text("utf-8")):
            labels = re.findall(r'<svg [^>]*role="img"[^>]*aria-label="([^"]*)"', card)
            assert all(len(label) > 20 for label in labels), path.name
            if labels:
                assert "<table" in card, (path.name, labels)
            drawings = re.findall(r"<svg [^>]*>", card)
            assert all('role="img"' in one or 'aria-hidden="true"' in one for one in drawings), path.name
