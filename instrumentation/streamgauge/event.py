"""One event as it is told: made once, before the first try to send it, and the same bytes on every retry.

Knows CloudEvents 1.0 and the names of `attributes`; knows no outbox and no transport.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring
from typing import NamedTuple

Clock = Callable[[], int]
"""Nanoseconds since 1970, UTC; `time.time_ns` unless told otherwise."""
NewId = Callable[[int], str]
"""An event id from the nanosecond at which it is made."""

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=str).encode
_VARIANT = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))


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
        trace = "" if self.traceparent is None else f',"traceparent":{encode_basestring(self.traceparent)}'
        members = _members(self.data)
        return (
            f'{{"specversion":"1.0","id":{encode_basestring(self.id)},"source":{encode_basestring(source)},'
            f'"type":{encode_basestring(self.type)},"time":"{to_rfc3339(self.at_ns)}"{trace},'
            f'"data":{{"event.sequence":{sequence}{"," if members else ""}{members}}}}}'
        ).encode("utf-8", "replace")


def _members(data: Mapping[str, object]) -> str:
    """The inside of a JSON object; where a value has no JSON, its text stands for it, and the event is not lost."""
    try:
        return _ENCODE(data)[1:-1]
    except Exception as error:  # anything: a caller's object may raise what it likes while it is written
        if len(data) == 1:
            name, value = next(iter(data.items()))
            reason = f"{type(value).__name__} that has no JSON: {type(error).__name__}"
            return f"{encode_basestring(str(name))}:{encode_basestring(reason)}"
        return ",".join(_members({name: value}) for name, value in data.items())


def to_rfc3339(at_ns: int) -> str:
    """An instant as RFC 3339 text in UTC, to the microsecond."""
    seconds, nanoseconds = divmod(at_ns, 1_000_000_000)
    return f"{_second(seconds)}.{nanoseconds // 1000:06d}Z"


@lru_cache(maxsize=64)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")


def uuid7(at_ns: int | None = None) -> str:
    """A UUID of version 7 (RFC 9562): ascending in time, unique by 74 random bits."""
    milliseconds = (time.time_ns() if at_ns is None else at_ns) // 1_000_000
    instant = f"{milliseconds & 0xFFFF_FFFF_FFFF:012x}"
    random = os.urandom(10).hex()
    return f"{instant[:8]}-{instant[8:]}-7{random[:3]}-{_VARIANT[random[3]]}{random[4:7]}-{random[7:19]}"
