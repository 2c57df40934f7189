"""The one page with scripts: it draws in a real browser under the strictest policy that lets it, and only on demand."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from dashboards.app import create_app
from dashboards.live import POLICY, scripts
from dashboards.publish import publish_review
from tests.dashboards.builder import QUARTER, STREAM, Published, orders
from tests.dashboards.serving import CHROMIUM, chromium, serving

PAGE = f"/{STREAM}/{QUARTER}/explore.html"
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no chromium: browser tests skipped")


@pytest.fixture
def site(pages: Path) -> Iterator[str]:
    """The app on a free local port."""
    with serving(create_app(pages)) as address:
        yield address


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_draws_every_figure(site: str, scheme: str) -> None:
    """Plotly draws each figure in colours of the style sheet; no message, no violation, no sideways scroll."""
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1000, "height": 900}, color_scheme=scheme)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(site + PAGE, wait_until="networkidle")
        page.wait_for_function("document.querySelectorAll('.live .main-svg').length > 0", timeout=60_000)
        wanted = page.evaluate("document.querySelectorAll('.live').length")
        assert wanted >= 2
        assert (
            page.evaluate("[...document.querySelectorAll('.live')].filter(e => e.querySelector('.point')).length")
            == wanted
        )
        ink = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ink2').trim()")
        assert ink in json.dumps(page.evaluate("document.querySelector('.live').data.map(t => t.line)"))
        assert page.evaluate("document.documentElement.scrollWidth") <= 1000
        assert said == []


def test_only_this_page_may_run_scripts(pages: Path) -> None:
    """Its policy allows our own; every other page allows none, and none but this one has any."""
    client = TestClient(create_app(pages))
    assert client.get(PAGE).headers["content-security-policy"] == POLICY
    assert "script-src" not in client.get(f"/{STREAM}/{QUARTER}/").headers["content-security-policy"]
    with_script = {
        path.name for path in (pages / STREAM / QUARTER).glob("*.html") if "<script" in path.read_text("utf-8")
    }
    assert {name for name in with_script if not name.endswith(".embed.html")} == {"explore.html"}


def test_scripts_are_kept_for_ever_and_served_by_name_alone(pages: Path, tmp_path: Path) -> None:
    """A name holds the hash of its bytes: they may be kept a year; other names and other bytes are not served."""
    copy = shutil.copytree(pages, tmp_path / "copy")
    client = TestClient(create_app(copy))
    for name, content in scripts().items():
        for taken in ("gzip", "identity"):
            answer = client.get(f"/live/{name}", headers={"Accept-Encoding": taken})
            assert answer.content == content
            assert answer.headers["cache-control"].endswith("immutable")
        (copy / "live" / name).write_text("tampered")
        assert client.get(f"/live/{name}", headers={"Accept-Encoding": "identity"}).status_code == 404
    for name in ("explore.js", "plotly-0123456789abcdef.js", "..%2findex.html", "explore-0123456789abcdef.js.gz"):
        assert client.get(f"/live/{name}").status_code == 404


def test_nothing_in_a_figure_ends_its_script(tmp_path: Path) -> None:
    """A release called </script> stays inside the specification."""
    published = orders()
    hostile = "</script><script>alert(1)</script>"
    for row in published.rows["comparisons"]:
        if row["kind"] == "release":
            row["title"] = hostile
    bundle = publish_review(published.write(tmp_path / "p.duckdb"), tmp_path / "pages", STREAM, QUARTER)
    html = (bundle.directory / "explore.html").read_text("utf-8")
    assert "alert(1)</script>" not in html
    told = [
        json.loads(one) for one in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', html, re.DOTALL)
    ]
    assert any("alert(1)" in json.dumps(one) for one in told)


def test_without_weeks_there_is_nothing_to_load(tmp_path: Path) -> None:
    """A stream with nothing has the page too: it says so, and loads no script."""
    published = Published({"streams": [orders().stream | {"cases": 0, "ended_cases": 0, "measured_cases": 0}]})
    bundle = publish_review(published.write(tmp_path / "p.duckdb"), tmp_path / "pages", STREAM, QUARTER)
    html = (bundle.directory / "explore.html").read_text("utf-8")
    assert "There are too few weeks to draw anything." in html
    assert "<script" not in html
