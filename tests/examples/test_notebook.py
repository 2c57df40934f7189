"""The example notebook runs as it is written, against a real server, and shows what was published."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboards.app import create_app
from dashboards.embedding.keys import KeyRing, new_key
from dashboards.embedding.replay import ReplayStore
from dashboards.embedding.routes import Embedding
from dashboards.publish import publish_review
from tests.dashboards.builder import QUARTER, STREAM, orders
from tests.dashboards.serving import serving

NOTEBOOK = Path(__file__).parents[2] / "examples" / "notebook" / "quarter.ipynb"


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A published review, served for holders of a token, whose key stands in the environment."""
    pages = tmp_path / "pages"
    published = publish_review(orders().write(tmp_path / "orders.duckdb"), pages, STREAM, QUARTER)
    key = new_key(tmp_path / "keys.json", (STREAM,), ("https://intranet.example",))
    embedding = Embedding(KeyRing(tmp_path / "keys.json"), ReplayStore(tmp_path / "used.sqlite"), time.time)
    with serving(create_app(pages, embedding, is_open=False)) as address:
        told = {"URL": address, "STREAM": STREAM, "KID": key.kid, "SECRET": key.secret}
        for name, value in told.items():
            monkeypatch.setenv(f"STREAMGAUGE_{name}", value)
        yield published.directory


def test_it_runs_and_shows_what_was_published(bundle: Path) -> None:
    """Cell by cell in one session; its table is the published one, its figure has a point for each week."""
    cells = [cell for cell in json.loads(NOTEBOOK.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] for cell in cells), "a notebook is committed without its outputs"
    session: dict[str, Any] = {}
    for cell in cells:
        exec("".join(cell["source"]), session)
    published = pl.read_parquet(bundle / "api-values.parquet")
    assert session["values"].equals(published)
    assert set(session["now"]["period"]) == {QUARTER}
    assert len(session["figure"].data[0].x) == len(session["weeks"]) > 10
    assert session["meaning"]["flow_time"]
