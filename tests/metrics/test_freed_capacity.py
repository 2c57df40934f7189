"""Freed hours: measured by hand, against a loop, held against what is claimed; and not measured where nobody knows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.baseline import cases_of
from metrics.finance.benefit import Frees
from metrics.finance.freed import NO_WINDOW, OVERLAPS, UNTOLD, Worked, worked_in
from metrics.finance.stored import benefit_rows, read_claims
from metrics.periods import Period
from metrics.published import BASELINES, FREED_CAPACITY
from metrics.reports.freed_capacity import rows
from metrics.stream.finance import Finance
from metrics.stream.gates import Gates
from tests.metrics.builder import STREAM, World, day_of
from tests.metrics.claims import Q1, benefit, claim, history
from tests.metrics.worlds import few

SPRING, SUMMER = 90.0, 181.0  # days of the second and the third quarter
Work = tuple[float, str, str, float | None]


def world_of(works: list[Work], claims: list[Any] = (), frozen: Period | None = None) -> World:  # type: ignore[assignment]  # nothing is claimed
    """A case for each (day, step, role, hours), completed that day; None are hours that nobody told."""
    world = World()
    for number, (day, step, role, hours) in enumerate(works):
        world.case(f"c{number}", day, day + 0.25)
        world.add_step(step_row(f"c{number}", 1, day, step, role, hours))
    for table in (BASELINES, FREED_CAPACITY):
        world.connection.execute(table.ddl())
    for one in claims or [benefit("capacity")]:
        for row in benefit_rows("made", [one]):
            _insert(world, "benefit_entries", row)
    if frozen is not None:
        print_of = cases_of(world.connection, STREAM, frozen).fingerprint
        _insert(world, "baselines", {
            "stream": "made", "is_current": True, "first_on": frozen.first_on, "until_on": frozen.until_on,
            "baseline": frozen.key, "cases_fingerprint": print_of,
        })  # fmt: skip
    return world


def step_row(case: str, position: int, day: float, step: str, role: str, hours: float | None) -> dict[str, Any]:
    """A step of a person."""
    return {
        "stream": "made", "case_id": case, "position": position, "step": step, "visit": 1, "paired_by": "instant",
        "ended_at": dt.datetime(2026, 1, 4) + dt.timedelta(days=day), "touch_hours": hours, "performer_kind": "human",
        "role": role, "happened_on": day_of(day), "is_handoff": False,
    }  # fmt: skip


def found_in(world: World, stream: Any = STREAM) -> dict[str, dict[str, Any]]:
    """Rows of the report by quarter."""
    found = list(rows(world.connection, stream))
    assert all(tuple(row) == FREED_CAPACITY.column_names for row in found)
    return {str(row["period"]): row for row in found}


def _insert(world: World, table: str, row: dict[str, Any]) -> None:
    names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" for _ in row)
    world.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))


FIRST = Period(dt.date(2026, 1, 1), dt.date(2026, 4, 1), "2026-Q1", "all")


def test_by_hand() -> None:
    """2 h and 4 h a case before, 1 h now: (3 − 1) × 4 cases are 8 hours, of 6 that are claimed."""
    works: list[Work] = [(1.0, "check", "x", 2.0), (2.0, "check", "x", 4.0)]
    works += [(SPRING + n, "check", "x", 1.0) for n in range(4)]
    world = world_of(works, [benefit("capacity", history=history("proposed", "validated=1", amount="2"))], FIRST)
    found = found_in(world, STREAM.model_copy(update={"finance": Finance(hours_per_fte_year=64)}))
    row = found["2026-Q2"]
    assert [row[n] for n in ("hours_per_case_then", "hours_per_case_now", "cases_now")] == [3.0, 1.0, 4]
    assert (row["freed_hours"], row["freed_people"]) == (8.0, 0.5)
    assert (row["claimed_hours"], row["validated_hours"], row["covered_share"]) == (6, 3, 1.0)
    assert (row["low"], row["high"], row["is_as_frozen"]) == (None, None, True)
    assert (row["against_first_on"], row["against_until_on"]) == (FIRST.first_on, FIRST.until_on)
    assert (row["cases_then"], row["untold_steps"]) == (2, 0)
    assert found["2026-Q1"]["reason"] == OVERLAPS


def test_work_that_nobody_had_to_do_is_freed() -> None:
    """Cases without the step count with no hours of it: that is what was freed. Other work is none of it."""
    works: list[Work] = [(1.0, "check", "x", 3.0), (SPRING, "check", "x", 3.0), (SPRING + 1, "pack", "x", 9.0)]
    assert found_in(world_of(works, frozen=FIRST))["2026-Q2"]["freed_hours"] == pytest.approx(3.0)


def test_work_of_one_case_is_added_up() -> None:
    """Checked twice, for an hour and for two, a case took three hours."""
    world = world_of([(1.0, "check", "x", 1.0), (SPRING, "check", "x", 1.0)], frozen=FIRST)
    world.add_step(step_row("c0", 2, 1.0, "check", "x", 2.0))
    assert found_in(world)["2026-Q2"]["hours_per_case_then"] == 3.0


def test_more_work_is_below_nothing() -> None:
    """Where a case takes more hours than before, hours were lost, and they cover nothing of a claim."""
    row = found_in(world_of([(1.0, "check", "x", 1.0), (SPRING, "check", "x", 3.0)], frozen=FIRST))["2026-Q2"]
    assert (row["freed_hours"], row["covered_share"]) == (-2.0, 0.0)


def test_a_part_of_a_claim_is_covered() -> None:
    """3 hours a case less, of 6 that are claimed: half of it; before anything is claimed there is no share."""
    works: list[Work] = [(1.0, "check", "x", 4.0), (SPRING, "check", "x", 1.0), (SUMMER, "check", "x", 1.0)]
    claims = [benefit("capacity", history=history("proposed", amount="2"), **{"from": "2026-07"})]
    found = found_in(world_of(works, claims, FIRST))
    assert [(found[f"2026-Q{n}"]["claimed_hours"], found[f"2026-Q{n}"]["covered_share"]) for n in (2, 3)] == [
        (0, None), (6, 0.5),
    ]  # fmt: skip


def test_less_than_an_hour_may_be_claimed() -> None:
    """A quarter of an hour a month is claimed, half an hour of the quarter was freed: two thirds of it."""
    works: list[Work] = [(1.0, "check", "x", 1.5), (SPRING, "check", "x", 1.0)]
    claims = [benefit("capacity", history=history("proposed", amount="0.25"))]
    row = found_in(world_of(works, claims, FIRST))["2026-Q2"]
    assert (row["claimed_hours"], row["freed_hours"], row["covered_share"]) == (Decimal("0.75"), 0.5, 0.5 / 0.75)


def test_each_scope_has_its_own_claims() -> None:
    """Hours of two steps are claimed, 2 and 5 a month: each row holds what is claimed of its own step."""
    works: list[Work] = [(1.0, "check", "x", 4.0), (SPRING, "check", "x", 1.0)]
    claims = [
        benefit("capacity", id=step, frees={"step": step}, history=history("proposed", amount=amount))
        for step, amount in (("check", "2"), ("pack", "5"))
    ]
    found = [row for row in rows(world_of(works, claims, FIRST).connection, STREAM) if row["period"] == "2026-Q2"]
    assert [(row["step"], row["claimed_hours"]) for row in found] == [("check", 6), ("pack", 15)]


def test_only_hours_that_the_stream_claims_are_told() -> None:
    """Claims that free no hours have no row, nor has another stream; money for the same hours is no claim of hours."""
    works: list[Work] = [(1.0, "check", "x", 4.0), (SPRING, "check", "x", 1.0)]
    hours = benefit("capacity", id="a", history=history("proposed", amount="2"))
    money = benefit("cashable", id="b", frees={"step": "check"}, history=history("proposed", amount="50"))
    world = world_of(works, [hours, money, benefit("quality", id="c")], FIRST)
    for row in benefit_rows("other", [benefit("capacity", id="d", frees={"step": "pack"}), hours]):
        _insert(world, "benefit_entries", row)
    found = list(rows(world.connection, STREAM))
    assert [(row["period"], row["step"], row["claimed_hours"]) for row in found] == [
        ("2026-Q1", "check", 6), ("2026-Q2", "check", 6),
    ]  # fmt: skip


def test_work_that_nobody_told_is_not_freed() -> None:
    """Below the completeness that the stream file asks for nothing is measured, and the row says why."""
    told: list[Work] = [(float(n), "check", "x", 2.0) for n in range(4)]
    works: list[Work] = [*told, (SPRING, "check", "x", None), (SPRING, "check", "x", 1.0)]
    row = found_in(world_of(works, frozen=FIRST))["2026-Q2"]
    assert (row["freed_hours"], row["reason"], row["untold_steps"]) == (None, UNTOLD, 1)


def test_without_a_baseline_nothing_is_measured() -> None:
    """A claim against the baseline needs one; a claim against a quarter that it names does not."""
    works: list[Work] = [(1.0, "check", "x", 3.0), (SPRING, "check", "x", 1.0)]
    unmeasured = found_in(world_of(works))["2026-Q2"]
    assert (unmeasured["reason"], unmeasured["cases_then"], unmeasured["untold_steps"]) == (NO_WINDOW, None, 0)
    named = benefit("capacity", frees={"step": "check", "against": "2026-Q1"})
    row = found_in(world_of(works, [named]))["2026-Q2"]
    assert (row["freed_hours"], row["against"], row["is_as_frozen"]) == (2.0, "2026-Q1", None)


def test_hours_are_held_against_the_current_baseline_of_the_stream() -> None:
    """Neither an earlier version of it, nor that of another stream, is what a quarter is held against."""
    world = world_of([(1.0, "check", "x", 3.0), (SPRING, "check", "x", 1.0)])
    told = {"baseline": "x", "cases_fingerprint": "0", "until_on": FIRST.until_on}
    before, earlier = dt.date(2025, 10, 1), dt.date(2025, 7, 1)
    _insert(world, "baselines", {"stream": "made", "is_current": False, "first_on": earlier, **told})
    _insert(world, "baselines", {"stream": "other", "is_current": True, "first_on": before, **told})
    _insert(world, "baselines", {"stream": "made", "is_current": True, "first_on": FIRST.first_on, **told})
    row = found_in(world)["2026-Q2"]
    assert (row["against_first_on"], row["freed_hours"]) == (FIRST.first_on, 2.0)


def test_a_baseline_whose_cases_changed_is_told() -> None:
    """A case that comes to the frozen window later is seen by the hash of its cases."""
    world = world_of([(1.0, "check", "x", 3.0), (SPRING, "check", "x", 1.0)], frozen=FIRST)
    assert found_in(world)["2026-Q2"]["is_as_frozen"] is True
    world.case("late", 3.0, 4.0)
    assert found_in(world)["2026-Q2"]["is_as_frozen"] is False


def test_it_has_the_range_of_its_means() -> None:
    """With enough days the hours lie within their range, and the range has the sign of a sure gain."""
    works: list[Work] = [(n / 2, "check", "x", 2.0 + n % 7 / 10) for n in range(160)]
    works += [(SPRING + n / 2, "check", "x", 1.0 + n % 5 / 10) for n in range(160)]
    row = found_in(world_of(works, frozen=FIRST))["2026-Q2"]
    assert 0 < row["low"] < row["freed_hours"] < row["high"]


@few
@given(
    told=st.lists(
        st.tuples(
            st.integers(0, 260), st.sampled_from(["check", "pack"]), st.sampled_from("xy"), st.integers(0, 500),
        ), min_size=2, max_size=30,
    ), step=st.sampled_from(["check", None]), role=st.sampled_from(["x", None]),
)  # fmt: skip
def test_oracle(told: list[tuple[int, str, str, int]], step: str | None, role: str | None) -> None:
    """Hours per case and freed hours are those of a loop over the cases."""
    works: list[Work] = [(float(day), name, who, hours / 100) for day, name, who, hours in told]
    frees = {name: value for name, value in (("step", step), ("role", role)) if value}
    found = found_in(world_of(works, [benefit("capacity", frees=frees)], FIRST))

    def mean(first: int, until: int) -> tuple[float | None, int]:
        held = [work for work in works if first <= day_number(work[0]) < until]
        hours = [
            work[3] or 0.0 if step in (None, work[1]) and role in (None, work[2]) else 0.0 for work in held
        ]  # fmt: skip
        return (sum(hours) / len(hours), len(hours)) if hours else (None, 0)

    def day_number(day: float) -> int:
        return (day_of(day + 0.25) or dt.date.min).toordinal()

    ends = [dt.date(2026, month, 1).toordinal() for month in (1, 4, 7, 10)]
    then, _ = mean(ends[0], ends[1])
    for name, first, until in (("2026-Q2", ends[1], ends[2]), ("2026-Q3", ends[2], ends[3])):
        now, cases = mean(first, until)
        if name in found and then is not None and now is not None:
            assert found[name]["freed_hours"] == pytest.approx((then - now) * cases, abs=1e-9)
            assert found[name]["cases_now"] == cases
        elif name in found:
            assert found[name]["freed_hours"] is None and found[name]["reason"]


def test_a_claim_is_stored_as_it_was_told() -> None:
    """Rows of the contract table make the same benefits again, whatever their class."""
    told = [
        benefit("cashable", id="a", decay={"percent_per_quarter": "2.5"}, run_cost="1.250000"),
        benefit("capacity", id="b", frees={}, owner={"name": "Ann Example"}),
        benefit("avoidance", id="c", until="2027-01", decay={"linear_months": 9}),
        benefit("quality", id="d", history=history("proposed", "validated", "reversed", amount="2.000000")),
    ]
    world = world_of([], told)
    found = read_claims(world.connection)
    assert [one.benefit.model_dump() for one in found] == [one.model_dump() for one in told]
    assert found[0].stream == claim("a").stream and found[0].benefit.run_cost == Decimal("1.25")


def test_claims_of_several_streams_stand_in_order() -> None:
    """By stream and id, whatever order they were stored in."""
    world = world_of([], [benefit("cashable", id="z"), benefit("cashable", id="a")])
    for row in benefit_rows("earlier", [benefit("cashable", id="m")]):
        _insert(world, "benefit_entries", row)
    assert [one.key for one in read_claims(world.connection)] == [("earlier", "m"), ("made", "a"), ("made", "z")]


def worked(world: World, stream: Any = STREAM) -> Worked:
    """What was worked on the step in the first quarter."""
    return worked_in(world.connection, stream, Frees(step="check"), Q1)


@pytest.mark.parametrize(("day", "cases"), [(-3.0, 1), (86.0, 1), (-4.0, 0), (87.0, 0)])
def test_a_quarter_has_its_first_and_its_last_day(day: float, cases: int) -> None:
    """Cases completed on 1 January and on 31 March are of the first quarter, those of the days beside it are not."""
    assert worked(world_of([(day, "check", "x", 2.0)])).cases == cases


def test_work_of_another_stream_is_of_another_case() -> None:
    """A case of another stream that bears the same id took hours of its own."""
    world = world_of([(1.0, "check", "x", 2.0)])
    world.add_step(step_row("c0", 1, 1.0, "check", "x", 5.0) | {"stream": "other"})
    found = worked(world).summary
    assert found is not None
    assert found.value == 2.0


def test_work_that_is_not_counted_was_worked_once() -> None:
    """A step that stands for work which another one counts adds no hours."""
    world = world_of([(1.0, "check", "x", 2.0)])
    world.add_step(step_row("c0", 2, 1.0, "check", "x", 5.0) | {"is_counted": False})
    found = worked(world).summary
    assert found is not None
    assert found.value == 2.0


@pytest.mark.parametrize(("asked", "reason"), [(0.5, None), (0.51, UNTOLD)])
def test_as_many_as_are_asked_for_are_enough(asked: float, reason: str | None) -> None:
    """Where one of two steps tells its work, half is complete: enough for a gate of half, and for no higher one."""
    world = world_of([(1.0, "check", "x", 2.0), (2.0, "check", "x", None)])
    found = worked(world, STREAM.model_copy(update={"gates": Gates(completeness=asked)}))
    assert (found.reason, found.cases, found.untold) == (reason, 2, 1)


def test_work_that_goes_on_is_no_execution_yet() -> None:
    """A step that has not ended tells no work, and leaves none out."""
    world = world_of([(1.0, "check", "x", 2.0)])
    world.add_step(step_row("c0", 2, 1.0, "check", "x", None) | {"ended_at": None})
    found = worked(world)
    assert (found.reason, found.untold) == (None, 0)
