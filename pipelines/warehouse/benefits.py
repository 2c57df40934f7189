"""Benefits and integrations in the warehouse: the files of every registered stream, as rows of their contract tables.

Claims of several streams are held against each other, so those of the whole home are written whenever any is.
"""

from __future__ import annotations

import duckdb

from metrics.finance.stored import benefit_rows, integration_rows
from metrics.reports.benefit_bridge import BRIDGE_BUILT
from metrics.reports.benefit_conflicts import CONFLICTS_FOUND
from metrics.reports.benefits import BENEFITS_TOLD
from metrics.tables import BENEFIT_ENTRIES, INTEGRATION_LINES
from pipelines.registry import load, registered_names
from pipelines.settings import Settings
from pipelines.warehouse.measures import insert_rows
from pipelines.warehouse.reports import write_reports


def write_finance(connection: duckdb.DuckDBPyConnection, settings: Settings) -> dict[str, int]:
    """Store what every stream of the home claims and owns. Returns how many rows, by table.

    Raises:
        StreamFileError: a registered file cannot be used.
    """
    streams = [load(settings, name) for name in registered_names(settings)]
    claims = [row for found in streams for row in benefit_rows(found.stream.stream, found.finance.benefits)]
    lines = [row for found in streams for row in integration_rows(found.stream.stream, found.finance.integrations)]
    for table in (BENEFIT_ENTRIES, INTEGRATION_LINES):
        connection.execute(f"DELETE FROM {table.name}")
    return {
        BENEFIT_ENTRIES.name: insert_rows(connection, BENEFIT_ENTRIES.name, claims),
        INTEGRATION_LINES.name: insert_rows(connection, INTEGRATION_LINES.name, lines),
    }


def judge_claims(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Hold the claims of every stream against those of all others, once each has its freed hours: both sides say the
    same, whichever was measured first, or just now.
    """
    for name in registered_names(settings):
        if (registered := load(settings, name)).finance.benefits:
            write_reports(connection, registered, (BENEFITS_TOLD, CONFLICTS_FOUND, BRIDGE_BUILT))
