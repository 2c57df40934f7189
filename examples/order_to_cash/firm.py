"""The firm: its teams, its releases, the one outage it had; and the record of a piece of work.

Knows facts, no behaviour (see `stations`). All times are whole UTC seconds since 1970.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from examples.order_to_cash.office import HORIZON_DAYS, is_weekday, local_second


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


def instant(
    order: int, step: str, at: int, visit: int = 1, is_success: bool = True, attempt: int = 1
) -> Work:  # fmt: skip
    """A step that nobody does by hand: it is over when it begins."""
    return Work(order, step, visit, at, at, at, None, is_success, attempt)


@dataclass(frozen=True)
class Release:
    """A release and when it went live."""

    version: str
    at: int


def _second(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).timestamp())


FIRST_VERSION = "2.2"
RELEASES = (
    Release("2.3", _second("2026-05-11T06:00:00+02:00")),  # changes nothing that anybody could measure
    Release("2.4", _second("2026-07-20T06:00:00+02:00")),  # approves the credit of most orders without a person
)
OUTAGE_ID = "INC-2026-0826"
OUTAGE = {
    "onset": _second("2026-08-26T09:12:00+02:00"),
    "detected": _second("2026-08-26T09:31:20+02:00"),
    "triaged": _second("2026-08-26T09:44:05+02:00"),
    "contained": _second("2026-08-26T11:05:30+02:00"),
    "remediated": _second("2026-08-26T14:20:00+02:00"),
    "steady": _second("2026-08-26T16:45:10+02:00"),
}
_MON_FRI, _MON_SAT = (0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5)
TEAMS = {  # days, from and to o'clock, people for PEOPLE_FOR_ORDERS orders
    "check": (_MON_FRI, 8, 18, 4),
    "credit": (_MON_FRI, 9, 17, 5),
    "return": (_MON_FRI, 9, 18, 2),
    "pick": (_MON_SAT, 6, 22, 4),
}
PEOPLE_FOR_ORDERS = 30_000
ORDERS = 8_000  # of the nine months, unless asked for more; the bills are those of a firm of this size
ROUND_DAYS = [day for day in range(HORIZON_DAYS) if is_weekday(day, _MON_SAT)]
PICKUPS = [local_second(day, hour) for day in ROUND_DAYS for hour in (12, 18)]


def version_at(second: int) -> str:
    """The release that is live."""
    return next((release.version for release in reversed(RELEASES) if second >= release.at), FIRST_VERSION)
