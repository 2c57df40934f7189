"""The whole firm in one process: all orders through all stations, written down as they happen.

Knows the truth; knows nothing of how it is told (see `telling`, and `services` for the firm as it tells itself).
"""

from __future__ import annotations

from examples.order_to_cash.demand import Orders
from examples.order_to_cash.firm import RELEASES, Release, Work, instant
from examples.order_to_cash.stations import FrontOffice, Warehouse, approved_at, bill, carry, retry_at


class World:
    """One run of the orders through the firm under some releases; `work` holds what happened, in no order."""

    def __init__(self, orders: Orders, releases: tuple[Release, ...] = RELEASES) -> None:
        self.orders = orders
        self.work: list[Work] = []
        self._warehouse = Warehouse(orders, _Packers(self))
        self._office = FrontOffice(orders, _Clerks(self, self._warehouse), releases)

    def run(self) -> list[Work]:
        """Everything that happens to the orders, however long it takes."""
        for order, placed in enumerate(self.orders.placed):
            self.work.append(instant(order, "create", placed))
            self._office.receive(order, placed + 1)
        self._office.work()
        self._warehouse.work()
        return self.work


class _Writers:
    """Hands that write down what they do."""

    def __init__(self, world: World) -> None:
        self.orders = world.orders
        self.do = world.work.append

    def wait(self, order: int, step: str, visit: int, at: int) -> None:
        """Nothing to write: the work itself says since when it waited."""


class _Clerks(_Writers):
    """The hands of the office."""

    def __init__(self, world: World, warehouse: Warehouse) -> None:
        super().__init__(world)
        self.pass_on = warehouse.receive

    def approve(self, order: int, at: int) -> int:
        decided = approved_at(self.orders, order, at)
        self.do(instant(order, "approve", decided))
        return decided

    def allocate(self, order: int, at: int) -> int:
        again = retry_at(self.orders, order, at)
        if again is None:
            self.do(instant(order, "allocate", at))
            return at
        self.do(instant(order, "allocate", at, is_success=False))
        self.do(instant(order, "allocate", again, attempt=2))
        return again

    def cancel(self, order: int, at: int) -> None:
        self.do(instant(order, "cancel", at))


class _Packers(_Writers):
    """The hands of the warehouse."""

    def pass_on(self, order: int, at: int) -> None:
        carried = carry(self.orders, order, at)
        for work in (*carried, *bill(self.orders, order, carried[0].ended)):
            self.do(work)
