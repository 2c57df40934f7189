"""The office: people check orders and approve credit, an agent helps them, and what is approved is allocated.

Consumes the shop's queue, calls the credit engine, the stock and the shop over HTTP, and fills the warehouse's queue.
"""

from __future__ import annotations

import streamgauge as sg
from examples.order_to_cash.services import clock, queues
from examples.order_to_cash.services.people import Desk, hand_over
from examples.order_to_cash.services.place import Place, start
from examples.order_to_cash.services.web import Peer
from examples.order_to_cash.stations import FrontOffice
from examples.order_to_cash.telling import case_id

STOCK = sg.system(role="Stock system")


class UnavailableError(Exception):
    """The stock does not answer now; `retry_after` is in simulated seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"unavailable for {retry_after} s")
        self.retry_after = retry_after


class Clerks(Desk):
    """Who does what the office decides."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self._shop, self._credit, self._stock = (Peer(name, place.folder) for name in ("shop", "credit", "stock"))
        self.to_warehouse = place.connect("warehouse")

    def approve(self, order: int, at: int) -> int:
        """Ask the credit engine, which tells its decision itself."""
        with clock.at(at), sg.case(case_id(order)):
            return self._credit.post(f"/orders/{order}/approval").at

    def allocate(self, order: int, at: int) -> int:
        """Reserve the goods; while the stock does not answer, try again when it says."""
        attempt = 1
        with sg.case(case_id(order)):
            while True:
                try:
                    with clock.at(at):
                        self._reserve(order, attempt)
                    return at
                except UnavailableError as error:
                    at, attempt = at + error.retry_after, attempt + 1

    def _reserve(self, order: int, attempt: int) -> None:
        with sg.step("Allocate stock", performer=STOCK, attempt=attempt, brief=True) as step:
            step.cost("cpu_seconds", self._place.orders.cpu["allocate"][order], "s")
            answer = self._stock.post(f"/orders/{order}/reservation")
            if answer.retry_after is not None:
                raise UnavailableError(answer.retry_after)

    def cancel(self, order: int, at: int) -> None:
        """Tell the shop, which cancels the order."""
        with clock.at(at), sg.case(case_id(order)):
            self._shop.post(f"/orders/{order}/cancel")

    def pass_on(self, order: int, at: int) -> None:
        """Put the order on the warehouse's queue, with a ticket for the work that waits there."""
        with sg.case(case_id(order)), clock.at(at):
            queues.put(self.to_warehouse, order, hand_over("pick"))


def run(place: Place) -> None:
    """Work on what the shop takes in, until it closes."""
    clerks = Clerks(place)
    office = FrontOffice(place.orders, clerks)
    for batch in queues.read(place.queue("shop")):
        with clerks.to_warehouse:
            for message in batch:
                office.work(until=message.at)  # the shop's queue is in the order of time
                if isinstance(message, queues.Message):
                    clerks.take_in(message, "check")
                    office.receive(message.order, message.at)
            queues.tick(clerks.to_warehouse, batch[-1].at)  # closes the warehouse's queue behind the shop's


if __name__ == "__main__":
    run(start("office"))
