"""What each process of a storm does until it is killed: the real library, relay, receiver and loader, in a hurry."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import streamgauge as sg
from pipelines.loading import load as loading
from pipelines.receiver.log import WriteAheadLog
from pipelines.receiver.serving import serve_receiver
from pipelines.receiver.tokens import Tokens
from pipelines.registry import load_all
from streamgauge.disk import Disk
from streamgauge.outbox.transactional import TransactionalOutbox, create_table
from streamgauge.relay import command, relay
from streamgauge.relay.backoff import Backoff
from streamgauge.relay.relay import Tempo
from tests.chaos.journal import Journal, JournalingOutbox
from tests.chaos.plan import FILE_PRODUCERS, LOADER, RECEIVER, RELAY, STREAM, TABLE_PRODUCER, Plan

SPOOL_BYTES = 20_000  # small, so that segments are begun, delivered and removed while the storm lasts
SEGMENT_BYTES = 100_000
CHUNK_ROWS = 150
WRITE_SECONDS = 0.01  # of a producer
ROLLED_BACK_EVERY = 5
_NOON_NS = 1_767_614_400_000_000_000

Role = Callable[[Plan, int], object]
"""Works until it is killed; is given the plan and the port of the receiver."""


class SleepyDisk(Disk):
    """A disk that takes its time, as a real one under load: kills hit half a write, and what waits for a sync."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def write(self, descriptor: int, content: bytes) -> int:
        """Write one half, rest, write the other."""
        half = super().write(descriptor, content[: len(content) // 2])
        time.sleep(self._seconds / 2)
        return half + super().write(descriptor, content[half:])

    def sync(self, descriptor: int) -> None:
        """Rest before it is done."""
        time.sleep(self._seconds)
        super().sync(descriptor)


class UndoneError(Exception):
    """The work of a transaction came to nothing."""


def tell_case(case: str) -> None:
    """Six events; two of them say the very same and are two all the same."""
    with sg.case(case):
        sg.event("Ring", channel="web")
        with sg.step("Check", queued=f"{case}/check"):
            pass
        for _ in range(2):
            sg.event("Note", instance=f"{case}/note", at=_NOON_NS)
        sg.event("Answer", outcome="success")


def produce_into_file(plan: Plan, port: int, name: str) -> None:
    """A service with a file outbox; both of this kind are the same service, and take over each other's spools."""
    journal = Journal(plan.journals, name)
    outbox = sg.FileOutbox(plan.outbox, "orders", segment_bytes=SPOOL_BYTES, disk=SleepyDisk(WRITE_SECONDS))
    noting = JournalingOutbox(outbox, journal, is_promised=True, rest_seconds=WRITE_SECONDS / 2)
    sg.configure(service="orders", stream=STREAM, outbox=noting)
    number = 0
    while True:
        tell_case(f"{journal.name}-{number}")
        number += 1
        time.sleep(plan.case_seconds)


def produce_into_table(plan: Plan, port: int) -> None:
    """A service that tells within its own transactions, of which some are rolled back."""
    journal = Journal(plan.journals, TABLE_PRODUCER)
    connection = sqlite3.connect(plan.database, timeout=30)
    outbox = JournalingOutbox(TransactionalOutbox(connection, TABLE_PRODUCER), journal, is_promised=False)
    sg.configure(service=TABLE_PRODUCER, stream=STREAM, outbox=outbox)
    number = 0
    while True:
        number += 1
        case = f"{journal.name}-{number}"
        with suppress(UndoneError), connection:
            connection.execute("INSERT INTO work VALUES (?)", (case,))
            tell_case(case)
            time.sleep(WRITE_SECONDS)
            if number % ROLLED_BACK_EVERY == 0:
                raise UndoneError
        time.sleep(WRITE_SECONDS)
        outbox.settle("acknowledged" if number % ROLLED_BACK_EVERY else "withdrawn")
        time.sleep(plan.case_seconds)


def make_database(path: Path) -> None:
    """The tables of the service with the transactional outbox."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    with connection:
        connection.execute("CREATE TABLE work (case_id TEXT PRIMARY KEY)")
        create_table(connection)
    connection.close()


def carry(plan: Plan, port: int, *more: str) -> int:
    """`python -m streamgauge.relay`, with shorter waits; returns its exit code."""
    vars(command)["Tempo"] = partial(Tempo, poll_seconds=0.02, new_backoff=partial(Backoff, 0.01, 0.1))
    vars(relay)["Disk"] = partial(SleepyDisk, plan.sync_seconds / 4)
    told = ["--endpoint", f"http://127.0.0.1:{port}", "--outbox", str(plan.outbox), "--database", str(plan.database)]
    return command.enter([*told, "--batch", "40", "--timeout", "5", *more])


def receive(plan: Plan, port: int) -> None:
    """The receiver alone, on the port it always had."""
    log = WriteAheadLog(
        plan.settings.inbox, SleepyDisk(plan.sync_seconds), segment_bytes=SEGMENT_BYTES, free_floor_bytes=0
    )
    serve_receiver(log, Tokens(None), port=port)


def load_once(plan: Plan, port: int) -> None:
    """Load what has arrived."""
    loading.CHUNK_ROWS = CHUNK_ROWS
    loading.load(plan.settings, [registered.stream for registered in load_all(plan.settings)])


def load_again_and_again(plan: Plan, port: int) -> None:
    """Load all the time."""
    while True:
        load_once(plan, port)
        time.sleep(0.1)


ROLES: dict[str, Role] = {
    **{name: partial(produce_into_file, name=name) for name in FILE_PRODUCERS},
    TABLE_PRODUCER: produce_into_table,
    RELAY: carry,
    RECEIVER: receive,
    LOADER: load_again_and_again,
}
