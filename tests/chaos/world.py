"""A small world in one process, for a fault that is looked at alone: a home, file outboxes, a relay, a loader."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import streamgauge as sg
from pipelines.checks.laws import run_laws
from pipelines.database import open_warehouse
from pipelines.ledger.manifest import load_manifest
from pipelines.loading.account import Numbering, load_account
from pipelines.loading.load import LoadReport
from pipelines.receiver.log import WriteAheadLog
from pipelines.registry import load as load_registered
from pipelines.warehouse.facts import prepare_events
from pipelines.warehouse.state import ensure_tables
from streamgauge.disk import Disk
from streamgauge.instrument import current, use
from streamgauge.outbox import Outbox
from streamgauge.relay import Delivery, Relay, Report, Tempo
from streamgauge.relay.backoff import Backoff
from tests.chaos.direct import DirectDelivery
from tests.chaos.plan import STREAM
from tests.chaos.verdict import Row, read_ledger
from tests.pipelines.arrivals import loaded, registered


class World:
    """Everything in `folder`: the home with one stream, and `outbox`, the folder of the file outboxes."""

    def __init__(self, folder: Path, more: str = "") -> None:
        self.home, self.outbox = registered(folder, STREAM, more=more), folder / "outbox"

    def carry(self, disk: Disk | None = None, log_disk: Disk | None = None) -> Report:
        """The relay gives all spools one turn, straight into the receiver's log."""
        with WriteAheadLog(self.home.inbox, log_disk, free_floor_bytes=0, pause_seconds=0.01) as log:
            return Relay(DirectDelivery(log), folder=self.outbox, disk=disk).run_once()  # type: ignore[arg-type]

    def load(self) -> LoadReport:
        """Load what arrived."""
        return loaded(self.home)

    def rows(self) -> list[Row]:
        """The ledger, in the order in which each source numbered."""
        return sorted(read_ledger(self.home), key=lambda row: (row.key[0], row.sequence))

    def numberings(self) -> list[Numbering]:
        """The account, by source."""
        return list(load_account(self.home.inbox / "account.json").numberings())

    def kept_aside(self, stream: str = STREAM) -> int:
        """How many rows are in quarantine."""
        return load_manifest(self.home.ledger / stream).quarantined

    def failing(self, law: str) -> int:
        """Rows against a law, after the events were prepared as a run does."""
        with open_warehouse(self.home) as connection:
            ensure_tables(connection)
            prepare_events(connection, self.home, load_registered(self.home, STREAM))
            return next(found.failing_rows for found in run_laws(connection, STREAM) if found.law.name == law)

    def spool(self) -> Path:
        """The only spool there is."""
        (found,) = (path for path in self.outbox.iterdir() if path.is_dir())
        return found


def hurried_relay(url: str, outbox: Path) -> Relay:
    """A relay over HTTP that waits little and sends little at a time."""
    tempo = Tempo(most_events=10, poll_seconds=0.01, new_backoff=lambda: Backoff(0.001, 0.01))
    return Relay(Delivery(url, timeout_seconds=0.3), folder=outbox, tempo=tempo)


@contextmanager
def telling(outbox: Outbox, **more: Any) -> Iterator[None]:
    """Within, the verbs of the library speak into this outbox; `more` goes to `configure`."""
    before = current()
    try:
        sg.configure(service="orders", stream=STREAM, outbox=outbox, **more)
        yield
    finally:
        use(before)
        outbox.close()


def tell(count: int, first: int = 0) -> list[str]:
    """Tell so many numbered events of cases of three; their ids, in order."""
    told = []
    for number in range(first, first + count):
        with sg.case(f"c{number // 3}"):
            told.append(sg.event("Ring" if number % 3 == 0 else "Answer", number=number))
    assert all(told), "the library told nothing"
    return [str(event_id) for event_id in told]
