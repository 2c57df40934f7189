"""Time parts: a day worked by hand, each edge case, and a walk minute by minute over random logs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.facts.time_parts import time_parts_sql
from tests.metrics.coded_events import Fact, Log, Row, made_stream

STREAM = made_stream(trigger={"steps": ["A"]}, outcomes=[{"name": "done", "steps": ["D"]}])
PARTS = ("touch", "queue", "external_wait", "human_wait", "unexplained")
MINUTE = dt.timedelta(minutes=1)
PHASES = ("schedule", "start", "complete")


def step(name: str, kind: str | None, *told: str | None, case: str = "c", number: str | None = None) -> list[Row]:
    """The events of one step: scheduled, started, ended; None is not told."""
    told_all = {"performer_kind": kind, "activity_id": number or f"{case} {name} {told}"}
    return [
        (case, name, f"Mon {at}", told_all | {"lifecycle": phase})
        for phase, at in zip(PHASES, told, strict=True)
        if at is not None
    ]


def parts_of(log: Log, *, is_sorted: bool = False) -> list[Fact]:
    """Rows of `time_parts`, by case."""
    return log.facts(time_parts_sql(log.query(is_sorted=is_sorted)), "case_id")


def hours(*rows: Row) -> dict[str, float | None]:
    """The parts of the only case that are not 0, in hours."""
    (found,) = parts_of(Log(STREAM, rows))
    assert sum(found[f"{part}_us"] or 0 for part in PARTS) == found["flow_us"]
    told = {part: found[f"{part}_us"] for part in PARTS}
    return {part: None if us is None else us / 3.6e9 for part, us in told.items() if us != 0}


def between(*rows: Row) -> dict[str, float | None]:
    """The parts between a trigger that is worked on until 09:00 and an outcome from 18:00; those two left out."""
    found = hours(*step("A", "system", None, "08:00", "09:00"), *rows, *step("D", "system", None, "18:00", "19:00"))
    touch = (found.pop("touch") or 0.0) - 2.0
    return found | ({"touch": touch} if touch else {})


def test_example() -> None:
    """A day by hand: 9.5 hours of flow, and each part from the steps that told it."""
    assert hours(
        *step("A", "system", None, "09:00", "10:00"),  # 10 to 11 unexplained
        *step("B", "human", "11:00", "12:00", "13:00"),  # 13 to 15 lies with the external party
        *step("X", "external", None, "15:00", "16:30"),
        *step("D", "system", "16:30", "17:30", "18:30"),
    ) == {"touch": 4.5, "queue": 1.0, "external_wait": 2.0, "human_wait": 1.0, "unexplained": 1.0}  # fmt: skip


def test_overlapping_work_is_united() -> None:
    """Two people at work at once are one hour of touch for the customer, not two."""
    assert between(*step("B", "human", None, "10:00", "12:00"), *step("C", "human", None, "11:00", "13:00")) == {
        "touch": 3.0, "unexplained": 6.0,
    }  # fmt: skip


def test_one_busy_interval_is_all_touch() -> None:
    """One busy interval of 10 s is 10 s of touch and of flow, never 0."""
    (found,) = parts_of(Log(made_stream(), [
        ("c", "Done", "2026-01-05 09:00:00", {"lifecycle": "start", "activity_id": "1"}),
        ("c", "Done", "2026-01-05 09:00:10", {"lifecycle": "complete", "activity_id": "1"}),
    ]))  # fmt: skip
    assert (found["flow_us"], found["touch_us"], found["unexplained_us"]) == (10_000_000, 10_000_000, 0)


def test_a_stage_entered_three_times() -> None:
    """A step done three times counts each visit, and what lies between its visits is no touch."""
    visits = [step("B", "human", None, f"{at}:00", f"{at + 1}:00", number=str(at)) for at in (10, 12, 15)]
    assert between(*(row for visit in visits for row in visit)) == {"touch": 3.0, "unexplained": 6.0}


def test_precedence() -> None:
    """At any moment the first holds of touch, queue, external wait and human wait."""
    assert between(
        *step("B", "human", "09:00", "13:00", "14:00"),
        *step("X", "external", "10:00", "13:00", "14:00"),
        *step("S", "system", "11:00", "13:00", "14:00"),
        *step("C", "human", None, "12:00", "14:00"),
    ) == {"human_wait": 1.0, "external_wait": 1.0, "queue": 1.0, "touch": 2.0, "unexplained": 4.0}


@pytest.mark.parametrize(
    ("kind", "part"), [("system", "queue"), ("agent", "queue"), (None, "queue"), ("human", "human_wait"),
                       ("external", "external_wait")],
)  # fmt: skip
def test_a_wait_is_named_by_who_is_waited_for(kind: str | None, part: str) -> None:
    """From scheduled to started waits for the performer of the step; an unknown one is a queue."""
    assert between(*step("B", kind, "09:00", "17:00", "18:00")) == {part: 8.0, "touch": 1.0}


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        ((None, "12:00", "18:00"), 3.0),  # from the end of the step before
        ((None, None, "12:00"), 3.0),
        (("10:00", None, "12:00"), 2.0),
        (("10:00", "11:00", "12:00"), 1.0),
        (("10:00", None, None), None),  # nobody told that they ever did it
    ],
)
def test_an_external_party_has_the_case(told: tuple[str | None, ...], wait: float | None) -> None:
    """External wait runs from the schedule, else from the step before, to the start, else to the end."""
    assert between(*step("X", "external", *told)).get("external_wait") == wait


def test_work_before_an_external_step_that_never_ended() -> None:
    """Where the step before told no end, nobody knows when the external party got the case: unexplained."""
    assert between(*step("B", "human", None, "10:00", None), *step("X", "external", None, None, "12:00")) == {
        "unexplained": 9.0
    }


@pytest.mark.parametrize(
    "told", [("10:00", None, "12:00"), ("10:00", None, None), (None, "10:00", None), (None, None, "12:00"),
             (None, "12:00", "10:00"), ("12:00", "10:00", None)],
)  # fmt: skip
def test_half_told_explains_nothing(told: tuple[str | None, ...]) -> None:
    """A step of ours that lacks an end of its spell, or tells it the wrong way round, leaves the time unexplained."""
    assert between(*step("B", "human", *told)) == {"unexplained": 9.0}


def test_outside_trigger_and_outcome_is_cut() -> None:
    """Work and waits before the trigger or after the outcome belong to no part of the flow time."""
    assert hours(
        *step("B", "human", "05:00", "06:00", "09:00"), *step("A", "system", None, "08:00", "08:30"),
        *step("D", "system", None, "11:00", "12:00"), *step("C", "human", "11:30", "12:30", "20:00"),
    ) == {"touch": 2.0, "unexplained": 2.0}  # fmt: skip


def test_instants_have_unknown_touch() -> None:
    """A log of instants knows no touch: NULL, never 0; what is not external is unexplained."""
    log = Log(STREAM, [("c", "A", "Mon 09:00"), ("c", "X", "Mon 11:00", {"performer_kind": "external"}),
                       ("c", "D", "Mon 12:00")])  # fmt: skip
    for is_sorted in (True, False):
        (found,) = parts_of(log, is_sorted=is_sorted)
        assert [found[f"{part}_us"] for part in PARTS] == [None, 0, 7_200_000_000, 0, 3_600_000_000]
        assert (found["timed_steps"], found["untimed_steps"]) == (0, 3)


def test_work_told_outside_only_is_unknown_touch() -> None:
    """Work told before the trigger alone says nothing of touch within the flow: NULL, never 0."""
    found = hours(*step("B", "human", None, "06:00", "08:00"), ("c", "A", "Mon 08:00"), ("c", "D", "Mon 09:00"))
    assert found == {"touch": None, "unexplained": 1.0}


def test_work_that_took_no_time_is_known() -> None:
    """A step that told the same start and end is known work of length 0."""
    log = Log(STREAM, [("c", "A", "Mon 08:00"), *step("B", "system", None, "08:30", "08:30"), ("c", "D", "Mon 09:00")])
    (found,) = parts_of(log)
    assert (found["touch_us"], found["timed_steps"], found["untimed_steps"]) == (0, 1, 2)


def test_work_that_took_no_time_outside_the_flow_is_none() -> None:
    """Told at one instant before the trigger or after the outcome it says nothing of touch; at either end it does."""
    for at, timed in (("07:59", 0), ("08:00", 1), ("09:00", 1), ("09:01", 0)):
        log = Log(STREAM, [("c", "A", "Mon 08:00"), *step("B", "system", None, at, at), ("c", "D", "Mon 09:00")])
        (found,) = parts_of(log)
        assert (found["touch_us"], found["timed_steps"]) == (0 if timed else None, timed)


def test_untimed_steps_are_within_the_flow() -> None:
    """A step that was only scheduled told no work and is counted; one that lies outside the flow is not."""
    outside = [*step("B", "human", None, None, "07:00"), *step("B", "human", "20:00", None, None, number="late")]
    log = Log(
        STREAM, [("c", "A", "Mon 08:00"), *outside, *step("C", "human", "08:30", None, None), ("c", "D", "Mon 09:00")]
    )
    assert [found["untimed_steps"] for found in parts_of(log)] == [3]


def test_only_finished_cases_have_a_row() -> None:
    """An open case, one without a trigger and one finished before its trigger have none; one that took no time has."""
    log = Log(STREAM, [
        ("open", "A", "Mon 09:00"), ("no trigger", "D", "Mon 09:00"), ("backward", "D", "Mon 08:00"),
        ("backward", "A", "Mon 09:00"), ("at once", "A", "Mon 09:00"), ("at once", "D", "Mon 09:00"),
    ])  # fmt: skip
    (found,) = parts_of(log)
    assert (found["case_id"], found["flow_us"], found["unexplained_us"]) == ("at once", 0, 0)


minutes = st.none() | st.integers(0, 40)
told_steps = st.lists(
    st.tuples(
        st.sampled_from(["c1", "c2"]), st.sampled_from("ABCXD"),
        st.sampled_from(["human", "system", "agent", "external", None]),
        st.tuples(minutes, minutes, minutes), st.booleans(),
    ),
    min_size=1, max_size=14,
)  # fmt: skip
ToldStep = tuple[str, str, str | None, tuple[int | None, ...], bool]


def rows_of(told: list[ToldStep]) -> list[Row]:
    """Events of random steps; without an activity id, starts and ends are paired by their order."""
    made: list[Row] = []
    for number, (case, name, kind, at, is_paired) in enumerate(told):
        times = [None if minute is None else f"09:{minute:02d}" for minute in at]
        rows = step(name, kind, *times, case=case, number=str(number))
        made += [(row[0], row[1], row[2], told_of(row, is_paired)) for row in rows]
    return [*made, ("c1", "A", "Mon 09:00"), ("c1", "D", "Mon 09:45")]


def told_of(row: Any, is_paired: bool) -> dict[str, Any]:
    """What an event told, without its activity id where it has none."""
    return {name: value for name, value in row[3].items() if is_paired or name != "activity_id"}


def minute_by_minute(case: Fact, steps: list[Fact]) -> dict[str, int]:
    """The oracle: each minute of the flow asked in turn which part it is."""
    spells = [(part, *spell) for before, step in zip([None, *steps], steps, strict=False)
              for part, *spell in spells_of(step, before)]  # fmt: skip
    found = dict.fromkeys(PARTS, 0)
    at = case["triggered_at"]
    while at < case["finished_at"]:
        running = {part for part, first, last in spells if first and last and first <= at < last}
        found[next((part for part in PARTS if part in running), "unexplained")] += 60_000_000
        at += MINUTE
    return found


def spells_of(step: Fact, before: Fact | None) -> list[tuple[Any, ...]]:
    """What a step may explain: its work, and the wait for it."""
    scheduled, started, ended = step["scheduled_at"], step["started_at"], step["ended_at"]
    kind = step["performer_kind"]
    if kind == "external":
        done = before and before["ended_at"]
        if before and done and before["started_at"] and done < before["started_at"]:
            done = None
        return [("touch", started, ended), ("external_wait", scheduled or done, started or ended)]
    return [("touch", started, ended), ("human_wait" if kind == "human" else "queue", scheduled, started)]


@settings(max_examples=60, deadline=None)
@given(told=told_steps)
def test_the_sweep_is_a_walk_minute_by_minute(told: list[ToldStep]) -> None:
    """The parts of random cases are what each of their minutes says, and sum to the flow time to the microsecond."""
    log = Log(STREAM, rows_of(told))
    found, steps = parts_of(log), log.steps()
    finished = [c for c in log.cases() if c["finished_at"] is not None and c["finished_at"] >= c["triggered_at"]]
    assert [row["case_id"] for row in found] == [case["case_id"] for case in finished]
    for row, case in zip(found, finished, strict=True):
        expected = minute_by_minute(case, [one for one in steps if one["case_id"] == case["case_id"]])
        assert {part: row[f"{part}_us"] or 0 for part in PARTS} == expected
        assert sum(expected.values()) == row["flow_us"] == (case["finished_at"] - case["triggered_at"]) / MINUTE * 6e7
        assert (row["touch_us"] is None) == (row["timed_steps"] == 0)


@settings(max_examples=15, deadline=None)
@given(told=told_steps, seed=st.integers(0, 9))
def test_shuffling_changes_nothing(told: list[ToldStep], seed: int) -> None:
    """The order in which events lie in the relation shows in no part."""
    log = Log(STREAM, rows_of(told))
    before = parts_of(log)
    log.connection.execute(f"CREATE OR REPLACE TABLE events AS FROM arrived ORDER BY hash(event_key + {seed})")
    assert parts_of(log) == before


@settings(max_examples=15, deadline=None)
@given(told=st.lists(st.tuples(st.sampled_from(["c1", "c2"]), st.sampled_from("AXD"), st.integers(0, 40)), min_size=1))
def test_instants_stream_through(told: list[tuple[str, str, int]]) -> None:
    """One pass in ledger order over instants says what windows by case say."""
    kinds = {"X": "external"}
    log = Log(
        STREAM, [(case, name, f"Mon 09:{at:02d}", {"performer_kind": kinds.get(name)}) for case, name, at in told]
    )
    assert parts_of(log, is_sorted=True) == parts_of(log)
