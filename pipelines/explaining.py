"""Explanations on request, from the published copy alone: its tables, its stream file, its definitions."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from metrics.catalog import metric_by_key
from metrics.closing.closed import published
from metrics.errors import ContractError, PeriodError
from metrics.evaluate import known_days
from metrics.explain.explanation import Explanation, explain
from metrics.metric import Metric
from metrics.observe import printed_sql
from metrics.periods import Period, parse_period, whole
from metrics.query import one_row
from metrics.stream import Stream, parse_stream
from pipelines.closings import load_closed
from pipelines.errors import SettingsError, StorageError
from pipelines.settings import Settings
from pipelines.warehouse.publication import open_published


def explain_value(settings: Settings, metric: str, period: str, stream: str | None = None) -> Explanation:
    """What stands behind the values of a metric in a period of a stream; the only stream where none is named.

    The values of a closed period are those that were closed; all else is of today's data.

    Raises:
        ContractError: no metric or no published stream has that name.
        PeriodError: the period cannot be read.
        SettingsError: several streams are published and none was named.
        StorageError: nothing was published yet, or the published definition is not this version's.
    """
    chosen = metric_by_key(metric)
    connection = open_published(settings)
    try:
        found = published_stream(connection, stream)
        _check_definition(connection, chosen, found)
        told = explain(connection, chosen, found, published_period(connection, found, chosen, period))
        closed = load_closed(connection, settings, found.stream)
        return replace(told, values=tuple(published(told.values, found, closed)) or told.values)
    finally:
        connection.close()


def published_stream(connection: duckdb.DuckDBPyConnection, name: str | None) -> Stream:
    """The stream as it was when its numbers were made, not as registered since; the only one where none is named.

    Raises:
        ContractError: no published stream has that name.
        SettingsError: several streams are published and none was named.
    """
    files = dict(connection.execute("SELECT stream, stream_file FROM streams ORDER BY stream").fetchall())
    if name is None and len(files) > 1:
        raise SettingsError(f"Several streams are published: {', '.join(files)}. Choose one with --stream.")
    chosen = name or next(iter(files), "")
    if chosen not in files:
        raise ContractError.from_unknown_name("The published stream", chosen, files)
    return parse_stream(files[chosen], f"stream file of {chosen}")


def _check_definition(connection: duckdb.DuckDBPyConnection, metric: Metric, stream: Stream) -> None:
    """An explanation by another definition than the published one would explain another number."""
    row = one_row(
        connection,
        "SELECT version, sql FROM definitions WHERE stream = $stream AND metric = $metric",
        {"stream": stream.stream, "metric": metric.key},
    )
    if row != (metric.version, printed_sql(metric, stream)):
        raise StorageError(
            f"{metric.key} of {stream.stream} was published by another definition than this version's "
            f"({metric.version}). Publish it anew: streamgauge run"
        )


def published_period(connection: duckdb.DuckDBPyConnection, stream: Stream, metric: Metric, text: str) -> Period:
    """A period of a metric of a published stream; 'all' is from its first to its newest data.

    Raises:
        PeriodError: the period cannot be read, or there is no data yet.
    """
    if text != "all":
        return parse_period(text, year_starts=stream.fiscal_year_starts)
    first_on, last_on = known_days(connection, stream, metric)
    if first_on is None or last_on is None:
        raise PeriodError(f"{stream.stream} has no case yet, so 'all' is no period; name one, e.g. 2026-Q3.")
    return whole(first_on, last_on)
