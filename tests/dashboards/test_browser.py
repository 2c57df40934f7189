"""The page in a real browser: no error, no policy violation, no sideways scroll, targets large enough.

Needs Playwright for Python and a Chromium on the machine; skips with the reason when either is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboards.app import create_app
from tests.dashboards.serving import CHROMIUM, chromium, serving

playwright = pytest.importorskip(
    "playwright.sync_api", reason="Playwright for Python is not installed: browser tests skipped"
)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium, chromium-browser or google-chrome: browser tests skipped"
)
PAGE = "/orders/2026-Q3/"
PAGES = (
    "",
    "full-review.html",
    "metric-flow-time.html",
    "metric-failure-containment-time.html",
    "metric-handoff-ratio.html",
    "metric-first-time-right.html",
    "metric-cost-per-transaction.html",
    "value-stream.html",
    "failures.html",
    "open-work.html",
    "standardise.html",
    "unit-cost.html",
    "benefits.html",
    "compare.html",
    "restatements.html",
    "data-quality.html",
    "evidence.html",
    "definitions.html",
)
CONTRAST = """() => {
  const lum = c => { const [r,g,b] = c.match(/[\\d.]+/g).map(v => v/255)
      .map(v => v<=.03928 ? v/12.92 : ((v+.055)/1.055)**2.4);
    return .2126*r+.7152*g+.0722*b; };
  const ratio = (a,b) => { const [x,y] = [lum(a),lum(b)].sort((p,q) => q-p); return (x+.05)/(y+.05); };
  const card = getComputedStyle(document.querySelector('.card')).backgroundColor;
  const fill = s => ratio(getComputedStyle(document.querySelector(s)).fill, card);
  return {wait: fill('.wait:not(.hot) .bar'), hot: fill('.hot .bar'), work: fill('.ladder .work')};
}"""


CUT = """() => [...document.querySelectorAll('body *:not(svg *)')].filter(e => {
  const style = getComputedStyle(e);
  const hides = v => v === 'hidden' || v === 'clip';
  if (e.closest('.vh') || !e.textContent.trim() || !e.getBoundingClientRect().width) return false;
  return hides(style.overflowX) && e.scrollWidth > e.clientWidth + 1
      || hides(style.overflowY) && e.scrollHeight > e.clientHeight + 1
      || style.position === 'fixed' || style.position === 'sticky';
}).map(e => `${e.tagName}.${e.className}: ${e.textContent.trim().slice(0, 40)}`)"""


@pytest.fixture(scope="module")
def site(pages: Path) -> Iterator[str]:
    """The app on a free local port."""
    with serving(create_app(pages)) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One browser for all tests of this file."""
    with chromium() as started:
        yield started


def test_every_page_is_looked_at(pages: Path) -> None:
    """The pages these tests open are all there are, but for the exploring one, which has tests of its own."""
    there = {path.name for path in (pages / PAGE.strip("/")).glob("*.html") if not path.name.endswith(".embed.html")}
    there.remove("explore.html")
    assert {name or "index.html" for name in PAGES} == there


@pytest.mark.parametrize("name", [PAGE + name for name in PAGES] + ["/"])
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "light"), (1280, "dark"), (320, "light")])
def test_the_page_loads_clean_and_fits(browser: Any, site: str, width: int, scheme: str, name: str) -> None:
    """No console message, no failed request, no policy violation, at most 6 requests, no sideways scroll."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(request.url))
    page.on("request", lambda request: None if request.url.startswith("data:") else asked.append(request.url))
    page.goto(site + name, wait_until="networkidle")
    assert said == []
    assert len(asked) <= 6
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').length") == 2
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_at_four_hundred_percent_nothing_is_cut(browser: Any, site: str, name: str) -> None:
    """A window of 1280 × 1024 at 400 %: all text is in its box or can be scrolled to, and the page only goes down."""
    page = browser.new_page(viewport={"width": 320, "height": 256}, device_scale_factor=4)
    page.goto(site + PAGE + name)
    cut = page.evaluate(CUT)
    assert cut == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.close()


def test_what_is_cut_is_found(browser: Any) -> None:
    """The search for text that is cut finds a line in too narrow a box, and one that would stay over the page."""
    page = browser.new_page(viewport={"width": 320, "height": 256})
    page.set_content(
        "<p style='overflow:hidden;width:40px;white-space:nowrap'>Much too long for its place</p>"
        "<p style='position:fixed;top:0'>Over the page</p><p>Whole</p>"
    )
    assert page.evaluate(CUT) == ["P.: Much too long for its place", "P.: Over the page"]
    page.close()


def test_links_and_summaries_are_large_enough(browser: Any, site: str) -> None:
    """Every link outside running text, and every summary, is at least 24 px in both directions at 390 px."""
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.goto(site + PAGE)
    small = page.evaluate(
        """[...document.querySelectorAll('a.fn, a.btn, a.back, summary')]
        .map(e => [e.textContent, e.getBoundingClientRect()])
        .filter(([, r]) => r.width < 24 || r.height < 24).map(([t, r]) => `${t}: ${r.width}×${r.height}`)"""
    )
    assert small == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_waiting_and_work_stand_out(browser: Any, site: str, scheme: str) -> None:
    """Bars reach a contrast of 3:1 against their card in light and dark."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    page.goto(site + PAGE)
    assert all(ratio >= 3 for ratio in page.evaluate(CONTRAST).values())
    page.close()


def test_one_chart_is_shown_for_each_width(browser: Any, site: str) -> None:
    """Wide and narrow screens see one drawing each of the same figures, with letters of readable size."""
    for width, shown in ((1280, "wide"), (390, "narrow")):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto(site + PAGE)
        visible = page.evaluate(
            """[...document.querySelectorAll('.chart')]
            .filter(c => c.getBoundingClientRect().width).map(c => c.classList[1])"""
        )
        letters = page.evaluate(f"document.querySelector('.chart.{shown} text').getBoundingClientRect().height")
        assert visible == [shown, shown]  # the run chart and the bridge
        assert letters >= 10
        page.close()


def test_hostile_words_do_not_break_the_layout(browser: Any, tmp_path: Path) -> None:
    """Names of 300 letters wrap at 320 px instead of pushing the page sideways."""
    from dashboards.publish import publish_review
    from tests.dashboards.builder import QUARTER, STREAM, orders

    published = orders()
    published.stream["name"] = "Überlanger" * 30
    for row in published.rows["value_stream"]:
        row.update(label="Schrittname" * 27, role="R" * 300)
    bundle = publish_review(published.write(tmp_path / "p.duckdb"), tmp_path / "pages", STREAM, QUARTER)
    for width in (320, 1280):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto(bundle.page.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_german_fits_too(browser: Any, tmp_path: Path, width: int) -> None:
    """German words are longer: no page is pushed sideways, and no chip or tile is wider than its place."""
    from dashboards.publish import publish_review
    from tests.dashboards.builder import QUARTER, STREAM, orders
    from tests.dashboards.test_german_pages import german

    bundle = publish_review(german(orders()).write(tmp_path / "p.duckdb"), tmp_path / "pages", STREAM, QUARTER)
    page = browser.new_page(viewport={"width": width, "height": 900})
    for path in sorted(bundle.directory.glob("*.html")):
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path.name
        wide = "[...document.querySelectorAll('.tile')].filter(t => t.scrollWidth > t.clientWidth).length"
        assert page.evaluate(wide) == 0, path.name
    page.close()
