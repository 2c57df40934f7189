"""Closed quarters in the warehouse: their numbers put where today's would be, and where the two differ, a restatement.

Metrics leave what they would tell of closed periods in `recomputed_values`; what is published of these is the record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import duckdb

from metrics.catalog import CATALOG
from metrics.closing.record import ClosedQuarter, periods_in, table_row
from metrics.closing.restate import Restatement, explained, restated_sums, restated_values
from metrics.closing.take import KEPT_COMPARISONS, kept_reports, sums_of
from metrics.published import CLOSED_QUARTERS, COMPARISONS, METRIC_VALUES, RESTATEMENTS
from metrics.tables.table import Table
from pipelines.closings import Closing, load_closings
from pipelines.registry import Registered
from pipelines.settings import Settings
from pipelines.warehouse.measures import insert_rows
from pipelines.warehouse.since import since_closing
from pipelines.warehouse.state import CLOSED_VALUES, RECOMPUTED_VALUES


def write_restatements(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, at: dt.datetime
) -> int:
    """Store every number of closed quarters that would be another one now. Returns how many.

    The closed numbers themselves are put where readers look for them, those of metrics no longer measured, too.

    Raises:
        StorageError: the file of a closed quarter is not as it was written.
    """
    stream = registered.stream.stream
    closings = load_closings(settings, stream)
    _keep_values(connection, stream, closings)
    seen = _seen(connection, stream)
    connection.execute(f"DELETE FROM {RESTATEMENTS.name} WHERE stream = $stream", {"stream": stream})
    count = 0
    for closing in closings:
        rows = [found.signed(closing.digest) for found in _restated(connection, settings, registered, closing)]
        told = ({**row, "seen_at": seen.get(str(row["digest"]), at)} for row in rows)
        count += insert_rows(connection, RESTATEMENTS.name, told)
    return count


def write_closed(connection: duckdb.DuckDBPyConnection, settings: Settings, stream: str) -> int:
    """Store which quarters of a stream are closed, once restatements are there. Returns how many.

    Raises:
        StorageError: the file of a closed quarter is not as it was written.
    """
    sql = "SELECT quarter, count(*) FROM restatements WHERE stream = $stream GROUP BY quarter"
    restated = dict(connection.execute(sql, {"stream": stream}).fetchall())
    connection.execute(f"DELETE FROM {CLOSED_QUARTERS.name} WHERE stream = $stream", {"stream": stream})
    found = load_closings(settings, stream)
    rows = (_row(closing, restated.get(closing.quarter.quarter.key, 0)) for closing in found)
    return insert_rows(connection, CLOSED_QUARTERS.name, rows)


def keep_closed(connection: duckdb.DuckDBPyConnection, settings: Settings, stream: str) -> None:
    """Put every row of closed quarters back as it was closed, in the place of those that today's data would give.

    Raises:
        StorageError: the file of a closed quarter is not as it was written.
    """
    for closing in load_closings(settings, stream):
        for table in (METRIC_VALUES, COMPARISONS, *kept_reports()):
            if table.name in closing.quarter.rows:
                _put_back(connection, table, closing.quarter)


def _put_back(connection: duckdb.DuckDBPyConnection, table: Table, quarter: ClosedQuarter) -> None:
    periods = [period.key for period in periods_in(quarter.quarter)]
    told: dict[str, object] = {"stream": quarter.stream, "periods": periods}
    where = "period IN (SELECT unnest($periods))"
    if table is METRIC_VALUES:  # those of metrics that are newer are told as they are known now
        where += " AND metric IN (SELECT unnest($metrics))"
        told["metrics"] = [definition.metric for definition in quarter.definitions]
    if table is COMPARISONS:
        where = "label = $quarter AND kind IN (SELECT unnest($kinds))"
        told = {"stream": quarter.stream, "quarter": quarter.quarter.key, "kinds": list(KEPT_COMPARISONS)}
    connection.execute(f"DELETE FROM {table.name} WHERE stream = $stream AND {where}", told)
    insert_rows(connection, table.name, (table_row(table, row) for row in quarter.rows[table.name]))


def _keep_values(connection: duckdb.DuckDBPyConnection, stream: str, closings: list[Closing]) -> None:
    """The values of the records, and those of metrics that are no longer measured where readers look for them."""
    of_stream = {"stream": stream}
    connection.execute(f"DELETE FROM {CLOSED_VALUES} WHERE stream = $stream", of_stream)
    for closing in closings:
        rows = closing.quarter.rows[METRIC_VALUES.name]
        insert_rows(connection, CLOSED_VALUES, (table_row(METRIC_VALUES, row) for row in rows))
        _put_back(connection, METRIC_VALUES, closing.quarter)


def _restated(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, closing: Closing
) -> Iterator[Restatement]:
    quarter, stream = closing.quarter, registered.stream
    wanted = {(period.grain, period.key) for period in periods_in(quarter.quarter)}
    now = connection.execute(f"SELECT * FROM {RECOMPUTED_VALUES} WHERE stream = $stream", {"stream": stream.stream})
    names = [column[0] for column in now.description or ()]
    rows = (dict(zip(names, row, strict=True)) for row in now.fetchall())
    today = [row for row in rows if (row["grain"], row["period"]) in wanted and quarter.definition_of(row["metric"])]
    found = [
        *restated_values(quarter.rows[METRIC_VALUES.name], today),
        *restated_sums(quarter, sums_of(connection, stream, quarter.quarter)),
    ]
    if not found:
        return
    since = since_closing(connection, settings, registered, closing)
    metrics = {metric.key: metric for metric in CATALOG}
    yield from (explained(one, quarter, metrics, stream, since) for one in found)


def _seen(connection: duckdb.DuckDBPyConnection, stream: str) -> dict[str, dt.datetime]:
    """When each restatement that still stands was first told, by its hash."""
    sql = "SELECT digest, seen_at FROM restatements WHERE stream = $stream"
    return dict(connection.execute(sql, {"stream": stream}).fetchall())


def _row(closing: Closing, restated: int) -> dict[str, object]:
    quarter, days = closing.quarter, closing.quarter.quarter
    return {
        "stream": quarter.stream, "quarter": days.key, "first_on": days.first_on, "until_on": days.until_on,
        "closed_at": closing.closed_at, "closed_by": closing.said.by, "why": closing.said.why,
        "anyway": closing.said.anyway,
        "not_final": ", ".join(f"{metric} ({day})" for metric, day in closing.not_final) or None,
        "numbers": len(quarter.rows[METRIC_VALUES.name]), "restated": restated,
        "stream_version": closing.stream_version, "stream_file_hash": closing.stream_file_hash,
        "ledger_fingerprint": closing.ledger_fingerprint, "events": closing.events,
        "known_until": closing.known_until, "code_version": closing.code_version, "digest": closing.digest,
    }  # fmt: skip
