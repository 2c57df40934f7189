"""Published files and bundles for the tests of this room."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboards.bundle import BundleData
from dashboards.publish import ReviewBundle, publish_review
from dashboards.reading import read_bundle
from tests.dashboards.builder import QUARTER, STREAM, Published, orders


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with one published review of the plausible stream; read only."""
    out = tmp_path_factory.mktemp("pages")
    publish_review(orders().write(out.parent / "orders.duckdb"), out, STREAM, QUARTER)
    return out


@pytest.fixture
def publish(tmp_path: Path):  # type: ignore[no-untyped-def]  # a closure: see its own signature
    """Publish any rows into a fresh directory."""

    def run(published: Published, period: str = QUARTER) -> ReviewBundle:
        return publish_review(published.write(tmp_path / "p.duckdb"), tmp_path / "pages", STREAM, period)

    return run


@pytest.fixture
def read(tmp_path: Path):  # type: ignore[no-untyped-def]  # a closure: see its own signature
    """Read any rows as one bundle's data."""

    def run(published: Published, period: str = QUARTER) -> BundleData:
        return read_bundle(published.write(tmp_path / "r.duckdb"), STREAM, period)

    return run
