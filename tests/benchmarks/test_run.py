"""The benchmarks run, on a log small enough for any machine; what they measure there says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.generate import STREAM, generate, settings_for
from benchmarks.one_day import DAY_TOTAL
from benchmarks.recompute import METRICS, SCAN, TOTAL
from benchmarks.report import Found, write
from benchmarks.run import measure
from metrics.query import one_value
from pipelines.database import open_warehouse
from pipelines.ledger.manifest import load_manifest


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def found(cache: Path) -> Found:
    return measure(4_000, cache, rounds=1, with_pm4py=False)


def test_every_part_is_measured(found: Found) -> None:
    """Scan, full recompute, each metric and the day have seconds."""
    for name in (SCAN, TOTAL, DAY_TOTAL, *METRICS):
        assert found.clock.best(name).wall > 0


def test_the_log_has_about_the_events_asked_for(found: Found) -> None:
    """A log is within a tenth of the size it is asked for."""
    assert found.events == pytest.approx(4_000, rel=0.1)


def test_ledger_and_warehouse_are_put_back(found: Found, cache: Path) -> None:
    """After the day is measured, ledger and warehouse are as the full recompute left them."""
    settings = settings_for(cache / "4000")
    assert load_manifest(settings.ledger / STREAM).rows == found.events
    with open_warehouse(settings) as connection:
        assert one_value(connection, "SELECT sum(steps) FROM cases") <= found.events


def test_the_same_log_comes_out_each_time(found: Found, cache: Path) -> None:
    """Generating twice gives the same events, by their fingerprint."""
    first = load_manifest(settings_for(cache / "4000").ledger / STREAM).fingerprint
    assert generate(settings_for(cache / "again"), 4_000).fingerprint == first


def test_the_report_names_every_bar(found: Found, tmp_path: Path) -> None:
    """The page lists the bars with what was found, and the machine."""
    write(found, tmp_path / "benchmarks.md")
    text = (tmp_path / "benchmarks.md").read_text("utf-8")
    assert "at most 6" in text
    assert "at most 3 %" in text
    assert "cores" in text
