"""One relay's turn at one backlog: read, send, and settle after the answer, until it is empty or something is wrong.

Here is the order by which nothing is lost. Knows backlogs and verdicts; knows neither HTTP nor files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from streamgauge.relay.backlog import AnyBatch, Backlog, Batch
from streamgauge.relay.delivery import Reply, Verdict
from streamgauge.relay.pace import Pace

Post = Callable[[Sequence[bytes]], Reply]
BATCHES_A_TURN = 200  # then another backlog gets its turn


@dataclass(slots=True)
class Turn:
    """What came of it so far. `trouble` is the answer that ended it; None where nothing is left or time is up."""

    delivered: int = 0
    retried: int = 0
    refused: int = 0
    skipped_bytes: int = 0
    trouble: Reply | None = None


def take_turn(backlog: Backlog[Any], post: Post, pace: Pace, is_stopping: Callable[[], bool], turn: Turn) -> None:
    """Send what the backlog holds, and count it in `turn` as it happens.

    Raises:
        Exception: whatever the storage raises; what was not settled is read again another time.
    """
    for _ in range(BATCHES_A_TURN):
        if is_stopping():
            break
        batch = backlog.read(pace.events, pace.bytes)
        if batch.is_empty:
            break
        reply = deliver(backlog, batch, post)
        turn.trouble = _judge(backlog, batch, reply, pace, turn)
        if turn.trouble is not None:
            break


def deliver(backlog: Backlog[AnyBatch], batch: AnyBatch, post: Post) -> Reply:
    """Send a batch, and only when the receiver has it, settle it."""
    reply = post(batch.events) if batch.events else Reply(Verdict.KEPT, "nothing to send but damage")
    if reply.verdict is Verdict.KEPT:
        backlog.settle(batch)
    return reply


def _judge(backlog: Backlog[AnyBatch], batch: AnyBatch, reply: Reply, pace: Pace, turn: Turn) -> Reply | None:
    """Count what happened and choose the size of the next batch; returns the reply when it ends the turn."""
    count = len(batch.events)
    if reply.verdict is Verdict.KEPT:
        pace.passed()
        turn.delivered += count
        turn.skipped_bytes += batch.skipped_bytes
        return None
    if reply.verdict in (Verdict.REFUSED, Verdict.TOO_LARGE) and count == 1:
        backlog.set_aside(batch, reply.reason)
        turn.refused += 1
        turn.skipped_bytes += batch.skipped_bytes
        return None
    turn.retried += 1
    if reply.verdict is Verdict.TOO_LARGE:
        pace.narrow(_size(batch))
    if reply.verdict in (Verdict.REFUSED, Verdict.TOO_LARGE, Verdict.NO_ANSWER):
        pace.halve(count)
    return None if reply.verdict in (Verdict.REFUSED, Verdict.TOO_LARGE) else reply


def _size(batch: Batch) -> int:
    return sum(map(len, batch.events))
