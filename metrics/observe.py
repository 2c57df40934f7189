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
from metrics.metric import Bounds, Metric, Observations
from metrics.periods import Period
from metrics.query import one_value
from metrics.stream.model import Stream

_EPOCH_ORDINAL = 719_163  # date(1970, 1, 1).toordinal()
BOUNDS = ("least_amount", "least_base", "most_amount", "most_base")


@dataclass(frozen=True, slots=True)
class ObservedGroup:
    """All observations of one combination of dimension values, ordered by day; an unknown amount is NaN."""

    dimensions: Mapping[str, str | None]
    day: NDArray[np.int64]
    amount: NDArray[np.float64]
    base: NDArray[np.float64]
    complete: NDArray[np.bool_]
    bounds: Bounds | None = None

    def within(self, period: Period) -> Observations:
        """The observations dated in a period; views, no copies."""
        first, until = period.first_on.toordinal(), period.until_on.toordinal()
        low, high = np.searchsorted(self.day, (first, until))
        cut = slice(low, high)
        bounds = None if self.bounds is None else self.bounds.cut(cut)
        return Observations(self.day[cut], self.amount[cut], self.base[cut], self.complete[cut], first, until, bounds)


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
    is_bounded = metric.bounded_by is not None and bool(one_value(connection, _is_uncertain_sql(metric), parameters))
    sql = observation_sql(metric, stream, by, with_bounds=is_bounded)
    columns = connection.sql(sql, params=parameters).fetchnumpy()
    day = np.asarray(columns["day"], dtype=np.int64)
    amount = np.ma.filled(columns["amount"], np.nan)
    base = np.ma.filled(columns["base"], np.nan)
    complete = np.asarray(columns["complete"], dtype=np.bool_)
    bounds = Bounds(*(np.ma.filled(columns[name], np.nan) for name in BOUNDS)) if is_bounded else None
    whole = ObservedGroup({}, day, amount, base, complete, bounds)
    if not by:
        return [_ordered({}, whole, slice(None))]
    # `tolist` says None where there is no value; `filled(None)` would say "?", a value of its own.
    labels = list(zip(*(columns[f"by_{number}"].tolist() for number in range(len(by))), strict=True))
    return list(_grouped(by, labels, whole))


def _is_uncertain_sql(metric: Metric) -> str:
    """Is anything unknown at all? Asked first, as four more columns for nothing would cost as much as all the rest."""
    pairs = [f"{end}_{column} IS DISTINCT FROM {column}" for end in ("least", "most") for column in ("amount", "base")]
    return f"SELECT bool_or({' OR '.join(pairs)}) FROM ({metric.sql.strip()})"


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


def observation_sql(
    metric: Metric, stream: Stream, by: tuple[str, ...] = (), *, with_bounds: bool = True, with_subject: bool = False
) -> str:
    """The metric's SQL as run: with its day as an integer and the dimensions asked for as text.

    Raises:
        ContractError: the metric has no such dimension.
    """
    picked = "".join(
        f", ({dimension_sql(metric, stream, name)})::VARCHAR AS by_{number}" for number, name in enumerate(by)
    )
    bounds = "".join(f", {name}::DOUBLE AS {name}" for name in BOUNDS) if metric.bounded_by and with_bounds else ""
    subject = ", subject" if with_subject else ""
    only = ""
    if metric.unless_split and metric.unless_split[0] not in by:
        only = f" AND {metric.unless_split[0]} = '{metric.unless_split[1]}'"
    return (
        f"SELECT (observed_on - DATE '1970-01-01') + {_EPOCH_ORDINAL} AS day, amount::DOUBLE AS amount, "
        f"base::DOUBLE AS base, complete{bounds}{picked}{subject}\n"
        f"FROM ({metric.sql.strip()})\nWHERE observed_on IS NOT NULL{only}"
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
    by: tuple[str, ...], labels: list[tuple[str | None, ...]], whole: ObservedGroup
) -> Iterator[ObservedGroup]:
    members: dict[tuple[str | None, ...], list[int]] = {}
    for place, label in enumerate(labels):
        members.setdefault(label, []).append(place)
    for label in sorted(members, key=lambda values: tuple((value is None, value or "") for value in values)):
        yield _ordered(dict(zip(by, label, strict=True)), whole, np.asarray(members[label]))


def _ordered(
    dimensions: Mapping[str, str | None], whole: ObservedGroup, chosen: slice | NDArray[np.intp]
) -> ObservedGroup:
    """The chosen rows by day, then by value, so that the order of rows in the table cannot show in any sum."""
    day, amount, base, complete = whole.day[chosen], whole.amount[chosen], whole.base[chosen], whole.complete[chosen]
    if whole.bounds is None:
        order = _order(day, amount, base)
        return ObservedGroup(dimensions, day[order], amount[order], base[order], complete[order])
    bounds = whole.bounds.cut(chosen)
    ends = (bounds.most_base, bounds.most_amount, bounds.least_base, bounds.least_amount)
    order = np.lexsort((*ends, base, amount, day))
    return ObservedGroup(dimensions, day[order], amount[order], base[order], complete[order], bounds.cut(order))


def _order(day: NDArray[np.int64], amount: NDArray[np.float64], base: NDArray[np.float64]) -> NDArray[np.int64]:
    """Positions by day, then amount, then base. Sums of whole numbers are exact in any order: no sorting for those."""
    if not len(day):
        return np.arange(0)
    since: NDArray[np.integer] = day - day.min()
    if since.max() < np.iinfo(np.uint16).max:
        since = since.astype(np.uint16)  # so few values are sorted by counting them, not by comparing
    if not _is_whole(base):
        by_value = np.lexsort((base, amount))
    elif not _is_whole(amount):
        by_value = np.argsort(amount)
    else:
        return np.argsort(since, kind="stable")
    return by_value[np.argsort(since[by_value], kind="stable")]


def _is_whole(values: NDArray[np.float64]) -> bool:
    return bool((values == np.floor(values)).all())
