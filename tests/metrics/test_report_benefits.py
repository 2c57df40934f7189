"""The reports of benefits: each stream's own claims, what was measured of them, and no bridge that does not close."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from metrics.errors import MetricError
from metrics.finance.benefit import Benefit, Frees
from metrics.finance.bridge import Bridge
from metrics.finance.stored import benefit_rows
from metrics.published import BASELINES, BENEFITS, FREED_CAPACITY
from metrics.reports import benefit_bridge, benefit_conflicts, benefits
from metrics.reports.benefit_quarters import told_scope
from tests.metrics.builder import STREAM, World
from tests.metrics.claims import benefit, history

EUR = Decimal
SPRING = 100.0  # a day of the second quarter


def world_of(*told: Benefit, freed: tuple[dict[str, Any], ...] = (), **others: Benefit) -> World:
    """Two quarters with data, what the stream claims, what other streams do, and hours that were measured."""
    world = World().case("a", 1.0, 2.0).case("b", SPRING, SPRING + 1)
    for table in (BASELINES, FREED_CAPACITY):
        world.connection.execute(table.ddl())
    claimed = [("made", one) for one in told] + list(others.items())
    for stream, one in claimed:
        for row in benefit_rows(stream, [one]):
            _insert(world, "benefit_entries", row)
    for hours in freed:
        _insert(world, "freed_capacity", {"stream": "made", "step": "(all)", "role": "(all)"} | hours)
    return world


def _insert(world: World, table: str, row: dict[str, Any]) -> None:
    names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" for _ in row)
    world.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))


def told_in(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    """Rows of the report by quarter and benefit."""
    found = list(benefits.rows(world.connection, STREAM))
    assert all(tuple(row) == BENEFITS.column_names for row in found)
    return {(str(row["period"]), str(row["benefit"])): row for row in found}


def bridged(world: World, level: str = "claimed") -> list[dict[str, Any]]:
    """Rows of the bridge at a level."""
    return [row for row in benefit_bridge.rows(world.connection, STREAM) if row["level"] == level]


def test_a_stream_tells_its_own_claims() -> None:
    """What another stream of the home claims is in none of its rows; where it claims nothing there are none."""
    world = world_of(benefit(id="mine"), other=benefit(id="theirs", budget_line="1"))
    assert set(told_in(world)) == {("2026-Q1", "mine"), ("2026-Q2", "mine")}
    assert {row["closing"] for row in bridged(world)} == {300}
    assert told_in(world_of(other=benefit())) == {}


@pytest.mark.parametrize("states", [("proposed", "reversed"), ("proposed", "validated", "booked", "reversed")])
def test_what_was_taken_back_is_nothing(states: tuple[str, ...]) -> None:
    """However far it had come, from the quarter it was taken back in it comes to nothing and pays nothing back."""
    row = told_in(world_of(benefit(history=history(*states), run_cost="5")))["2026-Q1", "b"]
    assert [row[name] for name in ("state", "state_on", "gross", "disputed", "run_cost", "net")] == [
        "reversed", dt.date(2026, 1, 4) + dt.timedelta(days=len(states)), 0, 0, None, None,
    ]  # fmt: skip
    assert (row["claimed"], row["booked"]) == (0, 0 if "booked" in states else None)
    assert (row["payback_months"], row["payback_reason"]) == (None, "it was reversed")


def test_the_state_says_which_amount_counts() -> None:
    """Claimed at 100 a month, validated at 70 in May: 300 in the first quarter, 210 in the second."""
    entries = history("proposed") + history("validated=70", first="2026-05-10")
    found = told_in(world_of(benefit(history=entries, run_cost="10")))
    assert [(found[quarter, "b"]["state"], found[quarter, "b"]["gross"], found[quarter, "b"]["net"])
            for quarter in ("2026-Q1", "2026-Q2")] == [("proposed", 300, 270), ("validated", 210, 180)]  # fmt: skip
    assert [found[quarter, "b"]["validated"] for quarter in ("2026-Q1", "2026-Q2")] == [None, 210]


def test_hours_beyond_what_was_measured_are_disputed() -> None:
    """300 hours are claimed in the quarter, 200 were freed: 100 are disputed. Hours of no other scope count."""
    desk = benefit("capacity", id="desk", frees={"role": "desk"}, initiative="x")
    check = benefit("capacity", id="check", frees={"step": "check", "against": "2025-Q4"}, initiative="y")
    freed = (
        {"period": "2026-Q2", "role": "desk", "against": "(baseline)", "freed_hours": 200.0},
        {"period": "2026-Q2", "step": "check", "against": "2025-Q4", "freed_hours": 290.0},
        {"period": "2026-Q1", "role": "desk", "against": "2025-Q4", "freed_hours": 1.0},
        {"period": "2026-Q1", "step": "check", "against": "(baseline)", "freed_hours": None},
    )
    alone = told_in(world_of(desk, freed=freed))
    assert [alone[quarter, "desk"]["disputed"] for quarter in ("2026-Q1", "2026-Q2")] == [0, 100]
    other = told_in(world_of(check, freed=freed))
    assert [other[quarter, "check"]["disputed"] for quarter in ("2026-Q1", "2026-Q2")] == [0, 10]
    (row,) = [row for row in bridged(world_of(desk, freed=freed)) if row["period"] == "2026-Q2"]
    assert [row[name] for name in ("opening", "began", "disputed", "closing")] == [300, 0, -100, 200]


def test_evidence_is_that_of_the_latest_entry_that_tells_any() -> None:
    """An entry of the first day of the next quarter is not known yet; one without evidence takes none away."""
    entries = history("proposed") + history("validated", first="2026-03-02") + history("booked", first="2026-04-01")
    for entry, evidence in zip(entries, ("ev-1", "ev-2", "ev-3"), strict=True):
        entry["evidence"] = evidence
    found = told_in(world_of(benefit(history=entries)))
    assert [found[quarter, "b"]["evidence_id"] for quarter in ("2026-Q1", "2026-Q2")] == ["ev-2", "ev-3"]
    assert [found[quarter, "b"]["booked"] for quarter in ("2026-Q1", "2026-Q2")] == [None, 300]
    reversed_by = history("reversed", first="2026-03-03")
    row = told_in(world_of(benefit(history=entries[:2] + reversed_by)))["2026-Q1", "b"]
    assert row["evidence_id"] == "ev-2"


def test_what_pays_back_does_so_no_more_once_it_is_taken_back() -> None:
    """150 spent in January come back in two months of 100; taken back in April, they do not."""
    entries = history("proposed") + history("reversed", first="2026-04-10")
    told = benefit(history=entries, investment={"amount": "150", "month": "2026-01"})
    found = told_in(world_of(told))
    assert [found[quarter, "b"]["payback_months"] for quarter in ("2026-Q1", "2026-Q2")] == [2, None]
    assert [found[quarter, "b"]["run_cost"] for quarter in ("2026-Q1", "2026-Q2")] == [0, None]
    assert [found[quarter, "b"]["investment"] for quarter in ("2026-Q1", "2026-Q2")] == [150, 150]
    assert [found[quarter, "b"]["payback_reason"] for quarter in ("2026-Q1", "2026-Q2")] == [None, "it was reversed"]


def test_what_is_disputed_is_not_in_the_net() -> None:
    """300 are claimed of a line of which another claims 90, too: 210 count, less 15 of new cost."""
    one = benefit(id="one", initiative="x", run_cost="5")
    found = told_in(world_of(one, benefit(id="two", initiative="y", history=history("proposed", amount="30"))))
    assert [found["2026-Q1", "one"][name] for name in ("gross", "disputed", "net")] == [300, 90, 195]


@pytest.mark.parametrize(
    ("frees", "shared"),
    [({"step": "check", "role": "desk"}, "check, desk"), ({"role": "desk"}, "desk"), ({}, "all hours of people")],
)
def test_what_two_claims_share_is_named(frees: dict[str, str], shared: str) -> None:
    """Step and role of the hours, all hours where neither is told; of money, the budget line."""
    one, other = (benefit("capacity", id=name, initiative=name, frees=frees) for name in "ab")
    cash = [benefit(id=name, initiative=name, budget_line="6800") for name in "cd"]
    found = list(benefit_conflicts.rows(world_of(one, other, *cash).connection, STREAM))
    assert {(row["benefit"], row["shared"]) for row in found} == {
        ("a", shared), ("b", shared), ("c", "6800"), ("d", "6800"),
    }  # fmt: skip
    assert {row["overlap"] for row in found} == {300}


def test_a_scope_is_told_in_words() -> None:
    """Step, role and what it is held against; what is not told stands for all of it, and for the baseline."""
    assert told_scope(Frees()) == ("(all)", "(all)", "(baseline)")
    assert told_scope(Frees(step="check", role="desk", against="2025-Q4")) == ("check", "desk", "2025-Q4")


def test_units_of_a_class_stand_in_their_order() -> None:
    """Two measures of quality are two bridges, by their unit, whatever the benefits are called."""
    first = benefit("quality", id="a", unit="points", history=history("proposed", amount="2"))
    second = benefit("quality", id="b", unit="days", history=history("proposed", amount="3"))
    found = bridged(world_of(first, second, benefit(id="c")))
    assert [(row["benefit_class"], row["unit"], row["closing"]) for row in found if row["period"] == "2026-Q1"] == [
        ("cashable", "EUR", 300), ("quality", "days of flow_time", 3), ("quality", "points of flow_time", 2),
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", [Bridge(closing=EUR(300)), Bridge(began=EUR(299), closing=EUR(299)), Bridge()])
def test_a_bridge_that_does_not_close_is_refused(wrong: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Moves that do not lead to the closing, or a closing that is not the sum of the benefits, are never published."""
    monkeypatch.setattr(benefit_bridge, "bridge_of", lambda *_: wrong)
    with pytest.raises(MetricError, match="bridge of cashable in EUR does not close"):
        next(benefit_bridge.rows(world_of(benefit()).connection, STREAM))


def test_hours_that_nobody_measured_are_claimed_against_no_rival() -> None:
    """300 hours are claimed in the quarter, 200 were freed: 100 are too many, and nobody stands on the other side."""
    desk = benefit("capacity", id="desk", frees={"role": "desk"})
    freed = {"period": "2026-Q2", "role": "desk", "against": "(baseline)", "freed_hours": 200.0}
    found = [
        r for r in benefit_conflicts.rows(world_of(desk, freed=(freed,)).connection, STREAM) if r["level"] == "claimed"
    ]
    told = ("period", "benefit", "kind", "overlap", "rival_stream", "rival", "rival_initiative")
    assert [tuple(row[name] for name in told) for row in found] == [
        ("2026-Q2", "desk", "beyond measure", 100, None, None, None)
    ]
