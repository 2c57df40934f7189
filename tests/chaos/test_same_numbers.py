"""Order and repetition of delivery change no published number: the same events shuffled and tripled are the same."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from pipelines.refresh import refresh
from pipelines.registry import load_all
from pipelines.settings import Settings
from tests.pipelines.arrivals import deliver, event, loaded, registered

CASES = 60
Tables = dict[str, list[tuple[Any, ...]]]
COLUMNS = {"streams": "* EXCLUDE (run_id, ran_at, last_arrival_at)"}
MEASURED = {
    "completion_rate",
    "failure_remediation_time",
    "first_time_right",
    "flow_time",
    "handoff_ratio",
    "rework_rate",
}


class Calls:
    """Cases with a queue, people, retries, rework, failures and two releases, some left open; `told` as told."""

    def __init__(self, chance: random.Random) -> None:
        self.told: list[dict[str, Any]] = []
        for case in range(CASES):
            self._tell(case, "Ring", "instant", 0)
            for visit in range(chance.choice([1, 1, 2])):
                self._check(case, visit, chance)
            if chance.random() < 0.8:
                self._tell(case, "Answer", "instant", chance.randint(90, 400), **{"performer.kind": "system"})

    def _check(self, case: int, visit: int, chance: random.Random) -> None:
        one = {"step.instance_id": f"c{case}/check/{visit}"}
        by = {"performer.kind": "human", "performer.id": f"p{case % 4}", "performer.role": "desk", **one}
        begins = 5 + 30 * visit
        self._tell(case, "Check", "schedule", begins, **one)
        self._tell(case, "Check", "start", begins + chance.randint(3, 9), **by)
        outcome = chance.choice(["success", "failure"])
        self._tell(case, "Check", "complete", begins + 15, outcome=outcome, attempt=visit + 1, **by)
        if outcome == "failure":
            for place, stage in enumerate(("detected", "contained", "remediated")):
                told = {"failure.id": f"f{case}-{visit}", "failure.stage": stage, "step.name": None}
                self._tell(case, "Check", "instant", begins + 16 + place, **told)

    def _tell(self, case: int, step: str, lifecycle: str, minute: int, **told: Any) -> None:
        release = "1.0" if case < CASES // 2 else "2.0"
        made = event(len(self.told) + 1, f"c{case:03d}", step, **{"lifecycle": lifecycle, "service.version": release})
        made["data"] = {name: value for name, value in {**made["data"], **told}.items() if value is not None}
        day, minute = divmod(case * 97 + minute, 1_440)
        self.told.append({**made, "time": f"2026-01-{5 + day:02d}T{minute // 60:02d}:{minute % 60:02d}:00Z"})


def _published(settings: Settings, batches: Iterable[list[dict[str, Any]]], chance: random.Random) -> Tables:
    """Deliver in these requests, loading now and then, and refresh; every published table but for who ran it when."""
    for batch in batches:
        deliver(settings, batch)
        if chance.random() < 0.2:
            loaded(settings)
    loaded(settings)
    refresh(settings, load_all(settings))
    with duckdb.connect(str(settings.published_database), read_only=True) as connection:
        names = [row[0] for row in connection.execute("SELECT table_name FROM information_schema.tables").fetchall()]
        return {
            name: connection.execute(f"SELECT {COLUMNS.get(name, '*')} FROM {name} ORDER BY ALL").fetchall()
            for name in names
        }


def test_shuffled_and_tripled_deliveries_are_the_same_numbers(tmp_path: Path) -> None:
    """Three times each, in any order, in any cut into requests and loads: every published number is the same."""
    chance = random.Random(11)
    told = Calls(chance).told
    many = chance.sample(told * 3, 3 * len(told))
    cuts = sorted(chance.sample(range(1, len(many)), 15))
    batches = [many[first:last] for first, last in zip([0, *cuts], [*cuts, len(many)], strict=True)]
    once = _published(registered(tmp_path / "once", "calls"), [told], chance)
    often = _published(registered(tmp_path / "often", "calls"), batches, chance)
    assert min(len(once[name]) for name in ("metric_values", "cases", "steps", "failures", "value_stream")) > 2
    assert {row[1] for row in once["metric_values"] if row[8] is not None} >= MEASURED
    for name, rows in once.items():
        assert often[name] == rows, name
