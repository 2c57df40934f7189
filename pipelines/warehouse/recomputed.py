"""What values of closed periods would be now, kept beside the closed ones: restatements come from the difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import duckdb

from metrics.closing.closed import OPEN, Closed
from metrics.closing.record import CLOSING_GRAINS, dimensions_text
from metrics.closing.restate import is_same, otherwise_measured
from metrics.closing.take import values_in
from metrics.evaluate import Value, evaluate
from metrics.metric import Metric
from pipelines.closings import Closing, load_closings
from pipelines.registry import Registered
from pipelines.settings import Settings
from pipelines.warehouse.rows import insert_rows
from pipelines.warehouse.since import changed_since
from pipelines.warehouse.state import RECOMPUTED_VALUES


def recompute(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, metric: Metric,
    today: Iterable[Value],
) -> Closed:  # fmt: skip
    """Keep what closed values of a metric would be now, and return what is closed, with what is measured otherwise now.

    Open work is aged to the instant at which its quarter was closed. `today` are all values as they are now.

    Raises:
        StorageError: the file of a closed quarter is not as it was written.
    """
    stream = registered.stream
    told = {"stream": stream.stream, "metric": metric.key}
    connection.execute(f"DELETE FROM {RECOMPUTED_VALUES} WHERE stream = $stream AND metric = $metric", told)
    closings = load_closings(settings, stream.stream)
    if not closings:
        return OPEN
    closed = Closed(tuple(closing.quarter for closing in closings))
    otherwise: dict[tuple[str, str, str, str], str] = {}
    for closing in closings:
        values = list(_of_quarter(connection, registered, metric, today, closing))
        insert_rows(connection, RECOMPUTED_VALUES, (value.as_row() for value in values))
        if reason := otherwise_measured(metric, changed_since(registered, closing)):
            moved = (value for value in values if _is_moved(closed, value))
            otherwise |= {(metric.key, v.summary.statistic.value, v.period.grain, v.period.key): reason for v in moved}
    return Closed(closed.quarters, otherwise)


def _of_quarter(
    connection: duckdb.DuckDBPyConnection, registered: Registered, metric: Metric, today: Iterable[Value],
    closing: Closing,
) -> Iterator[Value]:  # fmt: skip
    if "$as_of" in metric.sql:
        today = evaluate(connection, metric, registered.stream, CLOSING_GRAINS, as_of=closing.quarter.as_of)
    return values_in(today, closing.quarter.quarter)


def _is_moved(closed: Closed, value: Value) -> bool:
    dimensions = dimensions_text(value.dimensions)
    before = closed.summary_of(value.metric.key, value.summary.statistic, value.period, dimensions)
    return before is not None and not is_same(before.value, value.summary.value)
