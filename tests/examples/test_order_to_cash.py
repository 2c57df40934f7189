"""The simulated orders: the same seed tells the same story, and the truth agrees with what was told."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections import defaultdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from examples.order_to_cash.demand import draw_orders
from examples.order_to_cash.firm import RELEASES
from examples.order_to_cash.simulate import main, simulate
from examples.order_to_cash.truth import count_truth
from examples.order_to_cash.world import World
from metrics.stream.source import Source
from pipelines.sources import cloudevents

ORDERS, SEED = 600, 11
BERLIN = ZoneInfo("Europe/Berlin")
OFFICES = {"Operations": (8, 18, 5), "Credit desk": (9, 17, 5), "Customer service": (9, 18, 5), "Warehouse": (6, 22, 6)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run of the simulation."""
    made = tmp_path_factory.mktemp("orders")
    simulate(made, ORDERS, SEED)
    return made


@pytest.fixture(scope="module")
def events(folder: Path) -> list[dict[str, Any]]:
    """The events as told, in the order of the file."""
    return [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def truth(folder: Path) -> Any:
    """The true numbers of the run."""
    return json.loads((folder / "truth.json").read_text())


def test_same_seed_same_bytes(folder: Path, tmp_path: Path) -> None:
    """A run can be repeated to the byte; another seed tells another story."""
    main(["--out", str(tmp_path), "--orders", str(ORDERS), "--seed", str(SEED)])
    for name in ("events.jsonl", "truth.json"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
    simulate(tmp_path, 20, SEED + 1)
    assert (tmp_path / "events.jsonl").read_bytes()[:500] != (folder / "events.jsonl").read_bytes()[:500]


def test_source_reads_every_event(folder: Path, events: list[dict[str, Any]]) -> None:
    """Nothing the simulation tells is refused by the source."""
    batches = list(cloudevents.read(folder / "events.jsonl", Source()))
    assert sum(len(batch) for batch in batches) == len(events)
    assert all(batch["problem"].null_count() == len(batch) for batch in batches)


def test_ids_and_sequences_have_no_gap(events: list[dict[str, Any]]) -> None:
    """Ids are unique, times ascend, and the sequence of each source counts up by one."""
    assert len({event["id"] for event in events}) == len(events)
    assert [event["time"] for event in events] == sorted(event["time"] for event in events)
    by_source: dict[str, list[int]] = defaultdict(list)
    for event in events:
        by_source[event["source"]].append(event["data"]["event.sequence"])
    assert all(told == list(range(1, len(told) + 1)) for told in by_source.values())


def test_nothing_is_told_after_the_cut(events: list[dict[str, Any]], truth: Any) -> None:
    """What happens after the cut-off is unknown, so open orders are open."""
    assert max(event["time"] for event in events) <= truth["cut_off_at"] == "2026-09-30T21:59:59Z"
    assert truth["orders"]["open"] > 0


def test_counts_tie_out(events: list[dict[str, Any]], truth: Any) -> None:
    """Triggered = delivered + cancelled + open, quarters add up, and the events say the same."""
    orders, quarters = truth["orders"], truth["quarters"].values()
    assert orders["triggered"] == ORDERS == orders["delivered"] + orders["cancelled"] + orders["open"]
    for name in ("triggered", "delivered", "cancelled"):
        assert sum(quarter[name] for quarter in quarters) == orders[name]
    delivered = {_case(event) for event in events if _step(event) == "Deliver"}
    assert len(delivered) == orders["delivered"]
    assert len({_case(event) for event in events if _step(event) == "Cancel order"}) == orders["cancelled"]
    assert sum(quarter["right_first_time"] for quarter in quarters) == truth["right_first_time"]


def test_right_first_time_can_be_seen(events: list[dict[str, Any]], truth: Any) -> None:
    """Counted from the events alone, as many delivered orders went without rework as the truth says."""
    visits: dict[str, list[str]] = defaultdict(list)
    for event in events:
        if event["data"]["lifecycle"] in ("complete", "instant") and _step(event):
            visits[_case(event)].append(_step(event))
    right = [
        case
        for case, steps in visits.items()
        if "Deliver" in steps and "Return to customer" not in steps and len(steps) == len(set(steps)) + _second(steps)
    ]
    assert len(right) == truth["right_first_time"]


def test_handoffs_can_be_seen(events: list[dict[str, Any]], truth: Any) -> None:
    """Handoffs counted from the events by the rule of the truth are the handoffs of the truth."""
    starts: dict[str, dict[str, tuple[str, str, str]]] = defaultdict(dict)
    for event in events:
        data = event["data"]
        if data["lifecycle"] in ("start", "instant", "abort") and _step(event):
            place = (event["time"], data["performer.kind"], data["performer.role"])
            starts[_case(event)][data["step.instance_id"]] = place
    delivered = {_case(event) for event in events if _step(event) == "Deliver"}
    counts: dict[str, int] = defaultdict(int)
    for case in delivered:
        steps = sorted(starts[case].values())
        for before, after in itertools.pairwise(steps):
            if before[2] != after[2]:
                counts[f"{before[1]} to {after[1]}"] += 1
    assert counts == truth["handoffs"]["by_kind"]


def test_quantities_tie_out(events: list[dict[str, Any]], truth: Any) -> None:
    """CPU seconds and hours of people, summed from the events, are those of the truth."""
    used = sum(item["quantity"] for event in events for item in event["data"].get("cost", ()))
    assert used == pytest.approx(sum(truth["cpu_seconds_by_month"].values()))
    hours = sum((end - start).total_seconds() for _, start, end in _human_work(events)) / 3600
    months = truth["people_hours_by_role_and_month"].values()
    assert hours == pytest.approx(sum(sum(role.values()) for role in months), abs=1e-3)


def test_people_work_in_office_hours(events: list[dict[str, Any]]) -> None:
    """No person begins before the office opens or ends after it closes, nor on a free day."""
    for role, start, end in _human_work(events):
        opens, closes, days = OFFICES[role]
        begun, done = start.astimezone(BERLIN), end.astimezone(BERLIN)
        assert begun.weekday() < days and begun.hour >= opens
        assert (done.hour, done.minute, done.second) <= (closes, 0, 0) and done.date() == begun.date()


def test_nobody_does_two_things_at_once(events: list[dict[str, Any]]) -> None:
    """A person takes the next piece of work when the last is done."""
    work: dict[str, list[tuple[str, str]]] = defaultdict(list)
    started: dict[str, str] = {}
    for event in events:
        data = event["data"]
        if data["lifecycle"] == "start":
            started[data["step.instance_id"]] = event["time"]
        elif data["lifecycle"] == "complete":
            work[data["performer.id"]].append((started[data["step.instance_id"]], event["time"]))
    for pieces in work.values():
        pieces.sort()
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(pieces))


def test_incident_is_told_in_order(events: list[dict[str, Any]], truth: Any) -> None:
    """The outage tells each stage once, in order, to the second."""
    stages = [(e["data"]["failure.stage"], e["time"]) for e in events if "failure.id" in e["data"]]
    assert [stage for stage, _ in stages] == ["onset", "detected", "triaged", "contained", "remediated", "steady"]
    assert all(truth["incident"][f"{stage}_at"] == time for stage, time in stages)


def test_only_release_24_has_an_effect() -> None:
    """Release 2.3 changes nothing at all; without 2.4 no order is approved by an agent, and orders take longer."""
    orders = draw_orders(1_000, SEED)
    work = World(orders).run()
    truth = count_truth(orders, work, SEED)["releases"]
    assert set(truth["2.3"]["effect_days"].values()) == {0.0}
    assert truth["2.4"]["effect_days"]["mean"] < -0.3
    assert any(done.step == "approve" for done in work)
    assert not any(done.step == "approve" for done in World(orders, RELEASES[:1]).run())


def _step(event: dict[str, Any]) -> str:
    return str(event["data"].get("step.name", ""))


def _case(event: dict[str, Any]) -> str:
    return str(event["data"].get("case.id", ""))


def _second(steps: list[str]) -> int:
    """A second parcel is no rework."""
    return max(steps.count("Deliver") - 1, 0)


def _human_work(events: list[dict[str, Any]]) -> list[tuple[str, dt.datetime, dt.datetime]]:
    started: dict[str, dt.datetime] = {}
    found = []
    for event in events:
        data, at = event["data"], dt.datetime.fromisoformat(event["time"])
        if data["lifecycle"] == "start":
            started[data["step.instance_id"]] = at
        elif data["lifecycle"] == "complete":
            found.append((data["performer.role"], started[data["step.instance_id"]], at))
    return found
