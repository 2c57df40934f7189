"""Closing a quarter: its record, taken from what is about to be published of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

import duckdb

from metrics.baseline import sql_hash_of
from metrics.catalog import CATALOG, HEADLINE
from metrics.closing.closed import Closed, published
from metrics.closing.record import (
    CLOSING_GRAINS,
    ClosedDefinition,
    ClosedQuarter,
    ClosedSum,
    ClosedSummary,
    Row,
    dimensions_text,
    periods_in,
    plain_rows,
)
from metrics.effects.segments import told_statistics
from metrics.errors import MetricError
from metrics.evaluate import Value, evaluate, known_days, summaries_of, unit_of
from metrics.evidence.rows import key_of
from metrics.metric import Metric
from metrics.observe import newest_event_at, observe
from metrics.periods import Period
from metrics.published import COMPARISONS, EVIDENCE, METRIC_VALUES
from metrics.reports.catalog import REPORTS
from metrics.stream.model import Stream
from metrics.tables.table import Table
from metrics.verdicts import FEWEST

KEPT_COMPARISONS = ("period", "segment", "baseline")
"""Kinds of comparisons that a quarter is the later side of; their label is its key."""
_SUMS = """
SELECT cost_class, currency, count(*), count(*) FILTER (amount IS NULL), sum(amount)::DECIMAL(38, 6) FROM costs
WHERE stream = $stream AND incurred_on >= $first_on AND incurred_on < $until_on GROUP BY ALL ORDER BY ALL
"""


def kept_reports() -> tuple[Table, ...]:
    """The reports whose rows of a quarter are closed with it."""
    return tuple(report.table for report in REPORTS if report.closes and "period" in report.table.column_names)


def why_not_closed(connection: duckdb.DuckDBPyConnection, stream: Stream, quarter: Period) -> str | None:
    """Why a quarter cannot be closed: it is none, has no data, or has not ended. None: it can."""
    if quarter.grain != "quarter":
        return f"{quarter.key} is a {quarter.grain}; quarters are closed, with their months and weeks: 2026-Q3."
    first_on, last_on = known_days(connection, stream)
    if first_on is None or last_on is None or last_on < quarter.first_on or first_on >= quarter.until_on:
        return f"{stream.stream} has no data in {quarter.key}, so there is nothing to close."
    if last_on + dt.timedelta(days=1) < quarter.until_on:
        return f"{quarter.key} ends after the newest data of {stream.stream} ({last_on}); close it when it is whole."
    return None


def immature_in(connection: duckdb.DuckDBPyConnection, stream: Stream, quarter: Period) -> list[tuple[str, str]]:
    """Metrics whose values of the quarter may still move by themselves, each with the day from which they are final."""
    _, last_on = known_days(connection, stream)
    sql = (
        "SELECT metric, max(matures_on) AS final_on FROM metric_values WHERE stream = $stream AND grain = 'quarter' "
        "AND period = $period GROUP BY metric HAVING final_on > $last_on ORDER BY ALL"
    )
    told = {"stream": stream.stream, "period": quarter.key, "last_on": last_on}
    return [(metric, str(final_on)) for metric, final_on in connection.execute(sql, told).fetchall()]


def take_quarter(
    connection: duckdb.DuckDBPyConnection, stream: Stream, quarter: Period, closed: Closed
) -> ClosedQuarter:
    """The numbers of a quarter as they stand; `closed` are the quarters that are closed already.

    Raises:
        MetricError: the quarter cannot be closed, or what was measured last is not what the facts give now.
    """
    if reason := why_not_closed(connection, stream, quarter):
        raise MetricError(reason)
    rows = {METRIC_VALUES.name: _values(connection, stream, quarter)}
    labels = "kind IN ('" + "', '".join(KEPT_COMPARISONS) + "') AND label = $period"
    rows[COMPARISONS.name] = _rows(connection, COMPARISONS, stream, labels, {"period": quarter.key})
    keys = {"periods": [period.key for period in periods_in(quarter)]}
    for table in kept_reports():
        rows[table.name] = _rows(connection, table, stream, "period IN (SELECT unnest($periods))", keys)
    rows[EVIDENCE.name] = _evidence(connection, stream, rows)
    summaries = tuple(_summaries(connection, stream, quarter, closed))
    _check(stream, rows[METRIC_VALUES.name], summaries)
    return ClosedQuarter(
        stream.stream, quarter, newest_event_at(connection, stream), definitions_now(stream), rows, summaries,
        sums_of(connection, stream, quarter),
    )  # fmt: skip


def definitions_now(stream: Stream) -> tuple[ClosedDefinition, ...]:
    """By what each metric is measured."""
    return tuple(ClosedDefinition(m.key, m.version, sql_hash_of(m), unit_of(m, stream)) for m in CATALOG)


def sums_of(connection: duckdb.DuckDBPyConnection, stream: Stream, quarter: Period) -> tuple[ClosedSum, ...]:
    """What each class of cost of a quarter comes to, to the last decimal."""
    told = {"stream": stream.stream, "first_on": quarter.first_on, "until_on": quarter.until_on}
    return tuple(ClosedSum(*row) for row in connection.execute(_SUMS, told).fetchall())


def values_in(values: Iterable[Value], quarter: Period) -> Iterator[Value]:
    """Those of the quarter, and of the months and weeks wholly in it."""
    wanted = {(period.grain, period.key) for period in periods_in(quarter)}
    return (value for value in values if (value.period.grain, value.period.key) in wanted)


def _values(connection: duckdb.DuckDBPyConnection, stream: Stream, quarter: Period) -> tuple[Row, ...]:
    within = "grain IN ('week', 'month', 'quarter') AND first_on >= $first_on AND until_on <= $until_on"
    days = {"first_on": quarter.first_on, "until_on": quarter.until_on}
    return _rows(connection, METRIC_VALUES, stream, within, days)


def _rows(
    connection: duckdb.DuckDBPyConnection, table: Table, stream: Stream, where: str, told: Mapping[str, object]
) -> tuple[Row, ...]:
    columns = ", ".join(f'"{name}"' for name in table.column_names)
    order = ", ".join(f'"{name}"' for name in table.key)
    sql = f"SELECT {columns} FROM {table.name} WHERE stream = $stream AND {where} ORDER BY {order}"
    found = connection.execute(sql, {"stream": stream.stream, **told}).fetchall()
    return plain_rows(table.column_names, found)


def _evidence(
    connection: duckdb.DuckDBPyConnection, stream: Stream, rows: Mapping[str, tuple[Row, ...]]
) -> tuple[Row, ...]:
    """The ids of these rows and what they were made of, so that a closed number keeps its id."""
    tables = {table.name: table for table in (METRIC_VALUES, COMPARISONS, *kept_reports())}
    wanted = {(name, key_of(tables[name], row)) for name, told in rows.items() for row in told}
    found = _rows(connection, EVIDENCE, stream, "TRUE", {})
    return tuple(row for row in found if (row["table_name"], row["row_key"]) in wanted)


def _summaries(
    connection: duckdb.DuckDBPyConnection, stream: Stream, quarter: Period, closed: Closed
) -> Iterator[ClosedSummary]:
    for metric in CATALOG:
        found = published(evaluate(connection, metric, stream, CLOSING_GRAINS), stream, closed)
        for value in values_in(found, quarter):
            dimensions = dimensions_text(value.dimensions)
            yield ClosedSummary(metric.key, value.period.grain, value.period.key, dimensions, value.summary)
    for metric in HEADLINE:
        yield from _by_segment(connection, stream, metric, quarter)


def _by_segment(
    connection: duckdb.DuckDBPyConnection, stream: Stream, metric: Metric, quarter: Period
) -> Iterator[ClosedSummary]:
    """What the next quarter's segments are compared with: those with observations enough to be compared at all."""
    for name in stream.segments if "segments" in metric.sql else ():
        for group in observe(connection, metric, stream, (name,)):
            observed = group.within(quarter)
            for summary in summaries_of(metric, observed) if len(observed) >= FEWEST else ():
                if summary.statistic in told_statistics(metric):
                    dimensions = dimensions_text({name: group.dimensions[name]})
                    yield ClosedSummary(metric.key, "quarter", quarter.key, dimensions, summary)


def _check(stream: Stream, rows: Iterable[Row], summaries: Iterable[ClosedSummary]) -> None:
    """Every summary must be what its row says: a run that was cut off leaves the two apart."""
    names = ("metric", "statistic", "grain", "period")
    stored = {tuple(str(row[name]) for name in names): (row["value"], row["n"]) for row in rows}
    now = {
        (s.metric, s.summary.statistic.value, s.grain, s.period): (s.summary.value, s.summary.n)
        for s in summaries if s.dimensions == "{}"
    }  # fmt: skip
    if not now or any(stored.get(place) != told for place, told in now.items()):
        raise MetricError(
            f"The numbers of {stream.stream} are not those of its last whole run. Run first: streamgauge run"
        )
