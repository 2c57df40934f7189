"""What happens to the orders: steps, queues, rework, an outage, and one release that makes a difference.

Knows the truth; knows nothing of how it is told (see `telling`). All times are whole UTC seconds.
"""

from __future__ import annotations

import datetime as dt
import heapq
import math
from bisect import bisect_left
from dataclasses import dataclass
from typing import NamedTuple

from examples.order_to_cash.demand import Orders
from examples.order_to_cash.office import HORIZON_DAYS, Desk, Office, day_of, is_weekday, local_second


class Work(NamedTuple):
    """One execution of a step. `started` is `ended` for an instant; `person` is None where nobody did it by hand."""

    order: int
    step: str
    visit: int
    scheduled: int
    started: int
    ended: int
    person: int | None = None
    is_success: bool = True
    attempt: int = 1


@dataclass(frozen=True)
class Release:
    """A release and when it went live."""

    version: str
    at: int


def _instant(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).timestamp())


FIRST_VERSION = "2.2"
RELEASES = (
    Release("2.3", _instant("2026-05-11T06:00:00+02:00")),  # changes nothing that anybody could measure
    Release("2.4", _instant("2026-07-20T06:00:00+02:00")),  # approves the credit of most orders without a person
)
OUTAGE_ID = "INC-2026-0826"
OUTAGE = {
    "onset": _instant("2026-08-26T09:12:00+02:00"),
    "detected": _instant("2026-08-26T09:31:20+02:00"),
    "triaged": _instant("2026-08-26T09:44:05+02:00"),
    "contained": _instant("2026-08-26T11:05:30+02:00"),
    "remediated": _instant("2026-08-26T14:20:00+02:00"),
    "steady": _instant("2026-08-26T16:45:10+02:00"),
}
_MON_FRI, _MON_SAT = (0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5)
_TEAMS = {  # days, from and to o'clock, people
    "check": (_MON_FRI, 8, 18, 4),
    "credit": (_MON_FRI, 9, 17, 5),
    "return": (_MON_FRI, 9, 18, 2),
    "pick": (_MON_SAT, 6, 22, 4),
}
_PEOPLE_FOR_ORDERS = 30_000
_ROUND_DAYS = [day for day in range(HORIZON_DAYS) if is_weekday(day, _MON_SAT)]
_PICKUPS = [local_second(day, hour) for day in _ROUND_DAYS for hour in (12, 18)]


class World:
    """One run of the orders through the firm under some releases; `work` holds what happened, in no order."""

    def __init__(self, orders: Orders, releases: tuple[Release, ...] = RELEASES) -> None:
        self.orders = orders
        self.work: list[Work] = []
        self._automatic_from = next((release.at for release in releases if release.version == "2.4"), math.inf)
        scale = len(orders) / _PEOPLE_FOR_ORDERS
        self._offices = {step: Office(days, opens, closes) for step, (days, opens, closes, _) in _TEAMS.items()}
        self._desks = {
            step: Desk(self._offices[step], max(2, math.ceil(team[3] * scale))) for step, team in _TEAMS.items()
        }
        self._ready: list[tuple[int, int, str, int, int]] = []

    def run(self) -> list[Work]:
        """Everything that happens to the orders, however long it takes."""
        for order, placed in enumerate(self.orders.placed):
            self._instant(order, "create", placed)
            self._queue(order, "check", 1, placed + 1)
        finish = {
            "check": self._checked,
            "credit": self._credit_decided,
            "return": self._returned,
            "pick": self._picked,
        }
        while self._ready:
            ready, order, step, visit, scheduled = heapq.heappop(self._ready)
            length = self.orders.length[step][order][visit - 1]
            start, person = self._desks[step].take(ready, length)
            finish[step](Work(order, step, visit, scheduled, start, start + length, person))
        return self.work

    def _queue(self, order: int, step: str, visit: int, at: int) -> None:
        """Work waits until somebody gets to it: a delay in office hours, longer on a bad day, then a free person."""
        delay = self.orders.delay[step][order][visit - 1] * self.orders.mood[step][day_of(at)]
        heapq.heappush(self._ready, (self._offices[step].after(at, delay), order, step, visit, at))

    def _instant(
        self, order: int, step: str, at: int, visit: int = 1, is_success: bool = True, attempt: int = 1
    ) -> None:
        self.work.append(Work(order, step, visit, at, at, at, None, is_success, attempt))

    def _checked(self, work: Work) -> None:
        orders, order = self.orders, work.order
        is_rejected = work.visit <= orders.rejections[order]
        self.work.append(work._replace(is_success=not is_rejected))
        if is_rejected:
            self._queue(order, "return", work.visit, work.ended + 1)
        elif orders.cancelled_at[order] == "check":
            self._instant(order, "cancel", work.ended + 60 * orders.small[order][0])
        elif work.ended >= self._automatic_from and orders.can_be_automatic[order]:
            decided = work.ended + orders.small[order][1]
            self._instant(order, "approve", decided)
            self._after_credit(order, decided)
        else:
            self._queue(order, "credit", 1, work.ended + 1)

    def _returned(self, work: Work) -> None:
        self.work.append(work)
        answered = work.ended + int(self.orders.answer[work.order][work.visit - 1])
        self._queue(work.order, "check", work.visit + 1, answered)

    def _credit_decided(self, work: Work) -> None:
        self.work.append(work)
        self._after_credit(work.order, work.ended)

    def _after_credit(self, order: int, at: int) -> None:
        small = self.orders.small[order]
        if self.orders.cancelled_at[order] == "credit":
            self._instant(order, "cancel", at + small[0])
            return
        tried = at + small[2]
        again = self._retried_at(order, tried)
        if again is not None:
            self._instant(order, "allocate", tried, is_success=False)
        allocated = tried if again is None else again
        self._instant(order, "allocate", allocated, attempt=1 if again is None else 2)
        self._queue(order, "pick", 1, allocated + 1)

    def _retried_at(self, order: int, tried: int) -> int | None:
        """When the stock service answers at last; None when it answers at once."""
        onset, contained = OUTAGE["onset"], OUTAGE["contained"]
        if onset <= tried < contained:
            backlog = OUTAGE["steady"] - OUTAGE["remediated"]
            return OUTAGE["remediated"] + (tried - onset) * backlog // (contained - onset)
        return tried + 4 * self.orders.small[order][3] if self.orders.fails_once[order] else None

    def _picked(self, work: Work) -> None:
        is_wrong = work.visit == 1 and self.orders.is_mispicked[work.order]
        self.work.append(work._replace(is_success=not is_wrong))
        if is_wrong:
            self._queue(work.order, "pick", 2, work.ended + 1)
        else:
            self._send(work.order, work.ended)

    def _send(self, order: int, packed: int) -> None:
        """Carrier, invoice, door and payment."""
        orders, small = self.orders, self.orders.small[order]
        shipped = _PICKUPS[bisect_left(_PICKUPS, packed)] + 10 * small[4]
        invoiced = shipped + 60 + small[5]
        self._instant(order, "ship", shipped)
        self._instant(order, "invoice", invoiced)
        round_ = bisect_left(_ROUND_DAYS, day_of(shipped)) + orders.transit_days[order]
        self._instant(order, "deliver", local_second(_ROUND_DAYS[round_], orders.door_hour[order]))
        if orders.has_second_parcel[order]:
            later = _ROUND_DAYS[round_ + orders.second_days[order]]
            self._instant(order, "deliver", local_second(later, orders.door_hour[order]) + small[6], visit=2)
        wait = 86_400 * orders.credit_days[order] if orders.channel[order] == 2 else 30 + small[7]
        self._instant(order, "pay", invoiced + int(wait))
