"""Wait causes: a walk minute by minute over random logs says what the sums say."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from metrics.reports.wait_causes import CAUSES, rows
from metrics.waits.batches import FEWEST_CASES, PAUSE_MINUTES, WITHIN_MINUTES
from tests.metrics.coded_events import Fact, Log, Row
from tests.metrics.wait_logs import MINUTE_US, STREAM, minutes, step

SEEDS = 12
Told = tuple[int | None, int | None, int | None]


def random_log(seed: int) -> list[Row]:
    """Five cases with parallel and half-told steps of two people, and a step that is often begun in one go."""
    chance, made = random.Random(seed), []
    for number in range(5):
        case, at = f"c{number}", chance.randint(0, 60)
        made += step(case, "A", "sys", None, at, at + chance.randint(0, 9), kind="system")
        for name in chance.choices("BCX", k=chance.randint(1, 4)):
            begun = at + chance.randint(-5, 50)
            told: Told = (
                chance.choice([None, begun - chance.randint(0, 20)]), chance.choice([begun, begun, None]),
                begun + chance.randint(-2, 15),
            )  # fmt: skip
            told = tuple(None if minute is None else max(minute, 0) for minute in told)  # type: ignore[assignment]
            made += step(case, name, chance.choice(["bo", "bo", "al", None]), *told)
            at = max(begun, at)
        if chance.random() < 0.8:
            begun = 170 + chance.randint(0, 6)
            made += step(case, "B", "bo", None, begun, begun + 1)
        if chance.random() < 0.7:
            made += step(case, "D", "sys", None, None, 200, kind="system")
    return made


def _minute(at: Any) -> int | None:
    return None if at is None else round((at - at.replace(hour=0, minute=0)).total_seconds() / 60)


def _naive(steps: list[Fact], cases: list[Fact]) -> tuple[Counter[tuple[str, str]], Counter[str]]:
    """The oracle: every minute of every wait asked which cause it has. Minutes by step and cause, waits by step."""
    flows = {case["case_id"]: (_minute(case["triggered_at"]), _minute(case["finished_at"])) for case in cases}
    told = [
        {"case": s["case_id"], "step": s["step"], "who": s["performer"], "is_handoff": s["is_handoff"],
         "scheduled": _minute(s["scheduled_at"]), "started": _minute(s["started_at"]), "ended": _minute(s["ended_at"])}
        for s in steps
    ]  # fmt: skip
    before: dict[str, Fact] = {}
    for one in told:
        one["begun"] = _begin(one, before.get(one["case"]), flows)
        before[one["case"]] = one
    ready = _ready(told)
    capacity = {who: _capacity(who, told) for who in {one["who"] for one in told} - {None}}
    found: Counter[tuple[str, str]] = Counter()
    waits: Counter[str] = Counter()
    for place, one in enumerate(told):
        if one["begun"] is None:
            continue
        waits[one["step"]] += 1
        for minute in range(one["begun"], one["started"]):
            found[one["step"], _cause(one, minute, ready.get(place), told, capacity)] += 1
    return found, waits


def _begin(one: Fact, before: Fact | None, flows: dict[str, Any]) -> int | None:
    """The minute in which the wait before a step begins; None where there is none, or none is told."""
    triggered, finished = flows.get(one["case"], (None, None))
    if triggered is None or one["started"] is None:
        return None
    if one["started"] < triggered or (finished is not None and one["started"] > finished):
        return None
    given = None
    if before and before["ended"] is not None and not (before["started"] or 0) > before["ended"]:
        given = before["ended"]
    if given is None:
        given = one["scheduled"]
    if given is None or max(given, triggered) > one["started"]:
        return None
    return int(max(given, triggered))


def _at_work(who: str, minute: int, told: list[Fact]) -> int:
    return sum(
        one["who"] == who and None not in (one["started"], one["ended"]) and one["started"] <= minute < one["ended"]
        for one in told
    )


def _capacity(who: str, told: list[Fact]) -> int:
    levels = sorted(level for minute in range(300) if (level := _at_work(who, minute, told)))
    return levels[-(-len(levels) * 95 // 100) - 1] if levels else 10**9


def _ready(told: list[Fact]) -> dict[int, int]:
    """By place of a batch's member: the minute in which the last member had come."""
    ready: dict[int, int] = {}
    for who in {one["who"] for one in told} - {None}:
        mine = sorted((o["started"], p) for p, o in enumerate(told) if o["who"] == who and o["started"] is not None)
        up_to, opened = None, None
        bursts: dict[int, list[int]] = {}
        for started, place in mine:
            if up_to is not None and started - up_to >= PAUSE_MINUTES:
                opened = started
            up_to = max(up_to or 0, started, told[place]["ended"] or 0)
            if opened is not None and started <= opened + WITHIN_MINUTES:
                begun = told[place]["begun"]
                if begun is not None and begun < opened:
                    bursts.setdefault(opened, []).append(place)
        for places in bursts.values():
            for name in {told[place]["step"] for place in places}:
                members = [place for place in places if told[place]["step"] == name]
                if len({told[place]["case"] for place in members}) >= FEWEST_CASES:
                    ready |= dict.fromkeys(members, max(told[place]["begun"] for place in members))
    return ready


def _cause(one: Fact, minute: int, ready: int | None, told: list[Fact], capacity: dict[str, int]) -> str:
    if ready is not None and minute < ready:
        return "batch"
    if one["who"] is not None and _at_work(one["who"], minute, told) >= capacity[one["who"]]:
        return "queue"
    if one["is_handoff"] and one["scheduled"] is not None and minute < one["scheduled"]:
        return "handoff"
    return "unexplained"


@pytest.mark.parametrize("seed", range(SEEDS))
def test_oracle(seed: int) -> None:
    """Causes of random logs are what each minute of each wait says; they sum to all wait to the microsecond."""
    log = Log(STREAM, random_log(seed))
    found = [dict(row) for row in rows(log.contract(), STREAM)]
    expected, waits = _naive(log.steps(), log.cases())
    told = {(row["step"], row["cause"]): row["cause_us"] for row in found if row["cause_us"]}
    assert told == {key: count * MINUTE_US for key, count in expected.items()}
    assert {row["step"]: row["waits"] for row in found if row["waits"]} == waits
    for name in waits:
        minutes(found, name)


def test_the_oracle_sees_every_cause() -> None:
    """The random logs hold waits of every cause that a log without a calendar can tell, so none goes untried."""
    seen: Counter[str] = Counter()
    for seed in range(SEEDS):
        log = Log(STREAM, random_log(seed))
        for (_, cause), count in _naive(log.steps(), log.cases())[0].items():
            seen[cause] += count
    assert all(seen[cause] > 20 for cause in CAUSES[1:])


def test_shuffling_changes_nothing() -> None:
    """The order in which steps and cases lie in their tables shows in no cause."""
    log = Log(STREAM, random_log(3))
    connection = log.contract()
    before = [dict(row) for row in rows(connection, STREAM)]
    for table in ("steps", "cases"):
        connection.execute(f"CREATE TABLE turned AS FROM {table} ORDER BY hash(case_id), 3 DESC")
        connection.execute(f"DROP TABLE {table}")
        connection.execute(f"ALTER TABLE turned RENAME TO {table}")
    assert [dict(row) for row in rows(connection, STREAM)] == before
