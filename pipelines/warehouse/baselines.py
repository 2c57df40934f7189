"""Baselines in the warehouse: what was frozen, how it stands today, and every later quarter against it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import duckdb

from metrics.baseline import window_of
from metrics.effects.families import count_families
from metrics.effects.frozen import Kept, baseline_effects, kept_values
from metrics.metric import Summary
from pipelines.baselines import Frozen, current_of, freeze_named, load_frozen
from pipelines.closings import load_closed
from pipelines.registry import Registered
from pipelines.settings import Settings
from pipelines.warehouse.measures import insert_rows


def write_baselines(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, at: dt.datetime
) -> int:
    """Freeze what the stream file names, once it is whole; store all that is frozen. Returns how many rows.

    Raises:
        StorageError: a frozen file is not as it was written, or cannot be written.
    """
    stream = registered.stream
    freeze_named(connection, settings, registered, at)
    frozen = load_frozen(settings, stream.stream)
    current = current_of(frozen, window_of(stream))
    of_stream = {"stream": stream.stream}
    rows = [row for one in frozen for row in _rows(connection, registered, one, is_current=one is current)]
    closed = load_closed(connection, settings, stream.stream)
    against = () if current is None else baseline_effects(connection, stream, current.baseline, closed)
    changes = list(count_families(against))
    connection.execute("DELETE FROM baselines WHERE stream = $stream", of_stream)
    connection.execute("DELETE FROM comparisons WHERE stream = $stream AND kind = 'baseline'", of_stream)
    insert_rows(connection, "comparisons", (effect.as_row() for effect in changes))
    return insert_rows(connection, "baselines", rows)


def _rows(
    connection: duckdb.DuckDBPyConnection, registered: Registered, frozen: Frozen, *, is_current: bool
) -> Iterator[dict[str, object]]:
    baseline = frozen.baseline
    today = kept_values(connection, registered.stream, baseline) if is_current else ()
    states = {(kept.metric, kept.frozen.statistic): kept for kept in today}
    for metric in baseline.metrics:
        for summary in metric.summaries:
            yield {
                "stream": baseline.stream, "baseline": baseline.window.key, "version": frozen.version,
                "is_current": is_current, "metric": metric.metric, "statistic": summary.statistic.value,
                "first_on": baseline.window.first_on, "until_on": baseline.window.until_on, "value": summary.value,
                "low": summary.low, "high": summary.high, "n": summary.n, "unit": metric.unit,
                **_today(summary, states.get((metric.metric, summary.statistic))),
                "definition_version": metric.definition_version, "sql_hash": metric.sql_hash,
                "observations": metric.population.count, "observations_fingerprint": metric.population.fingerprint,
                "cases": baseline.cases.count, "cases_fingerprint": baseline.cases.fingerprint,
                "stream_file_hash": frozen.stream_file_hash, "ledger_fingerprint": frozen.ledger_fingerprint,
                "code_version": frozen.code_version, "frozen_at": frozen.frozen_at, "note": baseline.note or None,
                "why_again": frozen.why_again,
            }  # fmt: skip


def _today(summary: Summary, kept: Kept | None) -> dict[str, object]:
    if kept is None:
        return {"value_now": None, "restated_by": None, "reason": summary.reason}
    return {
        "value_now": kept.now and kept.now.value, "restated_by": kept.restated_by,
        "reason": kept.reason or summary.reason,
    }  # fmt: skip
