"""One event as it is told: made once, before the first try to send it, and the same bytes on every retry.

Knows CloudEvents 1.0 and the names of `attributes`; knows no outbox and no transport.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from streamgauge.facts import Written, quote, write

Clock = Callable[[], int]
"""Nanoseconds since 1970, UTC; `time.time_ns` unless told otherwise."""
NewId = Callable[[int], str]
"""An event id from the nanosecond at which it is made."""


class Event(NamedTuple):
    """What happened. Source and sequence are not part of it: the outbox that takes it numbers what it holds.

    `at_ns` is nanoseconds since 1970 UTC; `data` holds attributes under their short names (`case.id`, `lifecycle` …).
    """

    id: str
    type: str
    at_ns: int
    data: Mapping[str, object]
    traceparent: str | None = None

    def encode(self, source: str, sequence: int) -> bytes:
        """CloudEvents 1.0 JSON, UTF-8, one line without its end. Whatever `data` holds, this does not fail."""
        data = self.data
        facts = data.facts if type(data) is Written else write(data)
        trace = "" if self.traceparent is None else f',"traceparent":{quote(self.traceparent)}'
        return (
            f'{{"specversion":"1.0","id":{quote(self.id)},"source":{quote(source)},"type":{quote(self.type)},'
            f'"time":"{to_rfc3339(self.at_ns)}"{trace},"data":{{"event.sequence":{sequence}{facts}}}}}'
        ).encode("utf-8", "replace")


def to_rfc3339(at_ns: int) -> str:
    """An instant as RFC 3339 text in UTC, to the microsecond."""
    seconds, nanoseconds = divmod(at_ns, 1_000_000_000)
    return f"{_second(seconds)}.{nanoseconds // 1000:06d}Z"


@lru_cache(maxsize=64)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")


def uuid7(at_ns: int | None = None) -> str:
    """A UUID of version 7 (RFC 9562): ascending in time by the millisecond, unique by 72 random bits."""
    milliseconds = (time.time_ns() if at_ns is None else at_ns) // 1_000_000
    instant, random = f"{milliseconds & 0xFFFF_FFFF_FFFF:012x}", _draw()
    return f"{instant[:8]}-{instant[8:]}-7{random[:3]}-b{random[3:6]}-{random[6:]}"


def _draw() -> str:
    """18 random hex digits. They are drawn ahead: the system call would be half the cost of an id."""
    try:
        return _DRAWN.pop()
    except IndexError:
        digits = os.urandom(9 * 128).hex()
        _DRAWN.extend([digits[place : place + 18] for place in range(18, len(digits), 18)])
        return digits[:18]


_DRAWN: list[str] = []
os.register_at_fork(after_in_child=_DRAWN.clear)  # a child must not make the ids of its parent
