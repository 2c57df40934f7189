"""The first view is quick: few bytes, few requests, and something to read within a second on a slow phone.

Needs Playwright for Python and a Chromium on the machine; skips with the reason when either is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboards.app import create_app
from tests.dashboards.builder import QUARTER, STREAM
from tests.dashboards.serving import CHROMIUM, chromium, serving

playwright = pytest.importorskip(
    "playwright.sync_api", reason="Playwright for Python is not installed: browser tests skipped"
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium or google-chrome: browser tests skipped")
MOST_BYTES, MOST_REQUESTS, MOST_MS = 120_000, 6, 1000
SLOWER, TEN_MEGABITS = 4, 10_000_000 / 8
TRIES = 5
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


@pytest.fixture(scope="module")
def site(pages: Path) -> Iterator[str]:
    """The app on a free local port."""
    with serving(create_app(pages)) as address:
        yield address


def first_view(browser: Any, address: str) -> tuple[float, int, int]:
    """Milliseconds until the first paint, bytes over the wire and requests, with an empty cache on a slow phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    line = {"offline": False, "latency": 40, "downloadThroughput": TEN_MEGABITS, "uploadThroughput": TEN_MEGABITS}
    session.send("Network.emulateNetworkConditions", line)
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    page.wait_for_function(PAINTED)
    painted = float(page.evaluate(PAINTED))
    context.close()
    return painted, int(sum(sizes)), len(sizes)


def test_the_first_view_is_small_and_soon(browser: Any, site: str) -> None:
    """At most 120 KB in 6 requests, painted with its charts within a second on a slow phone, best of five."""
    for name in ("", "metric-flow-time.html", "value-stream.html", "compare.html"):
        tries = [first_view(browser, f"{site}/{STREAM}/{QUARTER}/{name}") for _ in range(TRIES)]
        painted = min(ms for ms, _, _ in tries)
        _, size, requests = tries[0]
        print(f"{name or 'review'}: painted after {painted:.0f} ms, {size / 1000:.0f} KB in {requests} requests")
        assert size <= MOST_BYTES, name
        assert requests <= MOST_REQUESTS, name
        assert painted <= MOST_MS, name


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One browser for all tests of this file."""
    with chromium() as started:
        yield started
