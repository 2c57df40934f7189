"""One more day: what adding a thousandth of the events costs along the real path, part by part."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import polars as pl

from benchmarks.generate import STREAM
from benchmarks.recompute import FACTS, METRICS, make_facts, make_metrics
from benchmarks.timing import Clock
from metrics.query import one_value
from pipelines.database import open_warehouse
from pipelines.ledger.append import append
from pipelines.ledger.manifest import load_manifest
from pipelines.registry import load
from pipelines.settings import Settings
from pipelines.sources.batch import to_batch
from pipelines.warehouse.state import ensure_tables

IMPORT, DAY_FACTS, DAY_METRICS, DAY_TOTAL = "import into the ledger", "facts", "metrics", "one more day"
_FACTS = tuple(f"day: {name}" for name in FACTS)
_METRICS = tuple(f"day: {name}" for name in METRICS)
_SHARE = 1000  # one event in a thousand
_STEPS = ("Check order", "Approve credit", "Pick", "Pack", "Receive payment")


def add_days(clock: Clock, settings: Settings, rounds: int) -> tuple[int, int]:
    """Add a day `rounds` times to the ledger as it was generated. Returns the events and cases of one day.

    Needs the warehouse that a full recompute left; ledger and warehouse are put back after each round.
    """
    registered = load(settings, STREAM)
    kept = _keep(settings)
    try:
        for number in range(rounds):
            batch = _day(settings, number)
            receipt = clock.time(IMPORT, lambda: append(settings, STREAM, [batch]))  # noqa: B023  # called at once
            with open_warehouse(settings) as connection:
                ensure_tables(connection)
                make_facts(clock, connection, settings, registered, _FACTS)
                make_metrics(clock, connection, registered, _METRICS)
            _put_back(settings, kept)
    finally:
        shutil.rmtree(kept)
    clock.add_total(DAY_FACTS, list(_FACTS))
    clock.add_total(DAY_METRICS, list(_METRICS))
    clock.add_total(DAY_TOTAL, [IMPORT, DAY_FACTS])
    return receipt.new, receipt.cases


def _day(settings: Settings, number: int) -> pl.DataFrame:
    """New events of the youngest cases: each is checked again and on to its payment, when the log ends."""
    manifest = load_manifest(settings.ledger / STREAM)
    cases = max(1, manifest.rows // _SHARE // len(_STEPS))
    with duckdb.connect() as connection:
        newest = one_value(connection, "SELECT max(event_at) FROM read_parquet($p)", {"p": manifest.paths()})
        rows = connection.execute(
            "SELECT case_id, max(event_at) AS last_at FROM read_parquet($p) GROUP BY ALL "
            "ORDER BY last_at DESC, case_id LIMIT $n",
            {"p": manifest.paths(), "n": cases},
        ).fetchall()
    times, count = len(rows), len(_STEPS)
    ids: list[object] = [case_id for case_id, _ in rows for _ in _STEPS]
    return to_batch(
        {
            "source": [STREAM] * len(ids), "event_id": [f"day-{number}-{place}" for place in range(len(ids))],
            "case_id": ids, "event_at": [newest] * len(ids), "step": [*_STEPS] * times,
            "sequence": [*range(count)] * times, "performer_kind": ["human"] * len(ids),
            "performer": ["P10"] * len(ids), "role": ["Operations"] * len(ids),
        }
    )  # fmt: skip


def _keep(settings: Settings) -> Path:
    kept = settings.home / "kept"
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir()
    shutil.copy2(settings.ledger / STREAM / "manifest.json", kept / "manifest.json")
    shutil.copy2(settings.warehouse, kept / settings.warehouse.name)
    return kept


def _put_back(settings: Settings, kept: Path) -> None:
    for path in settings.home.glob("warehouse.duckdb*"):
        path.unlink()
    shutil.copy2(kept / settings.warehouse.name, settings.warehouse)
    shutil.copy2(kept / "manifest.json", settings.ledger / STREAM / "manifest.json")
