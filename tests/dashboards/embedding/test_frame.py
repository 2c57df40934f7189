"""The example site in a real browser: its frame shows the page, grows with it, and no other site may frame it.

Needs Playwright for Python and a Chromium on the machine; skips with the reason when either is missing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from dashboards.app import create_app
from dashboards.embedding.keys import KeyRing, new_key
from dashboards.embedding.replay import ReplayStore
from dashboards.embedding.routes import Embedding
from examples.embed.host import handler
from tests.dashboards.serving import CHROMIUM, chromium, free_port, serving
from tests.dashboards.test_accessibility import LEVELS, RUN, axe

playwright = pytest.importorskip(
    "playwright.sync_api", reason="Playwright for Python is not installed: browser tests skipped"
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium or google-chrome: browser tests skipped")
VIOLATIONS = """
window.violations = [];
document.addEventListener('securitypolicyviolation', e => window.violations.push(e.violatedDirective));
"""


@contextmanager
def hosting(key: dict[str, Any], base: str, port: int) -> Iterator[str]:
    """The example's site on a port; it ends with the block."""
    host = ThreadingHTTPServer(("127.0.0.1", port), handler(key, base, "orders", "review"))
    thread = threading.Thread(target=host.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        host.shutdown()
        thread.join()
        host.server_close()


@pytest.fixture
def visit(two_streams: Path, tmp_path: Path) -> Iterator[Callable[[bool], Any]]:
    """Opens the example's site, of a registered origin or of another, over an app that shows pages to tokens alone."""
    port, registered, other = (free_port() for _ in range(3))
    keys = tmp_path / "keys.json"
    key = asdict(new_key(keys, ("orders",), (f"http://127.0.0.1:{registered}",)))
    embedding = Embedding(KeyRing(keys), ReplayStore(tmp_path / "used.sqlite"), time.time)
    app = create_app(two_streams, embedding, is_open=False)
    with serving(app, port) as base, chromium() as browser:

        def open_site(is_registered: bool) -> Any:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.add_init_script(VIOLATIONS)
            with hosting(key, base, registered if is_registered else other) as address:
                page.goto(address, wait_until="networkidle")
            return page

        yield open_site


def test_axe_finds_nothing_in_the_frame(visit: Callable[[bool], Any]) -> None:
    """The page as others frame it has no violation either, with every fold opened."""
    frame = visit(True).frames[1]
    frame.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    frame.evaluate(axe())
    assert frame.evaluate(RUN, LEVELS) == []


def test_the_frame_shows_the_page_and_grows_with_it(visit: Callable[[bool], Any]) -> None:
    """In a sandbox without an origin: text, two fonts, no violation of the policy, and the height of its content."""
    page = visit(True)
    frame = page.frames[1]
    assert "canary-of-orders" in frame.content()
    assert frame.evaluate("window.origin") == "null"
    assert frame.evaluate("[...document.fonts].filter(f => f.status === 'loaded').length") == 2
    assert frame.evaluate("window.violations") == []
    page.wait_for_function("parseFloat(document.querySelector('iframe').style.height) > 1500")
    height = page.evaluate("document.querySelector('iframe').getBoundingClientRect().height")
    assert abs(height - frame.evaluate("document.documentElement.scrollHeight")) <= 2
    assert frame.evaluate("document.querySelectorAll('nav.pages').length") == 0


def test_another_site_may_not_frame_it(visit: Callable[[bool], Any]) -> None:
    """Whoever got hold of a key's token shows nothing on a site that the key does not name."""
    frames = visit(False).frames
    assert all("canary-of-orders" not in frame.content() for frame in frames)
