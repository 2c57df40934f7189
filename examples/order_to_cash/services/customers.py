"""The customers: they order at their time, one after the other, and know nothing of the firm but the shop's address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from examples.order_to_cash.demand import CHANNELS, Orders
from examples.order_to_cash.services import clock
from examples.order_to_cash.services.web import Peer


def place_orders(orders: Orders, folder: Path) -> Iterator[int]:
    """Place every order, and close the shop behind the last; yields how many are placed."""
    shop = Peer("shop", folder)
    for order, placed in enumerate(orders.placed):
        with clock.at(placed):
            shop.post("/orders", {"order": order, "channel": CHANNELS[orders.channel[order]]})
        yield order + 1
    with clock.at(orders.placed[-1]):
        shop.post("/close")
