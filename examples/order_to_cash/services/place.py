"""How each service starts: its folder, its orders, and the library, configured as any service would do it.

Only that time is simulated is special: see `clock`, `UntilCutOff` and `Deployment`.
"""

from __future__ import annotations

import argparse
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import streamgauge as sg
from examples.order_to_cash.demand import Orders, draw_orders
from examples.order_to_cash.firm import version_at
from examples.order_to_cash.services import clock, queues
from examples.order_to_cash.telling import CUT, STREAM
from streamgauge.event import Event
from streamgauge.outbox import Outbox

# A demo's key. Yours is as secret as a password: who knows it can find out whom a pseudonym stands for.
_PSEUDONYM_KEY = b"order-to-cash-is-an-open-example"


@dataclass(frozen=True)
class Place:
    """Where a service works, and the orders that it will meet."""

    folder: Path
    orders: Orders

    def queue(self, name: str) -> Path:
        """The database of a queue."""
        return self.folder / f"{name}.db"

    def connect(self, name: str) -> sqlite3.Connection:
        """The queue, to write to."""
        return queues.connect(self.queue(name))

    def cost(self, step: str, order: int) -> list[dict[str, object]]:
        """What the computers' meter shows for a step of an order."""
        return [{"driver": "cpu_seconds", "quantity": self.orders.cpu[step][order], "unit": "s"}]


class UntilCutOff:
    """An outbox that takes what happens before the cut-off, and nothing later: so much of the future is known."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    @property
    def source(self) -> str:
        """The source of the outbox inside."""
        return self._outbox.source

    def put(self, event: Event) -> None:
        """Hand on an event that is not too late."""
        if event.at_ns <= CUT * 1_000_000_000:
            self._outbox.put(event)

    def close(self) -> None:
        """Close the outbox inside."""
        self._outbox.close()


class Deployment:
    """Configures the library when a release goes live; a real service does so once, for it is one release."""

    def __init__(self, service: str, outbox: Outbox) -> None:
        self._service, self._outbox = service, UntilCutOff(outbox)
        self.version: str | None = None

    def __call__(self, second: int) -> None:
        """Time has come to this second."""
        version = version_at(second)
        if version != self.version:
            self.configure(version)

    def configure(self, version: str | None) -> None:
        """Say who tells, in which release; None where the service is not ours and has none."""
        self.version = version
        sg.configure(
            service=self._service,
            version=version,
            stream=STREAM,
            outbox=self._outbox,
            pseudonym_key=_PSEUDONYM_KEY,
            clock=clock.now_ns,
        )


def start(service: str) -> Place:
    """Read the command line, draw the orders, and tell into a file outbox from now on."""
    place = read_place(service)
    clock.watch(Deployment(service, sg.FileOutbox(place.folder / "spool", service)))
    return place


def start_foreign(service: str) -> Place:
    """The same for another company's service, which has no release of ours."""
    place = read_place(service)
    Deployment(service, sg.FileOutbox(place.folder / "spool", service)).configure(None)
    return place


def read_place(service: str) -> Place:
    """The folder and the orders that the command line names."""
    parser = argparse.ArgumentParser(prog=f"python -m examples.order_to_cash.services.{service}")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--orders", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    told = parser.parse_args()
    return Place(told.folder, draw_orders(told.orders, told.seed))
