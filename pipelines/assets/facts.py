"""Assets of the contract tables: sources → events → steps → cases, time parts, failures, rates, bills, costs."""

from __future__ import annotations

from collections.abc import Callable

import dagster as dg
import duckdb

from metrics.query import one_value
from metrics.tables import (
    BENEFIT_ENTRIES,
    BILLS,
    CASES,
    COSTS,
    EVENTS,
    FAILURES,
    INTEGRATION_LINES,
    RATES,
    STEPS,
    TIME_PARTS,
    WORKING_TIMES,
    Table,
)
from pipelines.assets.policy import OWNER, POOL, asset_options, one_row
from pipelines.database import open_warehouse
from pipelines.ledger.manifest import Manifest, known_manifest
from pipelines.loading.load import load
from pipelines.registry import Registered, load_all, load_measurable
from pipelines.settings import Settings
from pipelines.sources import discover
from pipelines.versioning import refuse_registered
from pipelines.warehouse import facts
from pipelines.warehouse.benefits import write_finance
from pipelines.warehouse.bills import write_bills, write_rates
from pipelines.warehouse.costs import refresh_costs
from pipelines.warehouse.state import ensure_tables
from pipelines.warehouse.working_times import refresh_working_times

Work = Callable[[duckdb.DuckDBPyConnection, Registered, Manifest], None]


def inbox_asset(settings: Settings) -> dg.AssetsDefinition:
    """What the receiver wrote down, and what a Collector wrote into files, loaded into the ledgers."""

    @dg.asset(
        name="inbox", group_name="sources", owners=[OWNER], kinds={"parquet"}, pool=POOL,
        description="One row is an event as a service told it: received, or read from a Collector's files; each once.",
    )  # fmt: skip
    def build() -> dg.MaterializeResult[None]:
        report = load(settings, [registered.stream for registered in load_all(settings)])
        told = {name: receipt.new for name, receipt in report.receipts.items() if receipt.read}
        return dg.MaterializeResult(
            metadata={
                "new_events": told, "left_out": dict(report.left_out), "skipped_bytes": report.skipped_bytes,
                "gaps": {n.source: n.missing for n in report.gaps},
            }
        )  # fmt: skip

    return build


def source_specs() -> list[dg.AssetSpec]:
    """What lies outside: the files each source reads, brought in by `streamgauge import`."""
    return [
        dg.AssetSpec(
            f"{source.KEY}_files", group_name="sources", owners=[OWNER],
            description=f"Files ending in {', '.join(source.SUFFIXES)}, imported into the ledger. "
            f"Lets us see: {', '.join(sorted(source.CAPABILITIES))}.",
        )
        for source in discover()
    ]  # fmt: skip


def fact_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """One asset a contract table, in the order they follow from each other; money stands in `money_assets`."""
    sources = ["inbox", *(f"{source.KEY}_files" for source in discover())]

    def prepare(connection: duckdb.DuckDBPyConnection, registered: Registered, manifest: Manifest) -> None:
        refuse_registered(settings, registered)
        facts.prepare_events(connection, settings, registered)

    def steps(connection: duckdb.DuckDBPyConnection, registered: Registered, manifest: Manifest) -> None:
        facts.define_steps(connection, settings, registered, manifest)

    def cases(connection: duckdb.DuckDBPyConnection, registered: Registered, manifest: Manifest) -> None:
        facts.refresh_cases(connection, settings, registered, manifest)

    def time_parts(connection: duckdb.DuckDBPyConnection, registered: Registered, manifest: Manifest) -> None:
        facts.refresh_time_parts(connection, settings, registered, manifest)

    def working_times(connection: duckdb.DuckDBPyConnection, registered: Registered, manifest: Manifest) -> None:
        refresh_working_times(connection, registered, manifest)

    def failures(connection: duckdb.DuckDBPyConnection, registered: Registered, manifest: Manifest) -> None:
        facts.refresh_failures(connection, settings, registered, manifest)

    return [
        _asset(settings, EVENTS, sources, prepare),
        _asset(settings, STEPS, ["events"], steps),
        _asset(settings, CASES, ["steps"], cases),
        _asset(settings, TIME_PARTS, ["steps", "cases"], time_parts),
        _asset(settings, WORKING_TIMES, ["cases"], working_times),
        _asset(settings, FAILURES, ["steps"], failures),
    ]


def money_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """Rates and bills as they hold for each stream, and the costs that follow from them."""

    def rates(connection: duckdb.DuckDBPyConnection, registered: Registered, manifest: Manifest) -> None:
        write_rates(connection, registered)

    def bills(connection: duckdb.DuckDBPyConnection, registered: Registered, manifest: Manifest) -> None:
        write_bills(connection, settings, registered)

    def costs(connection: duckdb.DuckDBPyConnection, registered: Registered, manifest: Manifest) -> None:
        refresh_costs(connection, settings, registered, manifest)

    return [
        _asset(settings, RATES, ["steps"], rates),
        _asset(settings, BILLS, ["cases"], bills),
        _asset(settings, COSTS, ["steps", "cases", "rates", "bills"], costs),
        *(_finance_asset(settings, table) for table in (BENEFIT_ENTRIES, INTEGRATION_LINES)),
    ]


def _finance_asset(settings: Settings, table: Table) -> dg.AssetsDefinition:
    """What the files beside the stream files claim and own; they follow from no event."""

    @dg.asset(name=table.name, **asset_options("facts", one_row(table), table))
    def build() -> dg.MaterializeResult[None]:
        with open_warehouse(settings) as connection:
            ensure_tables(connection)
            rows = write_finance(connection, settings)[table.name]
        return dg.MaterializeResult(metadata={"dagster/row_count": rows})

    return build


def _asset(settings: Settings, table: Table, deps: list[str], work: Work) -> dg.AssetsDefinition:
    @dg.asset(name=table.name, deps=deps, **asset_options("facts", one_row(table), table))
    def build() -> dg.MaterializeResult[None]:
        with open_warehouse(settings) as connection:
            ensure_tables(connection)
            for registered in load_measurable(settings):
                work(connection, registered, known_manifest(settings, registered.stream.stream))
            rows = one_value(connection, f"SELECT count(*) FROM {table.name}")
        return dg.MaterializeResult(metadata={"dagster/row_count": rows})

    return build
