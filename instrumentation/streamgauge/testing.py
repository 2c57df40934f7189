"""For the tests of services: what was told, as a list; ids that count; a clock that stands until it is moved.

with capture(clock=FixedClock()) as told:
    place_order("O-17")
assert [event["type"] for event in told] == ["order.created"]
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from opentelemetry import trace

from streamgauge.event import Clock, Event, NewId
from streamgauge.instant import Instant, to_ns
from streamgauge.instrument import configure, current, use

Told = dict[str, Any]
"""One event as it goes over the wire: `id`, `source`, `type`, `time`, `data` …"""


class FixedClock:
    """A clock for tests: it stands at `at` until `advance` moves it."""

    def __init__(self, at: Instant = datetime(2026, 7, 20, 6, tzinfo=UTC)) -> None:  # a constant
        self.now_ns = to_ns(at, lambda: 0)

    def __call__(self) -> int:
        """Nanoseconds since 1970 UTC."""
        return self.now_ns

    def advance(self, by: timedelta | float) -> None:
        """Move on by a timedelta, or by seconds."""
        seconds = by if isinstance(by, timedelta) else timedelta(seconds=by)
        self.now_ns += seconds // timedelta(microseconds=1) * 1000


class CountingIds:
    """Ids that count: `00000000-0000-7000-8000-000000000001`, … in the order they were made."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def __call__(self, at_ns: int) -> str:
        """The next id, whenever it is."""
        return f"00000000-0000-7000-8000-{next(self._numbers):012d}"


class ListOutbox:
    """An outbox that keeps everything in `told`, decoded from the very bytes that would be sent."""

    source = "/test/0"

    def __init__(self) -> None:
        self.told: list[Told] = []

    def put(self, event: Event) -> None:
        """Keep one event."""
        self.told.append(json.loads(event.encode(self.source, len(self.told) + 1)))

    def close(self) -> None:
        """Nothing is held open."""


@contextmanager
def capture(
    *,
    service: str = "service",
    stream: str = "stream",
    clock: Clock | None = None,
    new_id: NewId | None = None,
    pseudonym_key: bytes | None = None,
    tracer_provider: trace.TracerProvider | None = None,
    **more: Any,
) -> Iterator[list[Told]]:
    """Inside, whatever is told comes into the list this gives; afterwards the earlier configuration is in force again.

    `more` goes to `configure`. Clock and ids are a FixedClock and CountingIds where none are given.
    """
    before, outbox = current(), ListOutbox()
    try:
        configure(
            service=service, stream=stream, outbox=outbox, clock=clock or FixedClock(), new_id=new_id or CountingIds(),
            pseudonym_key=pseudonym_key, tracer_provider=tracer_provider, **more,
        )  # fmt: skip
        yield outbox.told
    finally:
        use(before)
