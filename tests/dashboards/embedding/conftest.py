"""An app that may be embedded, over two published streams whose pages hold a canary each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from dashboards.app import create_app
from dashboards.embedding.grant import mint
from dashboards.embedding.keys import Key, KeyRing, new_key
from dashboards.embedding.replay import ReplayStore
from dashboards.embedding.routes import Embedding
from dashboards.publish import publish_review
from tests.dashboards.builder import QUARTER, STREAM, orders

NOW = 1_790_000_000.0
CANARIES = {"orders": "canary-of-orders", "claims": "canary-of-claims"}
HOST = "https://intranet.example"


@dataclass
class Site:
    """The app, its keys, and a clock that a test may set."""

    client: TestClient
    keys: Path
    key: Key
    now: float = NOW

    def token(self, view: str = "review", scope: str = STREAM, period: str = QUARTER, **told: object) -> str:
        """A token of the site's own key."""
        return mint(self.key, view, scope, period, now=self.now, **told)  # type: ignore[arg-type]  # life and kind


@pytest.fixture(scope="session")
def two_streams(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of two streams; each page names its own canary and no other."""
    out = tmp_path_factory.mktemp("two_streams")
    for stream, canary in CANARIES.items():
        published = orders()
        for rows in published.rows.values():
            for row in rows:
                row["stream"] = stream
        published.stream["name"] = canary
        published.replace_in_stream_file("stream: orders", f"stream: {stream}")
        publish_review(published.write(out / f"{stream}.duckdb"), out / "pages", stream, QUARTER)
    return out / "pages"


@pytest.fixture
def site(two_streams: Path, tmp_path: Path) -> Site:
    """A fresh app with one key for the stream of orders."""
    keys = tmp_path / "embed" / "keys.json"
    key = new_key(keys, (STREAM,), (HOST,))
    found: list[Site] = []
    embedding = Embedding(KeyRing(keys), ReplayStore(tmp_path / "embed" / "used.sqlite"), lambda: found[0].now)
    client = TestClient(create_app(two_streams, embedding), follow_redirects=False)
    found.append(Site(client, keys, key))
    return found[0]
