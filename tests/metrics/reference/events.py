"""What happened in the two streams of the reference: told case by case, without chance; each rule makes something rare.

Numbers come from `turn`, which spreads cases evenly over its answers and says the same each time.
"""

from __future__ import annotations

import datetime as dt
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.metrics.coded_events import Row

BEGIN = dt.datetime(2025, 10, 1, 5)
DAYS, CASES = 272, 384
HOUR = dt.timedelta(hours=1)
REGIONS = ("north", "south", "west", "north", "south", None, "south")


def turn(number: int, of: int, salt: int = 0) -> int:
    """One of 0 … of − 1, by a number: it looks like chance and is none."""
    return zlib.crc32(f"{number}/{salt}".encode()) % of


@dataclass
class Walk:
    """One case as it is told: a clock that runs on, and the rows so far."""

    number: int
    case_id: str
    at: dt.datetime
    rows: list[Row] = field(default_factory=list)
    activities: int = 0

    def turn(self, of: int, salt: int) -> int:
        """One of 0 … of − 1, for this case and question."""
        return turn(self.number, of, salt)

    def after(self, hours: float) -> Walk:
        """Time goes by."""
        self.at += dt.timedelta(seconds=round(hours * 3600))
        return self

    def tell(self, step: str, performer: str | None = None, **told: Any) -> Walk:
        """An event now."""
        who = {} if performer is None else {"performer": performer}
        self.rows.append((self.case_id, step, self.at.isoformat(), who | told))
        return self

    def work(self, step: str, performer: str | None, hours: float, *, named: bool = True, **told: Any) -> Walk:
        """A step from its start to its end, told by an activity, or by its times alone."""
        self.activities += 1
        own = {"activity_id": f"{self.case_id}/{self.activities}"} if named else {}
        self.tell(step, performer, lifecycle="begun" if named else "start", **own)
        if self.turn(5, self.activities) == 0:
            self.after(hours / 4).tell(step, performer, lifecycle="suspend", **own)
            self.after(hours / 2).tell(step, performer, lifecycle="resume", **own)
        return self.after(hours).tell(step, performer, lifecycle="complete" if named else "done", **own, **told)


def orders() -> Iterator[Row]:
    """Every event of the stream of orders."""
    for number in range(CASES):
        begin = BEGIN + dt.timedelta(days=number * DAYS // CASES, hours=turn(number, 14), minutes=turn(number, 60, 1))
        walk = Walk(number, f"o{number:03d}", begin)
        _order(walk)
        yield from walk.rows
    yield from _strange()
    yield from _incidents()


def _order(walk: Walk) -> None:
    n, pace = walk.number, _pace(walk.number)
    _receive(walk)
    clerk = ("ann", "bob", "cat", "stranger", None)[walk.turn(5, 2)]
    _check(walk.after(pace * (1 + walk.turn(30, 3))), clerk, pace)
    if n % 23 == 2:
        return  # it stays open
    if n % 29 == 3:
        walk.after(40).tell("Remind", "ann").after(50).tell("Remind", "ann").after(20).tell("Remind", "bob")
        return
    if walk.turn(10, 4) < 2 or n * DAYS // CASES in range(172, 180):
        _query(walk, pace)
    _credit(walk.after(pace * (0.2 + walk.turn(9, 5))))
    if n % 19 == 1:
        walk.after(3).tell("Withdrawn", "shop")
        return
    if n % 17 == 0:
        walk.after(5).work("Refused", "ann", 0.1)
        return
    _deliver(walk, pace)
    _afterwards(walk)


def _pace(number: int) -> float:
    """Slower in winter, faster from the third release on, in the south still faster; not the same for any two."""
    day = number * DAYS // CASES
    region = REGIONS[turn(number, 7, 9)]
    season = 1.4 if 60 <= day < 110 else 1.0 if day < 110 else 0.62
    return season * {"north": 1.2, "south": 0.8, "west": 1.0, None: 1.1}[region] * (1 + turn(number, 10, 8) / 12)


def _receive(walk: Walk) -> None:
    n, step = walk.number, "Phoned" if walk.turn(11, 10) == 0 else "Received"
    told = {"region": REGIONS[walk.turn(7, 9)], "size": ("small", "large", "small")[walk.turn(3, 11)]}
    attributes = {name: value for name, value in told.items() if value is not None}
    if n % 4 == 0:
        attributes["cost"] = [{"driver": "scans", "quantity": 1 + walk.turn(9, 12)}, {"driver": "scans", "quantity": 0}]
    walk.tell(step, "shop" if step == "Received" else "ann", attributes=attributes, sequence=1)
    if n % 6 == 0:
        walk.tell("Ping", "shop", sequence=2)


def _check(walk: Walk, clerk: str | None, pace: float) -> None:
    own = {"activity_id": f"{walk.case_id}/c{len(walk.rows)}"}
    role = {"role": "clerk"} if walk.turn(3, 13) else {}
    if walk.turn(4, 14):
        walk.tell("Check", None, lifecycle="schedule", **own).after(pace * walk.turn(6, 15))
        walk.tell("Check", clerk, lifecycle="assign", **own).after(pace)
        walk.tell("Check", clerk, lifecycle="start", **own).after(0.2 + walk.turn(7, 16) / 10)
        walk.tell(
            "Check", clerk, lifecycle="complete", outcome="success" if walk.turn(8, 17) else "failure", **role, **own
        )
    else:
        walk.tell("Check", clerk, **role)
    if walk.turn(16, 18) == 0:
        walk.tell("Check", clerk, lifecycle="skip")


def _query(walk: Walk, pace: float) -> None:
    walk.after(2 + walk.turn(5, 19)).tell("Query", ("ann", "ai", "cat")[walk.turn(3, 20)], performer_kind=None)
    if walk.turn(2, 21):
        walk.after(0.01).tell("Echo", "shop")
    if walk.turn(3, 22):
        walk.after(pace * 6).tell("Correct", "bob", team="desk").after(0.02).tell("Echo", "shop")
    _check(walk.after(pace * (2 + walk.turn(20, 23))), ("bob", "ann")[walk.turn(2, 24)], pace)
    if walk.turn(4, 25) == 0:
        walk.after(1).tell("Query", "cat")
        _check(walk.after(4), "cat", pace)


def _credit(walk: Walk) -> None:
    n, day = walk.number, walk.number * DAYS // CASES
    metered = [{"driver": "tokens", "quantity": 400.5 + walk.turn(900, 26)}]
    if n % 5 == 0:
        metered += [{"driver": "model", "quantity": 1}, {"driver": "scans", "quantity": 2.5}]
    fails = day in range(148, 157) or day in range(196, 203) or day in range(233, 238) or walk.turn(25, 27) == 0
    if fails:
        walk.tell("Credit", "ai", outcome="error", attempt=1, attributes={"cost": metered}).after(0.5)
    who = ("ai", "mill", "ai", "ann", "wms")[walk.turn(5, 28)]
    mode = {"handoff.mode": ("automated", "manual")[walk.turn(2, 29)]} if n % 7 == 0 else {}
    told: dict[str, Any] = {"attributes": {"cost": metered, **mode}} | ({"attempt": 2} if fails else {})
    if n % 12 == 5:
        told["performer_kind"] = ("agent", "human", "system", "external")[walk.turn(4, 30)]
    walk.tell("Credit", who, outcome="success" if walk.turn(9, 31) else "timeout", **told)


def _deliver(walk: Walk, pace: float) -> None:
    n = walk.number
    for parcel in range((1, 1, 2, 3, 1, 4)[walk.turn(6, 32)]):
        walk.after(pace * (1 + walk.turn(18, 33 + parcel)))
        walk.work(
            "Pick", ("wms", "bob", "dan")[walk.turn(3, 40 + parcel)], 0.3 + parcel / 10, named=False, team="floor"
        )
    if n % 13 == 6:
        _check(walk.after(pace), "ann", pace)  # back, and again
    walk.after(pace * walk.turn(12, 44)).work("Pack", ("dan", "bob")[walk.turn(2, 45)], 0.15 + walk.turn(4, 46) / 20)
    if n % 9 == 4:
        walk.work("Pack", ("dan", "bob")[walk.turn(2, 47)], 0.2, named=False)
    shared = {"attributes": {"streamgauge.counted_in": f"o{n - 1:03d}"}} if n % 10 == 9 else {}
    walk.after(pace * 2).tell("Ship", "carrier", **shared)
    if n % 8 == 1:
        walk.after(-1)  # a clock that is behind
    walk.after(pace * (5 + walk.turn(40, 48)))
    walk.at = walk.at.replace(minute=0, second=0)
    walk.tell("Delivered", "carrier" if n % 3 else None)


def _afterwards(walk: Walk) -> None:
    if walk.number % 31 == 4:
        walk.after(30).tell("Credit", "ann", outcome="success")
    if walk.number % 37 == 5:
        walk.after(50).tell("Refused", "ann")


def _strange() -> Iterator[Row]:
    """Cases that never began, ended before they began or at once, or stopped long ago; days of clock changes."""
    yield "x1", "Pack", "2025-12-03T10:00:00", {"performer": "dan"}
    yield "x2", "Delivered", "2026-02-03T10:00:00", {"performer": "carrier"}
    yield "x2", "Received", "2026-02-04T10:00:00", {"performer": "shop", "attributes": {"region": "west"}}
    for case_id, at in (("x3", "2026-03-28T22:59:59"), ("x4", "2026-03-29T00:59:59"), ("x5", "2025-10-25T22:30:00")):
        yield case_id, "Received", at, {"performer": "shop", "attributes": {"region": "north", "size": "large"}}
        until = dt.datetime.fromisoformat(at) + 30 * HOUR
        yield case_id, "Check", (until - HOUR).isoformat(), {"performer": "ann"}
        yield case_id, "Delivered", until.isoformat(), {"performer": "carrier"}
    yield "x6", "Received", "2025-10-20T08:00:00", {"performer": "shop"}
    yield "x7", "Received", "2026-01-07T08:00:00", {"performer": "shop", "sequence": 2}
    yield "x7", "Delivered", "2026-01-07T08:00:00", {"performer": "shop", "sequence": 3}
    yield "x8", "Received", "2026-05-07T08:00:00", {"performer": "shop"}
    yield "x8", "Pack", "2026-05-07T12:00:00", {"performer": "dan", "lifecycle": "start", "activity_id": "x8/1"}
    yield "x8", "Pack", "2026-05-07T11:00:00", {"performer": "dan", "lifecycle": "complete", "activity_id": "x8/1"}
    yield "x8", "Pack", "2026-05-08T11:00:00", {"performer": "dan", "lifecycle": "start", "activity_id": "x8/2"}
    yield "x8", "Delivered", "2026-05-09T11:00:00", {"performer": "carrier", "lifecycle": "withdraw"}


def _incidents() -> Iterator[Row]:
    """Failures that events told: of the whole stream and of a case, whole and in part, open, healed and put down."""
    told: list[tuple[str, str, dict[str, float], dict[str, object]]] = [
        ("I1", "failure:I1", {"onset": 20, "detected": 20.4, "triaged": 20.6, "contained": 21, "remediated": 22.5,
                              "steady": 23}, {"severity": 2}),
        ("I2", "failure:I2", {"detected": 55.1, "contained": 55.5, "steady": 56}, {"severity": 1}),
        ("I3", "o100", {"onset": 64.5, "detected": 65, "steady": 65.25}, {"severity": 3, "auto_healed": "false"}),
        ("I4", "failure:I4", {"detected": 109.5, "triaged": 110, "remediated": 111.5, "steady": 112},
         {"severity": 3, "caused_by_release": "2.0"}),
        ("I5", "failure:I5", {"detected": 198.3, "triaged": 198.7}, {"severity": 1}),
        ("I6", "o380", {"detected": 230.5, "contained": 231, "steady": 230.9}, {}),
        ("I7", "failure:I7", {"detected": 265.2}, {"severity": 4}),
        ("I8", "failure:I8", {"detected": 140, "steady": 140.5}, {"auto_healed": "true", "caused_by_release": "1.1"}),
    ]  # fmt: skip
    for failure_id, case_id, stages, said in told:
        for stage, day in stages.items():
            at = BEGIN + dt.timedelta(days=day)
            attributes = said if stage == "detected" else {}
            yield case_id, None, at.isoformat(), {
                "failure_id": failure_id, "failure_stage": stage, "attributes": attributes or None,
            }  # fmt: skip
    yield "failure:I1", None, (BEGIN + dt.timedelta(days=21)).isoformat(), {
        "failure_id": "I1", "failure_stage": "detected", "attributes": {"severity": 1},
    }  # fmt: skip


def returns() -> Iterator[Row]:
    """Every event of the second, tiny stream: days without hours, teams, retries, and cases that just stop."""
    for number in range(36):
        at = dt.datetime(2026, 1, 20, 5) + dt.timedelta(days=2 * number)
        plant = {"plant/no~1": ("a", "b/c", "é'\"")[turn(number, 3)]} if number % 7 else {}
        walk = Walk(number, f"r{number:02d}", at)
        walk.tell("Arrive", "gate", team="yard", release=("v1", "v2")[number // 20], attributes=plant or None)
        for visit in range(1 + turn(number, 3, 5)):
            walk.after(24 * (1 + turn(number, 4, visit))).tell("Inspect", f"p{turn(number, 4, 7 + visit)}", team="lab")
            walk.tell("Inspect", "p1", team="lab", attempt=2)
        if number % 5 == 0:
            walk.after(24).tell("Mend", "p2", team=("lab", "shop")[number % 2], attributes=_tokens(number))
        if number % 6:
            walk.after(24 * turn(number, 9, 3)).tell("Settle", "desk", performer_kind="human", role="clerk")
        yield from walk.rows


def _tokens(number: int) -> dict[str, Any]:
    return {"cost": [{"driver": "tokens", "quantity": number + 1.5}], "note": json.dumps("x")}


TOLD: dict[str, Callable[[], Iterator[Row]]] = {"orders": orders, "returns": returns}
