"""The numbers that a perfect instrument would read off the log, counted from the world itself and not from its events.

Knows what each number means; shares no code with the product, so that both can be held against each other.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np

from examples.order_to_cash.demand import Floats, Orders
from examples.order_to_cash.firm import OUTAGE, OUTAGE_ID, RELEASES, Release, Work
from examples.order_to_cash.office import FIRST_ON, HORIZON_DAYS, day_of
from examples.order_to_cash.telling import CUT, STEPS, cpu_seconds
from examples.order_to_cash.world import World

_DAY = 86_400
_EFFECT_WEEKS = 8
_MONTHS = [f"{FIRST_ON + dt.timedelta(days=day):%Y-%m}" for day in range(HORIZON_DAYS)]
HANDOFF_RULE = (
    "A handoff is a change of role between two consecutive steps of a delivered order; consecutive by start, an "
    "instant starts when it happens. Kinds are those of the performers. Steps after the delivery count, up to the "
    "cut-off."
)


def count_truth(orders: Orders, work: list[Work], seed: int) -> dict[str, Any]:
    """Everything known of this run; durations in days, `_on` local, quarters by local calendar."""
    by_order = _by_order(work)
    delivered = {o: _first(done, "deliver") for o, done in by_order.items() if _first(done, "deliver") is not None}
    cancelled = {o: _first(done, "cancel") for o, done in by_order.items() if _first(done, "cancel") is not None}
    right = {order for order in delivered if _is_right(by_order[order])}
    return {
        "seed": seed,
        "cut_off_at": _instant(CUT),
        "orders": {
            "triggered": len(orders),
            "delivered": len(delivered),
            "cancelled": len(cancelled),
            "open": len(orders) - len(delivered) - len(cancelled),
        },
        "quarters": _quarters(orders, delivered, cancelled, right),
        "right_first_time": len(right),
        "handoffs": {"rule": HANDOFF_RULE, "by_kind": _handoffs(by_order[order] for order in delivered)},
        "technical_retries": sum(1 for done in work if done.attempt > 1 and done.ended <= CUT),
        "item_failures": sum(1 for done in work if done.step == "return" and done.ended <= CUT),
        "incident": _incident(orders, work),
        "releases": {release.version: _effect(orders, work, release) for release in RELEASES},
        "cpu_seconds_by_month": _cpu(orders, work),
        "people_hours_by_role_and_month": _people_hours(work),
    }


def _by_order(work: list[Work]) -> dict[int, list[Work]]:
    """The steps of each order that have begun by the cut-off, by start."""
    found: dict[int, list[Work]] = defaultdict(list)
    for done in sorted(work, key=lambda done: (done.order, done.started, done.visit, done.attempt)):
        if done.started <= CUT:
            found[done.order].append(done)
    return found


def _first(done: list[Work], step: str) -> int:
    return next((work.ended for work in done if work.step == step), None)  # type: ignore[return-value]


def _is_right(done: list[Work]) -> bool:
    """No return to the customer, no second check, no second pick; a second parcel and technical retries are allowed."""
    return not any(work.step == "return" or (work.visit > 1 and work.step != "deliver") for work in done)


def _quarters(orders: Orders, delivered: dict[int, int], cancelled: dict[int, int], right: set[int]) -> dict[str, Any]:
    triggered = Counter(_quarter(placed) for placed in orders.placed)
    found: dict[str, Any] = {}
    for quarter, count in sorted(triggered.items()):
        ended = [order for order, at in delivered.items() if _quarter(at) == quarter]
        flow = np.array([delivered[order] - orders.placed[order] for order in ended]) / _DAY
        found[quarter] = {
            "triggered": count,
            "delivered": len(ended),
            "cancelled": sum(1 for at in cancelled.values() if _quarter(at) == quarter),
            "right_first_time": sum(1 for order in ended if order in right),
            "flow_days_of_delivered": _figures(flow),
        }
    return found


def _handoffs(orders: Iterable[list[Work]]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for done in orders:
        for before, after in itertools.pairwise(done):
            gives, takes = STEPS[before.step], STEPS[after.step]
            if gives.role != takes.role:
                counts[f"{gives.kind} to {takes.kind}"] += 1
    return dict(sorted(counts.items()))


def _incident(orders: Orders, work: list[Work]) -> dict[str, Any]:
    onset, contained = OUTAGE["onset"], OUTAGE["contained"]
    tried = [done for done in work if done.step == "allocate" and done.attempt == 1]
    return {
        "failure_id": OUTAGE_ID,
        "severity": 1,
        **{f"{stage}_at": _instant(second) for stage, second in OUTAGE.items()},
        "detected_to_steady_days": round((OUTAGE["steady"] - OUTAGE["detected"]) / _DAY, 6),
        "orders_delayed": sum(1 for done in tried if onset <= done.started < contained),
    }


def _effect(orders: Orders, work: list[Work], release: Release) -> dict[str, Any]:
    """The same orders with and without the release, followed to their end, beyond the cut-off."""
    without = World(orders, tuple(other for other in RELEASES if other != release)).run()
    window = range(release.at, release.at + 7 * _EFFECT_WEEKS * _DAY)
    chosen = np.array([placed in window for placed in orders.placed])
    figures = [_started_figures(days[chosen]) for days in (_flow(orders, work), _flow(orders, without))]
    return {
        "at": _instant(release.at),
        "orders_triggered_in_days": 7 * _EFFECT_WEEKS,
        "with": figures[0],
        "without": figures[1],
        "effect_days": {name: round(figures[0][name] - figures[1][name], 6) for name in figures[0] if name != "n"},
    }


def _flow(orders: Orders, work: list[Work]) -> Floats:
    """Days from placing to the first delivery, by order; NaN where it was never delivered."""
    days = np.full(len(orders), np.nan)
    for done in work:
        if done.step == "deliver" and done.visit == 1:
            days[done.order] = (done.ended - orders.placed[done.order]) / _DAY
    return days


def _figures(days: Floats) -> dict[str, Any]:
    if len(days) == 0:
        return {"n": 0}
    figures = {"median": np.median(days), "p90": np.quantile(days, 0.9), "mean": days.mean()}
    return {"n": len(days)} | {name: round(float(value), 6) for name, value in figures.items()}


def _started_figures(days: Floats) -> dict[str, Any]:
    """The figures of those delivered, and the percentiles of all, among whom a cancelled order never arrives."""
    all_ = np.where(np.isnan(days), np.inf, days)
    median, p90 = np.quantile(all_, (0.5, 0.9), method="inverted_cdf").tolist()
    figures = {"median_counting_cancelled": round(median, 6), "p90_counting_cancelled": round(p90, 6)}
    return _figures(days[~np.isnan(days)]) | figures


def _cpu(orders: Orders, work: list[Work]) -> dict[str, float]:
    used: Counter[str] = Counter()
    for done in work:
        if done.ended <= CUT and (seconds := cpu_seconds(orders, done)) is not None:
            used[_month(done.ended)] += round(1000 * seconds)
    return {month: milliseconds / 1000 for month, milliseconds in sorted(used.items())}


def _people_hours(work: list[Work]) -> dict[str, dict[str, float]]:
    """Hours of work that has ended by the cut-off, by the month in which it ended."""
    seconds: dict[str, Counter[str]] = defaultdict(Counter)
    for done in work:
        if done.person is not None and done.ended <= CUT:
            seconds[STEPS[done.step].role][_month(done.ended)] += done.ended - done.started
    return {
        role: {month: round(total / 3600, 6) for month, total in sorted(months.items())}
        for role, months in sorted(seconds.items())
    }


def _month(second: int) -> str:
    return _MONTHS[day_of(second)]


def _quarter(second: int) -> str:
    year, month = _month(second).split("-")
    return f"{year}-Q{(int(month) + 2) // 3}"


def _instant(second: int) -> str:
    return dt.datetime.fromtimestamp(second, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
