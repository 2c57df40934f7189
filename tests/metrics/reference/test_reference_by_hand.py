"""The reference is anchored: some of its numbers counted again from the events, by a plain loop that knows no SQL."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from metrics.catalog import metric_by_key
from metrics.evaluate import evaluate_period
from metrics.metric import Statistic
from metrics.periods import parse_period
from tests.metrics.reference.events import orders
from tests.metrics.reference.made import Made
from tests.metrics.reference.streams import bills_of

QUARTER = parse_period("2025-Q4", year_starts=4)  # January to March 2026
BERLIN = ZoneInfo("Europe/Berlin")
ENDS = {"Delivered": "completed", "Refused": "rejected", "Withdrawn": "cancelled"}
Event = tuple[str, dt.datetime, dict[str, object]]


def walks() -> dict[str, list[Event]]:
    """The events of each case, oldest first; those of failures left out, and lifecycles that are no step."""
    found: dict[str, list[Event]] = defaultdict(list)
    for case_id, step, at, *more in orders():
        told = dict(more[0]) if more else {}
        if step is not None and step != "Ping" and told.get("lifecycle") != "skip":
            found[case_id].append((step, dt.datetime.fromisoformat(at), told))
    return {
        case_id: sorted(events, key=lambda e: (e[1], e[2].get("sequence") or 0)) for case_id, events in found.items()
    }


def local_day(at: dt.datetime) -> dt.date:
    """The day in Berlin."""
    return at.replace(tzinfo=dt.UTC).astimezone(BERLIN).date()


def completed(walk: Iterable[Event]) -> tuple[dt.datetime, dt.datetime] | None:
    """Trigger and outcome of a case whose first outcome was a delivery."""
    events = list(walk)
    begun = [at for step, at, _ in events if step in ("Received", "Phoned")]
    ended = min(((at, step) for step, at, _ in events if step in ENDS), default=None)
    if not begun or ended is None or ENDS[ended[1]] != "completed":
        return None
    return min(begun), ended[0]


def in_quarter() -> dict[str, tuple[dt.datetime, dt.datetime]]:
    """Those delivered in the quarter."""
    spans = {case_id: span for case_id, walk in walks().items() if (span := completed(walk)) is not None}
    return {
        case_id: span for case_id, span in spans.items()
        if QUARTER.first_on <= local_day(span[1]) < QUARTER.until_on
    }  # fmt: skip


def value_of(made: Made, key: str, statistic: Statistic) -> float | None:
    """The value of the product."""
    found = evaluate_period(made.connection, metric_by_key(key), made.streams["orders"], QUARTER)
    return next(value.summary.value for value in found if value.summary.statistic is statistic)


@pytest.mark.parametrize(("statistic", "share"), [(Statistic.P50, 0.5), (Statistic.P85, 0.85), (Statistic.P90, 0.9)])
def test_flow_time(facts: Made, statistic: Statistic, share: float) -> None:
    """Quantiles of days, in the middle of what minutes at the trigger and hours at the delivery leave open."""
    off = (dt.timedelta(hours=1) - dt.timedelta(minutes=1)) / 2
    days = sorted((end - begin + off) / dt.timedelta(days=1) for begin, end in in_quarter().values() if end >= begin)
    place = share * (len(days) - 1)
    low, high = days[math.floor(place)], days[math.ceil(place)]
    assert value_of(facts, "flow_time", statistic) == pytest.approx(low + (high - low) * (place - math.floor(place)))


def test_costs_of_a_month_are_its_bills_and_the_hours_of_its_people(facts: Made) -> None:
    """February: bills are handed out to the last of six decimals, idle capacity included; a clerk's hour is 64.25."""
    billed, seen = facts.connection.execute(
        "SELECT (SELECT sum(amount) FROM bills WHERE stream = 'orders' AND month = '2026-02-01'), sum(amount) "
        "FROM costs WHERE stream = 'orders' AND incurred_on BETWEEN '2026-02-01' AND '2026-02-28' "
        "AND rate_id IN (SELECT bill_id FROM bills)"
    ).fetchall()[0]
    told = sum((b["amount"] for b in bills_of("orders") if b["month"] == dt.date(2026, 2, 1)), Decimal(0))  # type: ignore[misc]
    assert billed == seen == told
    hours = facts.connection.execute(
        "SELECT DISTINCT round(amount::DOUBLE / quantity, 4) FROM costs WHERE stream = 'orders' AND driver = 'clerk' "
        "AND incurred_on >= '2026-02-01' AND quantity > 0.05"
    ).fetchall()
    assert hours == [(64.25,)]


def test_cost_per_transaction_is_all_that_was_spent_over_what_was_delivered(facts: Made) -> None:
    """Every franc of the quarter, idle capacity and what failed included, by deliveries."""
    ((spent,),) = facts.connection.execute(
        "SELECT sum(amount) FROM costs WHERE stream = 'orders' AND incurred_on >= '2026-01-01' "
        "AND incurred_on < '2026-04-01'"
    ).fetchall()
    expected = float(spent) / len(in_quarter())
    assert value_of(facts, "cost_per_transaction", Statistic.UNIT_COST) == pytest.approx(expected)


def test_first_time_right(facts: Made) -> None:
    """Neither sent back, mended, done again, moved back nor taken back, retries and what is allowed left out."""
    found = [_is_right(case_id) for case_id in in_quarter()]
    assert value_of(facts, "first_time_right", Statistic.SHARE) == pytest.approx(sum(found) / len(found))


def test_a_told_failure_took_as_long_as_was_told(facts: Made) -> None:
    """I1 was detected at day 20.4, though it was told once more at day 21, and steady at day 23."""
    ((hours, severity),) = facts.connection.execute(
        "SELECT date_diff('minute', detected_at, steady_at) / 60, severity FROM failures WHERE failure_id = 'I1'"
    ).fetchall()
    assert (hours, severity) == (pytest.approx(2.6 * 24), 1)


def test_items_are_contained_at_the_next_steady_step(facts: Made) -> None:
    """From the first query of an episode to the next end of packing, or to the refusal."""
    found = facts.connection.execute(
        "SELECT case_id, detected_at, steady_at FROM failures WHERE stream = 'orders' AND rule = 'sent_back' "
        "AND episode = 1"
    ).fetchall()
    expected = {}
    for case_id, walk in walks().items():
        queries = [at for step, at, _ in walk if step == "Query"]
        if queries:
            ends = [at for step, at, told in walk if _is_steady(step, told) and at > queries[0]]
            expected[case_id] = (queries[0], min(ends, default=None))
    assert {case_id: (begun, ended) for case_id, begun, ended in found} == expected


def _is_steady(step: str, told: dict[str, object]) -> bool:
    return step in ("Pack", "Refused") and told.get("lifecycle") in (None, "complete", "done")


def _is_right(case_id: str) -> bool:
    places = ["Received", "Check", "Credit", "Pick", "Pack", "Ship", "Delivered", "Refused"]
    done, seen, last = _executions(case_id), dict[str, int](), ""
    ends = [step for _, step in done if step in ENDS]
    first_end = next(at for at, step in done if step in ENDS)
    if any(ENDS[step] != ENDS[ends[0]] for step in ends) or any(at > first_end for at, s in done if s not in ENDS):
        return False
    for at, step in done:
        if step in ("Query", "Correct"):
            return False
        seen[step] = seen.get(step, 0) + 1
        allowed = (3 if local_day(at) >= dt.date(2026, 3, 1) else 2) if step == "Pick" else 1
        if step != "Remind" and seen[step] > allowed:
            return False
        if last in places and step in places and seen[step] == 1 and places.index(last) > places.index(step):
            return False
        last = step
    return True


def _executions(case_id: str) -> list[tuple[dt.datetime, str]]:
    """When each first try began, or was told: a step of several events is one; no echoes."""
    found, begun, before = [], set[object](), ""
    for step, at, told in walks()[case_id]:
        is_echo = step == "Echo" and before in ("Query", "Correct")
        before = step
        lifecycle, activity = told.get("lifecycle"), told.get("activity_id")
        is_more = lifecycle in ("suspend", "resume", "schedule", "assign", "done")
        is_more |= lifecycle == "complete" and activity in begun
        if activity is not None and lifecycle in ("start", "begun"):
            begun.add(activity)
        if not (is_echo or is_more or told.get("attempt") == 2):
            found.append((at, step))
    return found
