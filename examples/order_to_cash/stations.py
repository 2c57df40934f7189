"""Where orders go through: office, stock, warehouse, carrier and billing, each on its own.

A station consumes work in the order of time and decides what comes next; its `hands` do it. In the simulation the hands
write it down (see `world`), in a service they do it and tell it (see `services`), and both are the same world, because
no station looks at what a later one does. Knows queues and rules; knows no event. All times are whole UTC seconds.
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import Protocol

from examples.order_to_cash.demand import Orders
from examples.order_to_cash.firm import (
    OUTAGE,
    PEOPLE_FOR_ORDERS,
    PICKUPS,
    RELEASES,
    ROUND_DAYS,
    TEAMS,
    Release,
    Work,
    instant,
)
from examples.order_to_cash.office import Desk, Office, day_of, local_second


class TeamHands(Protocol):
    """Who works at desks."""

    def wait(self, order: int, step: str, visit: int, at: int) -> None:
        """The order begins to wait for a person."""
        ...

    def do(self, work: Work) -> None:
        """A person has done this."""
        ...


class OfficeHands(TeamHands, Protocol):
    """Who does what the office decides; every answer is the second at which it is known."""

    def approve(self, order: int, at: int) -> int:
        """Let the agent approve the credit."""
        ...

    def allocate(self, order: int, at: int) -> int:
        """Reserve the goods, however often that must be tried."""
        ...

    def cancel(self, order: int, at: int) -> None:
        """The customer does not want the order any more."""
        ...

    def pass_on(self, order: int, at: int) -> None:
        """Give the order to the warehouse."""
        ...


class WarehouseHands(TeamHands, Protocol):
    """Who does what the warehouse decides."""

    def pass_on(self, order: int, at: int) -> None:
        """Give the packed order to the carrier."""
        ...


class Desks:
    """The people of some teams, and the orders that wait for them."""

    def __init__(self, orders: Orders, steps: tuple[str, ...], hands: TeamHands) -> None:
        scale = len(orders) / PEOPLE_FOR_ORDERS
        self.orders = orders
        self._hands = hands
        self._offices = {step: Office(*TEAMS[step][:3]) for step in steps}
        self._desks = {step: Desk(self._offices[step], max(2, math.ceil(TEAMS[step][3] * scale))) for step in steps}
        self._ready: list[tuple[int, int, str, int, int]] = []

    def queue(self, order: int, step: str, visit: int, at: int) -> None:
        """Work waits until somebody gets to it: a delay in office hours, longer on a bad day, then a free person."""
        self._hands.wait(order, step, visit, at)
        delay = self.orders.delay[step][order][visit - 1] * self.orders.mood[step][day_of(at)]
        heapq.heappush(self._ready, (self._offices[step].after(at, delay), order, step, visit, at))

    def work(self, until: float, finish: Mapping[str, Callable[[Work], None]]) -> None:
        """Do all that is ready before `until`, in order; right as long as nothing is queued before then any more."""
        while self._ready and self._ready[0][0] < until:
            ready, order, step, visit, scheduled = heapq.heappop(self._ready)
            length = self.orders.length[step][order][visit - 1]
            start, person = self._desks[step].take(ready, length)
            finish[step](Work(order, step, visit, scheduled, start, start + length, person))


class FrontOffice:
    """Checks orders, sends bad ones back to the customer, and approves the credit."""

    def __init__(self, orders: Orders, hands: OfficeHands, releases: tuple[Release, ...] = RELEASES) -> None:
        self.orders = orders
        self._hands = hands
        self._desks = Desks(orders, ("check", "credit", "return"), hands)
        self._automatic_from = next((release.at for release in releases if release.version == "2.4"), math.inf)
        self._finish = {"check": self._checked, "credit": self._credit_decided, "return": self._returned}

    def receive(self, order: int, at: int) -> None:
        """An order came in."""
        self._desks.queue(order, "check", 1, at)

    def work(self, until: float = math.inf) -> None:
        """Do what is ready; no order received later may have come before `until`."""
        self._desks.work(until, self._finish)

    def _checked(self, work: Work) -> None:
        orders, order = self.orders, work.order
        is_rejected = work.visit <= orders.rejections[order]
        self._hands.do(work._replace(is_success=not is_rejected))
        if is_rejected:
            self._desks.queue(order, "return", work.visit, work.ended + 1)
        elif orders.cancelled_at[order] == "check":
            self._hands.cancel(order, work.ended + 60 * orders.small[order][0])
        elif work.ended >= self._automatic_from and orders.can_be_automatic[order]:
            self._approved(order, self._hands.approve(order, work.ended))
        else:
            self._desks.queue(order, "credit", 1, work.ended + 1)

    def _returned(self, work: Work) -> None:
        self._hands.do(work)
        answered = work.ended + int(self.orders.answer[work.order][work.visit - 1])
        self._desks.queue(work.order, "check", work.visit + 1, answered)

    def _credit_decided(self, work: Work) -> None:
        self._hands.do(work)
        self._approved(work.order, work.ended)

    def _approved(self, order: int, at: int) -> None:
        small = self.orders.small[order]
        if self.orders.cancelled_at[order] == "credit":
            self._hands.cancel(order, at + small[0])
        else:
            self._hands.pass_on(order, self._hands.allocate(order, at + small[2]) + 1)


def approved_at(orders: Orders, order: int, asked: int) -> int:
    """When the agent has decided."""
    return asked + orders.small[order][1]


def retry_at(orders: Orders, order: int, tried: int) -> int | None:
    """When the stock answers at last; None when it answers at once."""
    onset, contained = OUTAGE["onset"], OUTAGE["contained"]
    if onset <= tried < contained:
        backlog = OUTAGE["steady"] - OUTAGE["remediated"]
        return OUTAGE["remediated"] + (tried - onset) * backlog // (contained - onset)
    return tried + 4 * orders.small[order][3] if orders.fails_once[order] else None


class Warehouse:
    """Picks and packs, now and then the wrong thing."""

    def __init__(self, orders: Orders, hands: WarehouseHands) -> None:
        self.orders = orders
        self._hands = hands
        self._desks = Desks(orders, ("pick",), hands)

    def receive(self, order: int, at: int) -> None:
        """The goods of an order are reserved."""
        self._desks.queue(order, "pick", 1, at)

    def work(self, until: float = math.inf) -> None:
        """Do what is ready; no order received later may have come before `until`."""
        self._desks.work(until, {"pick": self._picked})

    def _picked(self, work: Work) -> None:
        is_wrong = work.visit == 1 and self.orders.is_mispicked[work.order]
        self._hands.do(work._replace(is_success=not is_wrong))
        if is_wrong:
            self._desks.queue(work.order, "pick", 2, work.ended + 1)
        else:
            self._hands.pass_on(work.order, work.ended)


def carry(orders: Orders, order: int, packed: int) -> list[Work]:
    """The carrier's work on a packed order: collected, and at the door in one parcel or two."""
    small = orders.small[order]
    shipped = PICKUPS[bisect_left(PICKUPS, packed)] + 10 * small[4]
    round_ = bisect_left(ROUND_DAYS, day_of(shipped)) + orders.transit_days[order]
    delivered = local_second(ROUND_DAYS[round_], orders.door_hour[order])
    carried = [instant(order, "ship", shipped), instant(order, "deliver", delivered)]
    if orders.has_second_parcel[order]:
        later = ROUND_DAYS[round_ + orders.second_days[order]]
        carried.append(instant(order, "deliver", local_second(later, orders.door_hour[order]) + small[6], visit=2))
    return carried


def bill(orders: Orders, order: int, shipped: int) -> list[Work]:
    """Invoice and payment of a shipped order."""
    small = orders.small[order]
    invoiced = shipped + 60 + small[5]
    wait = 86_400 * orders.credit_days[order] if orders.channel[order] == 2 else 30 + small[7]
    return [instant(order, "invoice", invoiced), instant(order, "pay", invoiced + int(wait))]
