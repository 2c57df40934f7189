"""Faults put into the real code on purpose, by name: each must be found by the same storm the real code survives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from pipelines.ledger import staging
from pipelines.ledger.append import Receipt
from pipelines.ledger.manifest import Manifest
from pipelines.loading import load as loading
from pipelines.receiver.frame import Record
from pipelines.receiver.log import WriteAheadLog
from pipelines.receiver.segments import Position
from pipelines.settings import Settings
from streamgauge.event import Event
from streamgauge.outbox import spool
from streamgauge.outbox.file import FileOutbox
from streamgauge.relay import turn
from streamgauge.relay.backlog import AnyBatch, Backlog
from streamgauge.relay.delivery import Reply
from tests.chaos.plan import FILE_PRODUCERS, LOADER, RECEIVER, RELAY


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault: whom it is put into, by whose death it shows, and what the verdict must say of it."""

    actors: tuple[str, ...]
    patch: Callable[[], None]
    victims: tuple[str, ...]
    says: str

    def put_into(self, actor: str) -> None:
        """Patch this very process, if it is one of those."""
        if actor in self.actors:
            self.patch()


def _answer_before_the_sync() -> None:
    append = WriteAheadLog.append

    def answer(self: WriteAheadLog, record: Record) -> Future[Position]:
        append(self, record)
        done: Future[Position] = Future()
        done.set_result(Position("000000000000", 0))
        return done

    WriteAheadLog.append = answer  # type: ignore[method-assign]


def _settle_before_the_answer() -> None:
    def deliver(backlog: Backlog[AnyBatch], batch: AnyBatch, post: turn.Post) -> Reply:
        backlog.settle(batch)
        return post(batch.events)

    turn.deliver = deliver


def _believe_all_is_new() -> None:
    read_known = staging._read_known
    staging._read_known = lambda connection, manifest: read_known(connection, Manifest(manifest.folder))


def _tell_apart_by_content() -> None:
    said = "case_id, step, event_at::VARCHAR, lifecycle, activity_id, attributes"
    vars(staging)["key_of"] = lambda source, event_id: f"md5_number_lower(concat_ws('|', {said}))"
    staging._refuse_collisions = _find_no_collision


def _find_no_collision(connection: duckdb.DuckDBPyConnection) -> None:
    """Look away."""


def _keep_the_position_first() -> None:
    append = vars(loading)["append"]

    def hasty(
        settings: Settings, name: str, batches: Sequence[pl.DataFrame], *, positions: Mapping[str, str]
    ) -> Receipt:
        append(settings, name, [], positions=positions)
        receipt: Receipt = append(settings, name, batches, positions={})
        return receipt

    vars(loading)["append"] = hasty


def _return_before_the_write() -> None:
    put, held = FileOutbox.put, list[Event]()

    def lazy(self: FileOutbox, event: Event) -> None:
        held.append(event)
        if len(held) == 10:
            for one in held:
                put(self, one)
            held.clear()

    FileOutbox.put = lazy  # type: ignore[method-assign]


def _count_anew() -> None:
    def forget(folder: Path) -> int:
        return 0

    spool.last_sequence = forget


_LOST = "acknowledged events are lost"
MUTANTS: dict[str, Mutant] = {
    "the receiver answers before the sync": Mutant((RECEIVER,), _answer_before_the_sync, (RECEIVER,), _LOST),
    "the relay settles before the answer": Mutant((RELAY,), _settle_before_the_answer, (RECEIVER,), _LOST),
    "the loader takes every event for new": Mutant((LOADER,), _believe_all_is_new, (RELAY,), "more than once"),
    "the loader tells events apart by content": Mutant((LOADER,), _tell_apart_by_content, (RELAY,), _LOST),
    "the loader keeps the position before the rows": Mutant((LOADER,), _keep_the_position_first, (LOADER,), _LOST),
    "the outbox returns before the write": Mutant(FILE_PRODUCERS, _return_before_the_write, FILE_PRODUCERS, _LOST),
    "a writer counts anew": Mutant(FILE_PRODUCERS, _count_anew, FILE_PRODUCERS, f"{_LOST}|numbers"),
}
