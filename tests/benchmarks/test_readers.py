"""The measurement of many readers, in small: it drives the real server and counts what it answered."""

from __future__ import annotations

from pathlib import Path

from benchmarks.readers import ORIGIN, framer, measure, opener, serving
from dashboards.embedding.keys import new_key
from dashboards.publish import publish_review
from pipelines.settings import load_settings
from tests.dashboards.builder import QUARTER, STREAM, orders


def test_readers_are_answered_by_the_real_server(tmp_path: Path) -> None:
    """Five readers for a second, open and framed: all are answered, none refused, time and memory measured."""
    settings = load_settings(tmp_path / "home")
    publish_review(orders().write(tmp_path / "orders.duckdb"), settings.pages, STREAM, QUARTER)
    key = new_key(settings.embed_keys, ("*",), (ORIGIN,))
    with serving(settings.home) as (port, pid):
        for target in (opener(settings.pages), framer(settings.pages, key)):
            found = measure(port, pid, target, readers=5, seconds=1.0, pause=0.1)
            assert found.refused == 0
            assert found.answers >= 10
            assert 0 < found.p50_ms <= found.p95_ms <= found.p99_ms
            assert found.rss_mb > 10 and found.page_bytes > 1_000
            assert found.is_within_bar is None


def test_a_refused_reader_is_counted(tmp_path: Path) -> None:
    """A token that was used before is refused, and counted as refused, not as an answer."""
    settings = load_settings(tmp_path / "home")
    publish_review(orders().write(tmp_path / "orders.duckdb"), settings.pages, STREAM, QUARTER)
    key = new_key(settings.embed_keys, ("*",), (ORIGIN,))
    same = framer(settings.pages, key)()
    with serving(settings.home) as (port, pid):
        found = measure(port, pid, lambda: same, readers=3, seconds=0.5, pause=0.1)
    assert found.answers == 1
    assert found.refused >= 2
