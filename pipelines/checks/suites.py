"""Great Expectations suites, derived from the contract tables: columns as declared, required ones filled, keys unique.

A new column is checked because it is declared. Runs as SQL in DuckDB; the library takes seconds to import, so it is
imported when a suite runs, never with the module.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

from metrics.tables import CASES, EVENTS, STEPS, Table
from pipelines.settings import Settings, quiet_libraries

SUITES = (EVENTS, STEPS, CASES)
_VALUES = {
    "performer_kind": ["human", "system", "agent", "external", "unknown"],
    "previous_performer_kind": ["human", "system", "agent", "external", "unknown"],
    "paired_by": ["instant", "activity_id", "heuristic"],
    "outcome_kind": ["completed", "rejected", "cancelled", "abandoned"],
    "handoff_kind": ["automated", "manual", "unknown"],
    "manual_reason": ["designed", "fallback", "exception", "other"],
    "rework_kind": ["rejection", "correction", "self_loop", "loop", "backward"],
}
_NEVER_NEGATIVE = ("touch_hours", "wait_hours", "automated_handoffs", "manual_handoffs", "loops", "self_loops")
_INTERNAL = ("case_key",)


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """What a suite found: expectations met, and those that were not, in words."""

    table: str
    met: int
    failed: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Was every expectation met?"""
        return not self.failed


def run_suite(settings: Settings, table: Table) -> SuiteResult:
    """Validate a table of the warehouse. The caller holds the warehouse lock and no connection."""
    quiet_libraries()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx

        from pipelines.checks import duckdb_dialect  # noqa: F401  # importing it registers the dialect

        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        source = context.data_sources.add_sql(
            "warehouse",
            connection_string=f"duckdb+expectations:///{settings.warehouse}",
            kwargs={"connect_args": {"read_only": True}},
        )
        batch = source.add_table_asset(table.name, table_name=table.name).add_batch_definition_whole_table("all")
        suite = context.suites.add(gx.ExpectationSuite(name=table.name, expectations=expectations_for(table)))
        definition = gx.ValidationDefinition(name=table.name, data=batch, suite=suite)
        try:
            found = context.validation_definitions.add(definition).run()
        finally:
            source.get_execution_engine().close()  # else the file stays open and no writer gets in
            source.get_engine().dispose()
    failed = tuple(_in_words(result) for result in found.results if not result.success)
    return SuiteResult(table.name, sum(bool(result.success) for result in found.results), failed)


def expectations_for(table: Table) -> list[Any]:
    """The expectations a contract table declares."""
    import great_expectations.expectations as gxe

    names = table.column_names
    expected: list[Any] = [gxe.ExpectCompoundColumnsToBeUnique(column_list=list(table.key))]
    expected += [gxe.ExpectColumnToExist(column=name) for name in names]
    expected += [gxe.ExpectColumnValuesToNotBeNull(column=c.name) for c in table.columns if c.required]
    if table is EVENTS:
        return expected  # an event's own words are kept as told, whatever they are
    expected += [gxe.ExpectColumnValuesToBeInSet(column=n, value_set=v) for n, v in _VALUES.items() if n in names]
    expected += [gxe.ExpectColumnValuesToBeBetween(column=n, min_value=0) for n in _NEVER_NEGATIVE if n in names]
    return expected


def _in_words(result: Any) -> str:
    config = result.expectation_config
    told = {name: value for name, value in config.kwargs.items() if name in ("column", "column_list", "value_set")}
    count = (result.result or {}).get("unexpected_count")
    error = next((v.get("exception_message") for v in _exceptions(result) if v.get("raised_exception")), None)
    return f"{config.type} {told}: {error or f'{count} rows against it'}"


def _exceptions(result: Any) -> list[dict[str, Any]]:
    told = result.exception_info or {}
    return [told] if "raised_exception" in told else [v for v in told.values() if isinstance(v, dict)]
