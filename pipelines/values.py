"""Values on request: the metrics of any period, grain and split, from the published copy."""

from __future__ import annotations

import duckdb

from metrics.catalog import CATALOG, metric_by_key
from metrics.closing.closed import published
from metrics.errors import ContractError, PeriodError
from metrics.evaluate import Value, evaluate, evaluate_period
from metrics.metric import Metric
from metrics.observe import dimension_sql
from metrics.periods import GRAINS, Grain, parse_period
from metrics.stream import Stream
from pipelines.closings import load_closed
from pipelines.registry import load, load_measurable
from pipelines.settings import Settings
from pipelines.warehouse.publication import open_published


def read_values(
    settings: Settings,
    stream: str | None = None,
    metric: str | None = None,
    period: str | None = None,
    grain: str | None = None,
    by: tuple[str, ...] = (),
) -> list[Value]:
    """Values of the chosen streams and metrics. Without a period, or with `all`, every period of the grain.

    The grain is a quarter where neither is given, and everything as one where only `all` is.

    Values of closed periods are those that were closed; split by a dimension they are as known now.

    With `by`, metrics that have no such dimension are left out, unless the metric was named.

    Raises:
        PeriodError: period or grain cannot be read, or contradict each other.
        ContractError: no metric has that name, or that dimension.
        StorageError: nothing was published yet, or the file of a closed quarter is not as it was written.
    """
    chosen = (metric_by_key(metric),) if metric else CATALOG
    streams = [load(settings, stream)] if stream else load_measurable(settings)
    connection = open_published(settings)
    try:
        values: list[Value] = []
        for registered in streams:
            closed = load_closed(connection, settings, registered.stream.stream)
            for one in _splittable(chosen, registered.stream, by, is_named=metric is not None):
                found = _values_of(connection, one, registered.stream, period, grain, by)
                values += published(found, registered.stream, closed)
        return values
    finally:
        connection.close()


def _values_of(
    connection: duckdb.DuckDBPyConnection,
    metric: Metric,
    stream: Stream,
    period: str | None,
    grain: str | None,
    by: tuple[str, ...],
) -> list[Value]:
    told = None if grain is None else _grain(grain)
    if period is None or period == "all":
        wanted: Grain = "all" if period == "all" else "quarter"
        return list(evaluate(connection, metric, stream, [told or wanted], by))
    parsed = parse_period(period, year_starts=stream.fiscal_year_starts)
    if told is None or told == parsed.grain:
        return list(evaluate_period(connection, metric, stream, parsed, by))
    if GRAINS.index(told) > GRAINS.index(parsed.grain):
        raise PeriodError.from_coarser_grain(parsed.key, parsed.grain, told)
    return list(evaluate_period(connection, metric, stream, parsed, by, told))


def _grain(text: str) -> Grain:
    if text not in GRAINS:
        raise PeriodError.from_unknown_grain(text, GRAINS)
    return text


def _splittable(metrics: tuple[Metric, ...], stream: Stream, by: tuple[str, ...], *, is_named: bool) -> list[Metric]:
    kept: list[Metric] = []
    problem: ContractError | None = None
    for metric in metrics:
        try:
            for name in by:
                dimension_sql(metric, stream, name)
            kept.append(metric)
        except ContractError as error:
            problem = error
    if problem is not None and (is_named or not kept):
        raise problem
    return kept
