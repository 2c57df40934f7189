"""The local day of an instant, as SQL. A conversion by the calendar library costs six times the comparisons here.

The offsets of a zone change a few times a year, at known instants. For the years up to the newest event a tree of
comparisons finds the one in force; all other instants go through DuckDB's own conversion.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from zoneinfo import ZoneInfo

from metrics.query import literal

_YEARS = 3  # written out; more would cost more in planning than they save in running
_WEEK_SECONDS = 7 * 24 * 3600
_MICROSECONDS = 1_000_000
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

Change = tuple[int, int]  # from this second of UTC (Unix time), this many seconds ahead of UTC


def local_day(time_zone: str, newest_at: dt.datetime | None = None) -> Callable[[str], str]:
    """A function from a UTC instant (SQL) to its local day (SQL); fast for the years before `newest_at`."""
    if time_zone == "UTC":
        return lambda column: f"({column})::DATE"

    def converted(column: str) -> str:
        return f"(({column} AT TIME ZONE 'UTC') AT TIME ZONE {literal(time_zone)})::DATE"

    if newest_at is None:
        return converted
    first, until = _instant(newest_at.year + 1 - _YEARS), _instant(newest_at.year + 1)
    changes = offset_changes(time_zone, first, until)

    def compared(column: str) -> str:
        told = f"epoch_us({column})"
        within = f"{told} >= {first * _MICROSECONDS} AND {told} < {until * _MICROSECONDS}"
        day = f"make_timestamp({told} + {_tree(changes, told)})::DATE"
        return f"CASE WHEN {column} IS NULL THEN NULL WHEN {within} THEN {day} ELSE {converted(column)} END"

    return compared


@lru_cache
def offset_changes(time_zone: str, first: int, until: int) -> tuple[Change, ...]:
    """When the offset changes, to the second, and what it is from then on; the first entry is the start."""
    zone = ZoneInfo(time_zone)
    at, changes = first, [(first, _offset(zone, first))]
    while at < until:
        following = min(at + _WEEK_SECONDS, until)
        if _offset(zone, following) != changes[-1][1]:
            following = _first_second(zone, at, following)
            changes.append((following, _offset(zone, following)))
        at = following
    return tuple(changes)


def _first_second(zone: ZoneInfo, before: int, after: int) -> int:
    """The first second of a new offset, by halving."""
    old = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _tree(changes: tuple[Change, ...], told: str) -> str:
    """SQL for the offset in microseconds at an instant in microseconds, each comparison halving what is left."""
    if len(changes) == 1:
        return str(changes[0][1] * _MICROSECONDS)
    half = len(changes) // 2
    border = changes[half][0] * _MICROSECONDS
    return f"CASE WHEN {told} < {border} THEN {_tree(changes[:half], told)} ELSE {_tree(changes[half:], told)} END"


def _offset(zone: ZoneInfo, second: int) -> int:
    offset = (_EPOCH + dt.timedelta(seconds=second)).astimezone(zone).utcoffset()
    assert offset is not None  # a datetime with a zone always has one
    return int(offset.total_seconds())


def _instant(year: int) -> int:
    return int(dt.datetime(year, 1, 1, tzinfo=dt.UTC).timestamp())
