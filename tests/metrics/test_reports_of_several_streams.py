"""A home keeps several streams in the same tables: no report of one moves with what the others are told to be."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from metrics.finance.integration import Integration
from metrics.finance.stored import benefit_rows, integration_rows
from metrics.published import BASELINES, FREED_CAPACITY, METRIC_VALUES
from metrics.reports.catalog import REPORTS
from metrics.reports.report import Report
from metrics.tables import BILLS, CASES, COSTS, FAILURES, RATES, STEPS, WORKING_TIMES, Table
from tests.metrics.builder import World, instant
from tests.metrics.claims import benefit
from tests.metrics.effect_worlds import AT, stream_with

STREAM = stream_with(
    {"version": "2", "at": AT}, targets={"flow_time": {"p90": "2 days"}, "failure_containment_time": {"p90": "1 day"}},
    steps=[{"name": "check", "standard_minutes": 30, "role": "clerk"}], gates={"phantom_days": 40},
    rework={"rejections": ["send back"], "allowed": [{"step": "remind", "reason": "it helps"}]},
    outcomes=[{"name": "done", "steps": ["deliver"]}], baseline={"period": "2026-Q1"},
)  # fmt: skip
COPIED = (CASES, STEPS, FAILURES, COSTS, RATES, BILLS, BASELINES, METRIC_VALUES, FREED_CAPACITY, WORKING_TIMES)
SHIFTED = (CASES, STEPS, FAILURES, METRIC_VALUES)
OTHERS = {"earlier": -3, "same": 0, "later": 5}
"""By name, by how many days all of it differs; the steps of each have other names, and come after ours."""


def home() -> World:
    """A stream of two quarters: cases finished and open, done right and again, failures, costs, claims."""
    world = World().rate("r1", "60")
    for number in range(12):
        case, day = f"c{number}", 60.0 + 6 * number
        world.case(case, day, None if number > 9 else day + 3 + number % 3, segments={"size": "SL"[number % 2]},
                   loops=number % 2, is_rework_free=number % 2 == 0, touch_hours=0.75)  # fmt: skip
        _walk(world, case, day, is_again=number % 2 == 1)
        world.failure(f"f{number}", day + 0.1, None if number > 9 else day + 0.5, case_id=case, severity=1 + number % 3)
        world.cost("30", day, case_id=case, quantity=0.5).cost("30", day, case_id=case, basis="standard minutes")
        world.cost("9", day, case_id=case, cost_class="licence", driver="seats", rate_id="b1", basis="started cases")
    for table in (METRIC_VALUES, BASELINES, FREED_CAPACITY):
        world.connection.execute(table.ddl())
    world.bill("b1", "150", dt.date(2026, 3, 1)).bill("b2", "150", dt.date(2026, 4, 1))
    _told(world)
    return world


def _walk(world: World, case: str, day: float, *, is_again: bool) -> None:
    names = ["check", "send back", "check", "pack"] if is_again else ["check", "remind", "remind", "pack"]
    for place, name in enumerate(names, 1):
        at = day + 0.3 * place
        world.visit(
            case, name, at, 30, position=place, role="clerk", wait_hours=1.0 + place, touch_hours=0.5,
            rework_kind=("rejection" if name == "send back" else "loop") if is_again and 1 < place < 4 else None,
            is_allowed_repeat=place == 3 and not is_again, scheduled_at=instant(at - 0.1), performer="ann",
            responsible="ann" if place % 2 else "ben", is_handoff=place > 1,
            previous_responsible=None if place == 1 else "ben" if place % 2 else "ann",
            handoff_kind=None if place == 1 else "manual", manual_reason=None if place == 1 else "other",
            previous_step=None if place == 1 else names[place - 2],
            previous_performer_kind=None if place == 1 else "human",
        )  # fmt: skip


def _told(world: World) -> None:
    for row in benefit_rows("made", [benefit(id="a", initiative="x"), benefit("capacity", id="b", initiative="y"),
                                     benefit(id="c", initiative="z")]):  # fmt: skip
        _insert(world, "benefit_entries", row)
    one = Integration.model_validate({
        "id": "a", "name": "A", "currency": "EUR", "lines": [{"kind": "run", "from": "2026-02", "amount": "20"}],
        "steps": ["check"], "failures": ["rejection"], "failure_role": "clerk",
    })  # fmt: skip
    for row in integration_rows("made", [one]):
        _insert(world, "integration_lines", row)
    _insert(world, FREED_CAPACITY.name, {
        "stream": "made", "period": "2026-Q2", "step": "check", "role": "(all)", "against": "(baseline)",
        "freed_hours": 20.0,
    })  # fmt: skip
    _insert(world, BASELINES.name, {
        "stream": "made", "is_current": True, "metric": "flow_time", "statistic": "p50", "baseline": "2026-Q1",
        "first_on": dt.date(2026, 1, 1), "until_on": dt.date(2026, 4, 1), "value": 4.0, "cases_fingerprint": "0",
    })  # fmt: skip
    for week in range(8):
        _insert(world, METRIC_VALUES.name, {
            "stream": "made", "metric": "flow_time", "statistic": "p50", "grain": "week", "dimensions": "{}",
            "period": f"2026-W{week + 13}", "first_on": dt.date(2026, 3, 23) + dt.timedelta(weeks=week),
            "until_on": dt.date(2026, 3, 30) + dt.timedelta(weeks=week), "value": 4.0 + week % 2, "n": 40,
        })  # fmt: skip


def _insert(world: World, table: str, row: dict[str, Any]) -> None:
    names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" for _ in row)
    world.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))


def add_others(world: World) -> None:
    """The same again under other names of streams, with the same ids of cases, failures, bills and rates."""
    for table in COPIED:
        for name, days in OTHERS.items():
            changed = [f"'{name}' AS stream", *_changes(table, days if table in SHIFTED else 0)]
            world.connection.execute(
                f"INSERT INTO {table.name} SELECT * REPLACE ({', '.join(changed)}) FROM {table.name} "
                "WHERE stream = 'made'"
            )


def _changes(table: Table, days: int) -> list[str]:
    moved = [f"{column.name} + to_days({days}) AS {column.name}" for column in table.columns
             if days and column.type in ("TIMESTAMP", "DATE")]  # fmt: skip
    if table is STEPS:
        moved += [f"position + {100 + days} AS position", "step || ' of others' AS step"]
    return moved


@pytest.fixture(scope="module")
def alone() -> World:
    """A home of one stream."""
    return home()


@pytest.fixture(scope="module")
def together() -> World:
    """A home in which that stream is one of four."""
    world = home()
    add_others(world)
    return world


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.table.name)
def test_what_is_told_of_a_stream_is_its_own(report: Report, alone: World, together: World) -> None:
    """Beside others with the same cases, at other times and with other steps, not a digit of it is another."""
    expected = [dict(row) for row in report.rows(alone.connection, STREAM)]
    assert expected
    assert [dict(row) for row in report.rows(together.connection, STREAM)] == expected
