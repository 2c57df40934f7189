"""One event as it is told: made once, before the first try to send it, and the same bytes on every retry.

Knows CloudEvents 1.0 and the names of `attributes`; knows no outbox and no transport.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

Clock = Callable[[], int]
"""Nanoseconds since 1970, UTC; `time.time_ns` unless told otherwise."""
NewId = Callable[[int], str]
"""An event id from the nanosecond at which it is made."""

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=str).encode


@dataclass(frozen=True, slots=True)
class Event:
    """What happened. Source and sequence are not part of it: the outbox that takes it numbers what it holds.

    `at_ns` is nanoseconds since 1970 UTC; `data` holds attributes under their short names (`case.id`, `lifecycle` …).
    """

    id: str
    type: str
    at_ns: int
    data: Mapping[str, object] = field(default_factory=dict)
    traceparent: str | None = None

    def encode(self, source: str, sequence: int) -> bytes:
        """CloudEvents 1.0 JSON, UTF-8, one line without its end."""
        trace = {} if self.traceparent is None else {"traceparent": self.traceparent}
        told = {
            "specversion": "1.0", "id": self.id, "source": source, "type": self.type, "time": to_rfc3339(self.at_ns),
            **trace, "data": {"event.sequence": sequence, **self.data},
        }  # fmt: skip
        return _ENCODE(told).encode("utf-8", "replace")


def to_rfc3339(at_ns: int) -> str:
    """An instant as RFC 3339 text in UTC, to the microsecond."""
    seconds, nanoseconds = divmod(at_ns, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{nanoseconds // 1000:06d}Z"


def uuid7(at_ns: int | None = None) -> str:
    """A UUID of version 7 (RFC 9562): ascending in time, unique by 74 random bits."""
    milliseconds = (time.time_ns() if at_ns is None else at_ns) // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (
        (milliseconds & (1 << 48) - 1) << 80 | 7 << 76 | (random >> 62 & 0xFFF) << 64 | 2 << 62 | random & (1 << 62) - 1
    )
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
