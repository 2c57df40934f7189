"""Measures in the warehouse: the tables reports read, filled from `metrics` and written stream by stream."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from importlib.metadata import version

import duckdb

from metrics.catalog import CATALOG
from metrics.closing.closed import published
from metrics.decisions.stored import decision_rows, risk_rows
from metrics.definition import definition_of
from metrics.effects.periods import period_effects
from metrics.evaluate import Value, evaluate, unit_of
from metrics.metric import Metric
from metrics.observe import printed_sql
from metrics.periods import Grain
from metrics.query import one_row
from metrics.stream import Stream
from metrics.targets import targets_of
from pipelines.ledger.manifest import Manifest
from pipelines.registry import Registered
from pipelines.settings import Settings
from pipelines.warehouse.current import relation_of, told_relation
from pipelines.warehouse.recomputed import recompute
from pipelines.warehouse.rows import insert_rows

__all__ = ["STORED_GRAINS", "describe", "insert_rows", "measure_metric"]
STORED_GRAINS: tuple[Grain, ...] = ("week", "month", "quarter", "all")


def measure_metric(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, metric: Metric
) -> int:
    """Store the values of one metric at every grain, and its changes by quarter. Returns how many values.

    Of closed periods these are the values as they were closed; what they would be now is kept beside them.

    Raises:
        StorageError: the file of a closed quarter is not as it was written.
    """
    stream = registered.stream
    today = list(evaluate(connection, metric, stream, STORED_GRAINS))
    closed = recompute(connection, settings, registered, metric, today)
    values = list(published(today, stream, closed))
    of_metric = "stream = $stream AND metric = $metric"
    parameters = {"stream": stream.stream, "metric": metric.key}
    connection.execute(f"DELETE FROM metric_values WHERE {of_metric}", parameters)
    insert_rows(connection, "metric_values", (value.as_row() for value in values))
    connection.execute(f"DELETE FROM comparisons WHERE kind = 'period' AND {of_metric}", parameters)
    quarters: list[Value] = [value for value in values if value.period.grain == "quarter"]
    insert_rows(
        connection, "comparisons", (effect.as_row() for effect in period_effects(stream, metric, quarters, closed))
    )
    return len(values)


def describe(
    connection: duckdb.DuckDBPyConnection, registered: Registered, manifest: Manifest, run_id: str, ran_at: dt.datetime
) -> None:
    """Store what numbers were made from and are held against (state, targets, definitions), and what people decide."""
    name = registered.stream.stream
    for table in ("streams", "targets", "definitions", "decisions", "risks"):
        connection.execute(f"DELETE FROM {table} WHERE stream = $stream", {"stream": name})
    insert_rows(connection, "streams", [_state(connection, registered, manifest, run_id, ran_at)])
    insert_rows(connection, "targets", _targets(registered.stream))
    insert_rows(connection, "definitions", [_definition(metric, registered.stream) for metric in CATALOG])
    told = registered.decisions
    insert_rows(connection, "decisions", decision_rows(registered.stream, told.decisions))
    insert_rows(connection, "risks", risk_rows(registered.stream, told.risks))


def _state(
    connection: duckdb.DuckDBPyConnection, registered: Registered, manifest: Manifest, run_id: str, ran_at: dt.datetime
) -> dict[str, object]:
    stream = registered.stream
    ((cases, open_cases, ended, measured),) = connection.execute(
        """
        SELECT count(*), count(*) FILTER (finished_at IS NULL), count(finished_at),
            count(*) FILTER (finished_at >= triggered_at
                OR epoch_us(finished_at) + coalesce(finished_within_us, 0) > epoch_us(triggered_at))
        FROM cases WHERE stream = $stream
        """,
        {"stream": stream.stream},
    ).fetchall()
    ((told,),) = connection.execute(
        f"SELECT count(DISTINCT case_key) FROM {relation_of(manifest)} WHERE failure_stage_code IS NULL"
    ).fetchall()
    events, last_event_at, last_arrival_at, fingerprint = _known(connection, manifest)
    return {
        "stream": stream.stream, "name": stream.name, "stream_file": registered.text,
        "stream_file_hash": registered.text_hash, "time_zone": stream.time_zone, "events": events,
        "cases": cases, "open_cases": open_cases, "measured_cases": measured, "ended_cases": ended,
        "untriggered_cases": told - cases, "quarantined": manifest.quarantined, **_arrivals(connection, stream),
        "last_event_at": last_event_at, "last_arrival_at": last_arrival_at,
        "ran_at": ran_at, "run_id": run_id, "ledger_fingerprint": f"{fingerprint:016x}",
        "code_version": version("streamgauge-platform"),
    }  # fmt: skip


def _known(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> tuple[int, dt.datetime, dt.datetime, int]:
    """Events, newest event, newest arrival and fingerprint: of the manifest, or of what was known by then."""
    if manifest.as_of is None:
        newest = dt.datetime.fromisoformat(max(s.last_event_at for s in manifest.segments))
        arrived = dt.datetime.fromisoformat(max(s.arrived_at for s in manifest.segments))
        return manifest.rows, newest, arrived, manifest.fingerprint
    total = "(coalesce(sum(fingerprint::HUGEINT), 0) % 18446744073709551616)::UBIGINT"
    sql = f"SELECT count(*), max(event_at), max(ingested_at), {total} FROM {told_relation(manifest)}"
    row = one_row(connection, sql)
    assert row is not None
    events, newest, arrived, fingerprint = row
    return events, newest, arrived, fingerprint


def _arrivals(connection: duckdb.DuckDBPyConnection, stream: Stream) -> dict[str, object]:
    names = ("received", "late", "ahead", "missing_numbers")
    row = one_row(
        connection, f"SELECT {', '.join(names)} FROM arrivals WHERE stream = $stream", {"stream": stream.stream}
    )
    return dict(zip(names, row or (None,) * len(names), strict=True))


def _targets(stream: Stream) -> Iterable[dict[str, object]]:
    for metric, statistic, target in targets_of(stream):
        yield {
            "stream": stream.stream, "metric": metric.key, "statistic": statistic.value, "target": target,
            "unit": unit_of(metric, stream),
        }  # fmt: skip


def _definition(metric: Metric, stream: Stream) -> dict[str, object]:
    return {
        "stream": stream.stream, "metric": metric.key, "version": metric.version,
        "label": metric.label, "sentence": metric.sentence,
        "unit": metric.unit, "better": metric.better.value, "reading": metric.reading.value,
        "definition": definition_of(metric, stream), "sql": printed_sql(metric, stream),
    }  # fmt: skip
