"""Instants as callers give them: an aware datetime, or nanoseconds since 1970 UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from streamgauge.event import Clock
from streamgauge.notices import warn_once

Instant = datetime | int
"""An aware datetime, or nanoseconds since 1970 UTC."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_EARLIEST_NS = -62_135_596_800_000_000_000  # 0001-01-01
_LATEST_NS = 253_402_300_799_999_999_999  # 9999-12-31


def to_ns(at: Instant | None, clock: Clock) -> int:
    """Nanoseconds since 1970 UTC; now where none is given, or where it cannot be an instant (said once)."""
    if at is None:
        return clock()
    if isinstance(at, datetime):
        if at.tzinfo is not None and at.utcoffset() is not None:
            return (at - _EPOCH) // _MICROSECOND * 1000
        warn_once("naive instant", f"at={at!r} has no time zone, so its instant is unknown; now is told instead")
        return clock()
    if isinstance(at, int) and _EARLIEST_NS <= at <= _LATEST_NS:
        return at
    warn_once("no instant", f"at={at!r} is no instant; give an aware datetime or nanoseconds; now is told instead")
    return clock()
