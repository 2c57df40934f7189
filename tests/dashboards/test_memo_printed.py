"""The memo as it is printed and looked at: one A4 page whatever it holds, tagged, and legible on a phone."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest

from dashboards.memo.publish import browser_of, publish_memo
from tests.dashboards.builder import STREAM, Published
from tests.dashboards.memo_rows import frozen, measured, overfull
from tests.dashboards.page_text import read_page
from tests.dashboards.serving import CHROMIUM, chromium
from tests.dashboards.test_accessibility import LEVELS, RUN, axe

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium or google-chrome: browser tests skipped")
A4 = (595, 842)


def without_targets() -> Published:
    """Nothing is set: each outcome says which line to add."""
    published = measured()
    published.rows["targets"], published.rows["objectives"] = [], []
    return published


def below_gate() -> Published:
    """The data are too incomplete for a time."""
    published = measured()
    published.stream["measured_cases"] = 24000
    return published


STATES: dict[str, Callable[[str], Published]] = {
    "measured": lambda _: measured(), "frozen": lambda _: frozen(), "without-targets": lambda _: without_targets(),
    "below-gate": lambda _: below_gate(), "overfull": overfull,
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("state", STATES)
def test_it_is_one_page(tmp_path: Path, state: str, language: str) -> None:
    """One A4 page, tagged, and every word of the page is on it: what was cut was cut before, and said."""
    db = STATES[state](language).write(tmp_path / "p.duckdb")
    made = publish_memo(db, tmp_path / "memos", STREAM, None, language, browser_of())
    assert made.printed is not None
    read = pypdf.PdfReader(io.BytesIO(made.printed.read_bytes()))
    assert len(read.pages) == 1
    box = read.pages[0].mediabox
    assert (round(box.width), round(box.height)) == A4
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]  # an object of the PDF
    if state != "overfull":  # its letters of other scripts are shaped, and so come back in another order
        printed = _letters(read.pages[0].extract_text())
        texts = read_page(made.page.read_text("utf-8")).executive
        assert [
            text for text in texts if _letters(text) not in printed and not text.startswith(("Footnote", "Fußnote"))
        ] == []


def _letters(text: str) -> str:
    return re.sub(r"\s", "", text).replace("\u00ad", "")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One browser for all tests of this file."""
    with chromium() as started:
        yield started


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_it_can_be_read_by_all(browser: Any, tmp_path: Path, width: int) -> None:
    """axe-core finds nothing, and no line runs out of a narrow screen, not even of endless words."""
    found = []
    for published in (frozen(), without_targets(), overfull("en")):
        made = publish_memo(published.write(tmp_path / "a.duckdb"), tmp_path / "memos", STREAM)
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto(made.page.as_uri())
        page.evaluate(axe())
        found += page.evaluate(RUN, LEVELS)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()
    assert found == []
