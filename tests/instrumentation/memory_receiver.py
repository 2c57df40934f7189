"""A receiver within the test's process: takes batches, or answers as told, without a network.

It stands in for `Delivery` where a test asks about order, numbers and crashes, not about HTTP.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from streamgauge.outbox.dialects import Rows, Run, runner
from streamgauge.relay.delivery import Reply, Verdict

Answer = Callable[[Sequence[bytes]], Reply]


class MemoryReceiver:
    """Keeps what it takes; `script` holds what to do with the next batches, before the usual."""

    def __init__(self) -> None:
        self.script: deque[Answer] = deque()
        self.usually: Answer = self.take
        self.taken: list[bytes] = []
        self.batches: list[int] = []

    def post(self, events: Sequence[bytes]) -> Reply:
        """As `Delivery.post`."""
        self.batches.append(len(events))
        return (self.script.popleft() if self.script else self.usually)(events)

    def close(self) -> None:
        """As `Delivery.close`."""

    def take(self, events: Sequence[bytes]) -> Reply:
        """Keep them and say so."""
        self.taken.extend(events)
        return Reply(Verdict.KEPT, "kept")

    def take_and_die(self, events: Sequence[bytes]) -> Reply:
        """Keep them; the relay is killed before it hears of it."""
        self.taken.extend(events)
        raise Killed

    def die(self, events: Sequence[bytes]) -> Reply:
        """The relay is killed while it sends."""
        raise Killed

    def cut(self, events: Sequence[bytes]) -> Reply:
        """Keep them, but the answer is lost."""
        self.taken.extend(events)
        return Reply(Verdict.NO_ANSWER, "cut")

    def say(self, verdict: Verdict) -> Answer:
        """Keep nothing, and answer so."""
        return lambda events: Reply(verdict, verdict.value)

    @property
    def events(self) -> list[dict[str, Any]]:
        """What it took, decoded."""
        return [json.loads(event) for event in self.taken]

    @property
    def distinct(self) -> dict[str, bytes]:
        """The bytes of each event by id; an id that came with different bytes fails the test."""
        found: dict[str, bytes] = {}
        for event in self.taken:
            assert found.setdefault(json.loads(event)["id"], event) == event, "an event was sent again with other bytes"
        return found

    def sequences(self) -> dict[str, list[int]]:
        """The sequences of each source, doubles once, in order."""
        found: dict[str, set[int]] = {}
        for event in self.events:
            found.setdefault(event["source"], set()).add(event["data"]["event.sequence"])
        return {source: sorted(numbers) for source, numbers in found.items()}


class Killed(BaseException):
    """Stands for kill -9: nothing may catch it and go on."""


def killing_runner(fatal: int, *, before: bool) -> Callable[[Any], Run]:
    """In place of `dialects.runner`: the process dies before, or right after, its statement number `fatal`."""
    said = 0

    def make(connection: Any) -> Run:
        run = runner(connection)

        def count(sql: str, told: Mapping[str, object]) -> Rows:
            nonlocal said
            said += 1
            if said == fatal and before:
                raise Killed
            rows = run(sql, told)
            if said == fatal:
                raise Killed
            return rows

        return count

    return make
