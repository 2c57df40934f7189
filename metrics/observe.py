"""Observe: run a metric's SQL and hold its rows as arrays, ready to be cut by period and dimension.

Reads contract tables through a connection it is given; knows no statistic.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from metrics.errors import ContractError
from metrics.metric import Metric, Observations
from metrics.periods import Period
from metrics.query import one_value
from metrics.stream.model import Stream

_EPOCH_ORDINAL = 719_163  # date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class ObservedGroup:
    """All observations of one combination of dimension values, ordered by day; an unknown amount is NaN."""

    dimensions: Mapping[str, str | None]
    day: NDArray[np.int64]
    amount: NDArray[np.float64]
    base: NDArray[np.float64]
    complete: NDArray[np.bool_]

    def within(self, period: Period) -> Observations:
        """The observations dated in a period; views, no copies."""
        first, until = period.first_on.toordinal(), period.until_on.toordinal()
        low, high = np.searchsorted(self.day, (first, until))
        cut = slice(low, high)
        return Observations(self.day[cut], self.amount[cut], self.base[cut], self.complete[cut], first, until)


def observe(
    connection: duckdb.DuckDBPyConnection,
    metric: Metric,
    stream: Stream,
    by: tuple[str, ...] = (),
    as_of: dt.datetime | None = None,
) -> list[ObservedGroup]:
    """Every observation of a metric, a group for each combination of the dimensions in `by`.

    `as_of` (UTC, without zone) is the instant of looking for metrics that count open work; the newest event by default.
    Without rows the list holds one empty group when `by` is empty, and none otherwise.

    Raises:
        ContractError: the metric has no such dimension.
    """
    parameters: dict[str, object] = {"stream": stream.stream}
    if "$as_of" in metric.sql:
        parameters["as_of"] = as_of or newest_event_at(connection, stream)
    rows = connection.sql(observation_sql(metric, stream, by), params=parameters).to_arrow_table()
    columns = {name: rows.column(name) for name in rows.column_names}
    day = columns["day"].to_numpy().astype(np.int64)
    amount = columns["amount"].to_numpy().astype(np.float64)
    base = columns["base"].to_numpy().astype(np.float64)
    complete = columns["complete"].to_numpy().astype(np.bool_)
    if not by:
        return [_ordered({}, day, amount, base, complete, slice(None))]
    labels = list(zip(*(columns[f"by_{number}"].to_pylist() for number in range(len(by))), strict=True))
    return list(_grouped(by, labels, day, amount, base, complete))


def newest_event_at(connection: duckdb.DuckDBPyConnection, stream: Stream) -> dt.datetime | None:
    """The newest event of the stream's cases, UTC without zone: open work is aged to it, never to a clock."""
    sql = "SELECT max(last_event_at) FROM cases WHERE stream = $stream"
    found: dt.datetime | None = one_value(connection, sql, {"stream": stream.stream})
    return found


def printed_sql(metric: Metric, stream: Stream) -> str:
    """The metric's SQL with its parameters written in: it runs as printed, on the warehouse or a published copy."""
    name = "'" + stream.stream + "'"  # an identifier by the stream file's own rule, so it holds no quote
    newest = f"(SELECT max(last_event_at) FROM cases WHERE stream = {name})"
    return metric.sql.strip().replace("$stream", name).replace("$as_of", newest)


def observation_sql(metric: Metric, stream: Stream, by: tuple[str, ...] = ()) -> str:
    """The metric's SQL as run: with its day as an integer and the dimensions asked for as text.

    Raises:
        ContractError: the metric has no such dimension.
    """
    picked = "".join(
        f", ({dimension_sql(metric, stream, name)})::VARCHAR AS by_{number}" for number, name in enumerate(by)
    )
    only = ""
    if metric.unless_split and metric.unless_split[0] not in by:
        only = f" AND {metric.unless_split[0]} = '{metric.unless_split[1]}'"
    return (
        f"SELECT (observed_on - DATE '1970-01-01') + {_EPOCH_ORDINAL} AS day, amount::DOUBLE AS amount, "
        f"base::DOUBLE AS base, complete{picked}\nFROM ({metric.sql.strip()})\nWHERE observed_on IS NOT NULL{only}"
    )


def dimension_sql(metric: Metric, stream: Stream, name: str) -> str:
    """SQL of a dimension: one of the metric's own, or a segment of the stream file.

    Raises:
        ContractError: neither knows it.
    """
    has_segments = "segments" in metric.sql
    if name in metric.dimensions:
        return name
    if has_segments and name in stream.segments:
        return f"json_extract_string(segments, '$.{name}')"
    known = (*metric.dimensions, *(stream.segments if has_segments else ()))
    raise ContractError.from_unknown_name(f"{metric.key} has no dimension of that name:", name, known)


def _grouped(
    by: tuple[str, ...],
    labels: list[tuple[str | None, ...]],
    day: NDArray[np.int64],
    amount: NDArray[np.float64],
    base: NDArray[np.float64],
    complete: NDArray[np.bool_],
) -> Iterator[ObservedGroup]:
    members: dict[tuple[str | None, ...], list[int]] = {}
    for place, label in enumerate(labels):
        members.setdefault(label, []).append(place)
    for label in sorted(members, key=lambda values: tuple((value is None, value or "") for value in values)):
        chosen = np.asarray(members[label])
        yield _ordered(dict(zip(by, label, strict=True)), day, amount, base, complete, chosen)


def _ordered(
    dimensions: Mapping[str, str | None],
    day: NDArray[np.int64],
    amount: NDArray[np.float64],
    base: NDArray[np.float64],
    complete: NDArray[np.bool_],
    chosen: slice | NDArray[np.int64],
) -> ObservedGroup:
    """The chosen rows by day, then by value, so that the order of rows in the table cannot show in any sum."""
    order = np.lexsort((base[chosen], amount[chosen], day[chosen]))
    return ObservedGroup(
        dimensions, day[chosen][order], amount[chosen][order], base[chosen][order], complete[chosen][order]
    )
