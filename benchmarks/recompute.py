"""The full recompute of the five headline metrics from a ledger, part by part, and the bare scan it is held against."""

from __future__ import annotations

import duckdb

from benchmarks.generate import STREAM
from benchmarks.timing import Clock
from metrics.catalog import HEADLINE
from metrics.evaluate import evaluate
from pipelines.database import open_warehouse
from pipelines.ledger.manifest import Manifest, load_manifest
from pipelines.registry import Registered, load
from pipelines.settings import Settings
from pipelines.warehouse import facts
from pipelines.warehouse.bills import write_bills, write_rates
from pipelines.warehouse.costs import refresh_costs
from pipelines.warehouse.state import ensure_tables

SCAN, TOTAL = "bare scan", "full recompute"
FACTS = ("order checked, views", "cases", "time parts", "failures", "costs")
METRICS = tuple(metric.key for metric in HEADLINE)
SCANNED = ("case_key", "case_id", "event_at", "step_code", "performer_code", "role_code", "kind_code")
# A sum makes the reader decode every value; statistics in the file could answer a count or a maximum.
_TOUCH = {"case_id": "sum(strlen({}))", "event_at": "sum(epoch_us({}))"}


def recompute(clock: Clock, settings: Settings, rounds: int) -> None:
    """Make all facts and values from nothing, `rounds` times; the last warehouse stays."""
    for _ in range(rounds):
        for path in settings.home.glob("warehouse.duckdb*"):
            path.unlink()
        registered = load(settings, STREAM)
        with open_warehouse(settings) as connection:
            ensure_tables(connection)
            manifest = load_manifest(settings.ledger / STREAM)
            clock.time(SCAN, lambda: scan(connection, manifest))  # noqa: B023  # done before the next round
            make_facts(clock, connection, settings, registered, FACTS)
            make_metrics(clock, connection, registered, METRICS)
    clock.add_total(TOTAL, [*FACTS, *METRICS])


def scan(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> None:
    """Decode exactly the columns the facts need and do nothing with them: the limit of this machine."""
    columns = ", ".join(_TOUCH.get(name, "sum({})").format(name) for name in SCANNED)
    connection.execute(f"SELECT {columns} FROM read_parquet($paths)", {"paths": manifest.paths()}).fetchall()


def make_facts(
    clock: Clock,
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    registered: Registered,
    names: tuple[str, ...],
) -> None:
    """Bring the facts up to the ledger; `names` are those of the parts in the clock."""

    def prepare() -> Manifest:
        manifest = facts.prepare_events(connection, settings, registered)
        facts.define_steps(connection, settings, registered, manifest)
        return manifest

    def costs(
        connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, manifest: Manifest
    ) -> None:
        write_rates(connection, registered)
        write_bills(connection, settings, registered)
        refresh_costs(connection, settings, registered, manifest)

    manifest = clock.time(names[0], prepare)
    steps = (facts.refresh_cases, facts.refresh_time_parts, facts.refresh_failures, costs)
    for name, refresh in zip(names[1:], steps, strict=True):
        clock.time(name, lambda: refresh(connection, settings, registered, manifest))  # noqa: B023  # called at once


def make_metrics(
    clock: Clock, connection: duckdb.DuckDBPyConnection, registered: Registered, names: tuple[str, ...]
) -> None:
    """Every statistic of the headline metrics by month, with intervals and verdicts."""
    for name, metric in zip(names, HEADLINE, strict=True):
        values = clock.time(name, lambda: list(evaluate(connection, metric, registered.stream, ("month",))))  # noqa: B023
        if not any(value.summary.value is not None for value in values):
            raise AssertionError(f"{metric.key} has no value: the benchmark would measure nothing.")
