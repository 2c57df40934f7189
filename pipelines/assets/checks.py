"""Asset checks: a Great Expectations suite on events, steps and cases, and the conservation laws on every table."""

from __future__ import annotations

import dagster as dg

from metrics.tables import Table
from pipelines.checks.law import Law
from pipelines.checks.laws import LAWS, count_failing
from pipelines.checks.suites import SUITES, run_suite
from pipelines.database import open_warehouse, warehouse_lock
from pipelines.registry import load_measurable
from pipelines.settings import Settings

_STORED_VALUES = "published_page"  # laws on stored values hold once all metrics are there


def suite_checks(settings: Settings) -> list[dg.AssetChecksDefinition]:
    """One blocking check a suite: a table that breaks its contract is not published."""
    return [_suite_check(settings, table) for table in SUITES]


def law_checks(settings: Settings) -> list[dg.AssetChecksDefinition]:
    """One check a law."""
    return [_law_check(settings, law) for law in LAWS]


def _suite_check(settings: Settings, table: Table) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=table.name, name="contract", blocking=True,
        description=f"Great Expectations: columns, required values and the key of {table.name} are as declared.",
    )  # fmt: skip
    def check() -> dg.AssetCheckResult:
        with warehouse_lock(settings):
            found = run_suite(settings, table)
        return dg.AssetCheckResult(passed=found.passed, metadata={"met": found.met, "failed": list(found.failed)})

    return check


def _law_check(settings: Settings, law: Law) -> dg.AssetChecksDefinition:
    asset = _STORED_VALUES if law.table == "metric_values" else law.table

    @dg.asset_check(asset=asset, name=law.name, description=law.says)
    def check() -> dg.AssetCheckResult:
        with open_warehouse(settings) as connection:
            rows = {r.stream.stream: count_failing(connection, law, r.stream.stream) for r in load_measurable(settings)}
        severity = dg.AssetCheckSeverity.WARN if law.is_warning else dg.AssetCheckSeverity.ERROR
        return dg.AssetCheckResult(passed=not any(rows.values()), severity=severity, metadata={"failing_rows": rows})

    return check
