"""Billing: writes invoices for what is under way, and waits for the money."""

from __future__ import annotations

import streamgauge as sg
from examples.order_to_cash.services import clock, queues
from examples.order_to_cash.services.place import Place, start
from examples.order_to_cash.stations import bill

BILLING, PAYMENTS = sg.system(role="Billing system"), sg.system(role="Payment system")


def run(place: Place) -> None:
    """Bill what comes, until the carrier closes."""
    for batch in queues.read(place.queue("billing")):
        for message in batch:
            if isinstance(message, queues.Message):
                settle(place, message)


def settle(place: Place, message: queues.Message) -> None:
    """Tell the invoice and the payment of an order."""
    order = message.order
    invoiced, paid = bill(place.orders, order, message.at)
    with sg.extract(message.headers):
        with clock.at(invoiced.ended):
            sg.event("invoice.issued", step="Invoice", performer=BILLING, cost=place.cost("invoice", order))
        with clock.at(paid.ended):
            sg.event("invoice.paid", step="Receive payment", performer=PAYMENTS, cost=place.cost("pay", order))


if __name__ == "__main__":
    run(start("billing"))
