"""The carrier, another company: collects packed orders from a queue, and brings them to the door."""

from __future__ import annotations

import streamgauge as sg
from examples.order_to_cash.services import clock, queues
from examples.order_to_cash.services.place import Place, start_foreign
from examples.order_to_cash.stations import carry

CARRIER = sg.external(role="Carrier")


def run(place: Place) -> None:
    """Bring what comes, until the warehouse closes."""
    to_billing = place.connect("billing")
    for batch in queues.read(place.queue("carrier")):
        with to_billing:
            for message in batch:
                if isinstance(message, queues.Message):
                    bring(place, to_billing, message)
    queues.close(to_billing)


def bring(place: Place, to_billing: queues.Connection, message: queues.Message) -> None:
    """Tell where the parcels are; what is under way can be billed."""
    shipped, *delivered = carry(place.orders, message.order, message.at)
    with sg.extract(message.headers):
        with clock.at(shipped.ended):
            sg.event("order.shipped", step="Ship", performer=CARRIER)
            queues.put(to_billing, message.order)
        for parcel in delivered:
            with clock.at(parcel.ended):
                sg.event("order.delivered", step="Deliver", performer=CARRIER)


if __name__ == "__main__":
    run(start_foreign("carrier"))
