"""One refresh without an orchestrator: ledger → facts → values → checks → published copy, stream by stream.

The Dagster assets run these same functions one by one; this runs them in a row, for one log in a hurry.
"""

from __future__ import annotations

import datetime as dt
import shutil
import uuid
from collections.abc import Callable

import duckdb

from metrics.catalog import CATALOG
from metrics.reports.catalog import REPORTS
from pipelines.checks.laws import run_laws, store
from pipelines.database import open_warehouse
from pipelines.ledger.manifest import Manifest
from pipelines.registry import Registered, load_measurable
from pipelines.settings import Settings
from pipelines.versioning import refuse_registered
from pipelines.warehouse import facts, measures
from pipelines.warehouse.baselines import write_baselines
from pipelines.warehouse.benefits import judge_claims, write_finance
from pipelines.warehouse.bills import shares_bills, write_bills, write_rates
from pipelines.warehouse.closed import keep_closed, write_closed, write_restatements
from pipelines.warehouse.comparisons import write_comparisons
from pipelines.warehouse.costs import refresh_costs
from pipelines.warehouse.evidence import write_evidence
from pipelines.warehouse.publication import publish_database
from pipelines.warehouse.reports import write_reports
from pipelines.warehouse.state import ensure_tables
from pipelines.warehouse.working_times import refresh_working_times

Report = Callable[[str], None]


def forget_other_times(settings: Settings) -> None:
    """Remove what was measured as of other times; it can be made again whenever somebody asks."""
    for folder in settings.derived.parent.glob("*T*Z"):
        if folder != settings.derived:
            shutil.rmtree(folder, ignore_errors=True)


def refresh(
    settings: Settings, streams: list[Registered], report: Report = lambda _: None, *, is_trial: bool = False
) -> str:
    """Bring every table of these streams up to date and publish. Returns the run id.

    A trial asks what a stream file would do, so it may mean something else than closed quarters were closed by.

    Raises:
        PipelineError, StreamFileError: what could not be used; the published copy is unchanged then.
    """
    for registered in [] if is_trial else streams:
        refuse_registered(settings, registered)
    run_id = uuid.uuid4().hex[:12]
    ran_at = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    with open_warehouse(settings) as connection:
        ensure_tables(connection)
        # Bills that all streams share follow the use of each, so their facts come first, and those of all of them.
        wanted = load_measurable(settings) if shares_bills(settings) else streams
        manifests = [_refresh_facts(connection, settings, registered, report) for registered in wanted]
        for registered in wanted:
            report(f"{registered.stream.name}: rates and bills")
            write_rates(connection, registered)
            write_bills(connection, settings, registered)
        write_finance(connection, settings)
        for registered, manifest in zip(wanted, manifests, strict=True):
            _measure(connection, settings, registered, manifest, ran_at, report)
        judge_claims(connection, settings)
        for registered, manifest in zip(wanted, manifests, strict=True):
            measures.describe(connection, registered, manifest, run_id, ran_at)
            store(connection, registered.stream.stream, list(run_laws(connection, registered.stream.stream)))
            report(f"{registered.stream.name}: evidence")
            write_evidence(connection, settings, registered, manifest, run_id, ran_at)
        report("publish")
        publish_database(connection, settings)
    return run_id


def _refresh_facts(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, report: Report
) -> Manifest:
    """Bring the facts of a stream up to its ledger, but for money."""
    name = registered.stream.name
    report(f"{name}: events")
    manifest = facts.prepare_events(connection, settings, registered)
    facts.define_steps(connection, settings, registered, manifest)
    report(f"{name}: cases")
    facts.refresh_cases(connection, settings, registered, manifest)
    report(f"{name}: time parts")
    facts.refresh_time_parts(connection, settings, registered, manifest)
    report(f"{name}: working times")
    refresh_working_times(connection, registered, manifest)
    report(f"{name}: failures")
    facts.refresh_failures(connection, settings, registered, manifest)
    return manifest


def _measure(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, manifest: Manifest,
    ran_at: dt.datetime, report: Report,
) -> None:  # fmt: skip
    """Costs, values and what stands beside them."""
    name = registered.stream.name
    report(f"{name}: costs")
    refresh_costs(connection, settings, registered, manifest)
    for metric in CATALOG:
        report(f"{name}: {metric.label.lower()}")
        measures.measure_metric(connection, settings, registered, metric)
    report(f"{name}: comparisons and reports")
    _write_beside(connection, settings, registered, ran_at)


def _write_beside(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, ran_at: dt.datetime
) -> None:
    """What stands beside the values, in the order in which one reads the other; last, what is closed is put back."""
    write_restatements(connection, settings, registered, ran_at)
    write_closed(connection, settings, registered.stream.stream)
    write_baselines(connection, settings, registered, ran_at)
    write_comparisons(connection, settings, registered)
    write_reports(connection, registered, REPORTS)
    keep_closed(connection, settings, registered.stream.stream)
