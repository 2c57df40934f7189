"""The warehouse: people pick and pack what is allocated, and hand it to the carrier."""

from __future__ import annotations

import streamgauge as sg
from examples.order_to_cash.services import clock, queues
from examples.order_to_cash.services.people import Desk
from examples.order_to_cash.services.place import Place, start
from examples.order_to_cash.stations import Warehouse
from examples.order_to_cash.telling import case_id


class Packers(Desk):
    """Who does what the warehouse decides."""

    def __init__(self, to_carrier: queues.Connection) -> None:
        super().__init__()
        self._to_carrier = to_carrier

    def pass_on(self, order: int, at: int) -> None:
        """Put the parcel where the carrier collects it."""
        with sg.case(case_id(order)), clock.at(at):
            queues.put(self._to_carrier, order)


def run(place: Place) -> None:
    """Work on what the office passes on, until it closes."""
    to_carrier = place.connect("carrier")
    packers = Packers(to_carrier)
    warehouse = Warehouse(place.orders, packers)
    for batch in queues.read(place.queue("warehouse")):
        with to_carrier:
            for message in batch:
                if isinstance(message, queues.Tick):
                    warehouse.work(until=message.at)
                else:
                    packers.take_in(message, "pick")
                    warehouse.receive(message.order, message.at)
    queues.close(to_carrier)


if __name__ == "__main__":
    run(start("warehouse"))
