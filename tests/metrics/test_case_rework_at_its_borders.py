"""Rework of cases at one and the same instant, by one visit more, and when it was first and last seen."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.metrics.coded_events import Fact, Log, Row, instant, made_stream

ENDS = [{"name": "done", "steps": ["D"]}, {"name": "off", "kind": "cancelled", "steps": ["X"]}]


def case(told: str, hours: tuple[int, ...] | None = None, **rework: Any) -> Fact:
    """A case of these steps, a letter each, an hour apart or at these hours; the same in ledger order and in none."""
    at = hours or range(len(told))
    rows: list[Row] = [
        ("c1", step, f"Mon {hour:02d}:00", {"sequence": place})
        for place, (step, hour) in enumerate(zip(told, at, strict=True))
    ]
    log = Log(made_stream(outcomes=ENDS, rework=rework), rows)
    (streamed,) = log.cases(is_sorted=True)
    assert streamed == log.case()
    return streamed


def hour(at: dt.datetime | None) -> int | None:
    return None if at is None else at.hour


def test_one_visit_more_is_enough() -> None:
    """A case in which one step was done once again is looked at, and its instant is that of the second visit."""
    found = case("ABAD")
    assert (found["loops"], hour(found["first_rework_at"]), hour(found["last_rework_at"])) == (1, 2, 2)
    twice = case("AABAD")
    assert (twice["first_rework_at"], twice["last_rework_at"]) == (instant("Mon 01:00"), instant("Mon 03:00"))


def test_what_does_not_count_dates_nothing() -> None:
    """Where only rejections count, a step done again before them is no rework of the case."""
    found = case("AARAAD", rejections=["R"], counts=["rejection"])
    assert (hour(found["first_rework_at"]), hour(found["last_rework_at"]), found["self_loops"]) == (2, 2, 2)


def test_what_ends_at_the_instant_of_the_outcome_comes_not_after_it() -> None:
    """Other work at the very instant of the outcome reopens nothing; the first after it does."""
    assert case("ADB", (1, 2, 2), repeats="none", reopen=True)["reopens"] == 0
    found = case("ADBC", (1, 2, 2, 3), repeats="none", reopen=True)
    assert (found["reopens"], hour(found["first_rework_at"]), hour(found["last_rework_at"])) == (1, 3, 3)


def test_a_reopened_case_knows_when_it_was_first_and_last_so() -> None:
    """First other work after the outcome, and last."""
    found = case("ADBC", repeats="none", reopen=True)
    assert (hour(found["first_rework_at"]), hour(found["last_rework_at"])) == (2, 3)


def test_two_outcomes_at_one_instant_reverse_nothing() -> None:
    """An outcome of another kind must come later than the first."""
    assert case("ADX", (1, 2, 2), repeats="none")["reversals"] == 0
    assert case("ADX", (1, 2, 3), repeats="none")["reversals"] == 1


@pytest.mark.parametrize(("counts", "seen"), [(["reversal"], 2), (["loop"], None)])
def test_a_reversal_is_dated_where_it_counts(counts: list[str], seen: int | None) -> None:
    """Its instant is that of the other outcome; where reversals do not count the case has no rework at all."""
    found = case("ADX", counts=counts)
    assert (found["reversals"], hour(found["first_rework_at"])) == (1, seen)
    assert found["is_rework_free"] is (seen is None)


def test_kinds_are_dated_together() -> None:
    """First and last are of all kinds that count: a rejection first, a reopening last."""
    found = case("ARBAD" + "B", rejections=["R"], counts=["rejection", "loop", "reopen"])
    assert (hour(found["first_rework_at"]), hour(found["last_rework_at"])) == (1, 5)
    assert (found["rejections"], found["loops"], found["reopens"]) == (1, 2, 1)


def test_corrections_neither_repeat_nor_lie_on_the_way() -> None:
    """A correction done twice is two corrections and no loop, and work after it moves nowhere."""
    found = case("AMAMD", corrections=["M"])
    assert (found["corrections"], found["loops"]) == (2, 1)
    assert (hour(found["first_rework_at"]), hour(found["last_rework_at"])) == (1, 3)
    steps = [{"name": name} for name in "ABM"]
    rows: list[Row] = [("c1", step, f"Mon {n:02d}:00") for n, step in enumerate("AMBD")]
    log = Log(made_stream(outcomes=ENDS, steps=steps, rework={"corrections": ["M"], "counts": ["backward"]}), rows)
    assert log.case()["backward_moves"] == 0


def test_reversed_twice_it_is_dated_first_and_last() -> None:
    """Delivered at two, sent back at three, cancelled at five: reversed from three to five."""
    ends = [*ENDS, {"name": "back", "kind": "rejected", "steps": ["R"]}]
    rows: list[Row] = [("c1", step, f"Mon {at:02d}:00") for step, at in zip("ADRX", (1, 2, 3, 5), strict=True)]
    found = Log(made_stream(outcomes=ends), rows).case()
    assert (hour(found["first_rework_at"]), hour(found["last_rework_at"])) == (3, 5)


def test_a_step_after_itself_moves_nowhere() -> None:
    """A second try told before its first: the step stands where it stood, which is no move back."""
    steps = [{"name": name} for name in "AB"]
    rows: list[Row] = [
        ("c1", "A", "Mon 01:00"), ("c1", "B", "Mon 02:00", {"attempt": 2}), ("c1", "B", "Mon 03:00", {"attempt": 1}),
        ("c1", "D", "Mon 04:00"),
    ]  # fmt: skip
    log = Log(made_stream(outcomes=ENDS, steps=steps, rework={"counts": ["backward"]}), rows)
    assert (log.case()["backward_moves"], log.case()["first_rework_at"]) == (0, None)
    assert {step["rework_kind"] for step in log.steps()} == {None}


def test_a_correction_that_does_not_count_dates_nothing() -> None:
    """Where only rejections count, a correction before one is told and is not when rework began."""
    found = case("AMRMD", rejections=["R"], corrections=["M"], counts=["rejection"])
    assert (hour(found["first_rework_at"]), hour(found["last_rework_at"]), found["corrections"]) == (2, 2, 2)
