"""Outcomes named by steps beside those read off the end, and outcomes that several steps reach."""

from __future__ import annotations

from typing import Any

from tests.metrics.coded_events import Fact, Log, Row, instant, made_stream

STOPPED = {"name": "stopped", "kind": "cancelled", "last_event": True}
DONE = {"name": "done", "steps": ["Done"]}
DAY = 24 * 3_600_000_000


def case(*steps: str, **stream: Any) -> Fact:
    """The only case, of these steps an hour apart."""
    return Log(made_stream(**stream), [("c1", step, f"Mon {hour:02d}:00") for hour, step in enumerate(steps, 9)]).case()


def test_the_step_that_is_the_last_event_names_the_outcome() -> None:
    """Where a case ends with the step of an outcome, an outcome by the last event does not take its place."""
    for outcomes in ([STOPPED, DONE], [DONE, STOPPED]):
        assert case("Order", "Done", outcomes=outcomes)["outcome"] == "done"
        assert case("Order", "Check", outcomes=outcomes)["outcome"] == "stopped"


def test_an_outcome_by_the_end_reverses_nothing() -> None:
    """What comes after the outcome reopens the case; that its last event is another kind of outcome says no more."""
    found = case("Order", "Done", "Check", outcomes=[DONE, STOPPED])
    assert (found["outcome"], found["reopens"], found["reversals"]) == ("done", 1, 0)


def test_the_last_event_is_followed_by_nothing() -> None:
    """Where only the end is an outcome no case is reopened, not even by work that has not ended yet."""
    rows: list[Row] = [
        ("c1", "A", "Mon 08:00", {"lifecycle": "complete"}), ("c1", "B", "Mon 09:00", {"lifecycle": "start"}),
    ]  # fmt: skip
    found = Log(made_stream(outcomes=[STOPPED]), rows).case()
    assert (found["finished_at"], found["reopens"]) == (instant("Mon 08:00"), 0)
    assert (found["last_event_at"], found["reversals"]) == (instant("Mon 09:00"), 0)


def test_an_outcome_of_the_same_kind_reverses_nothing() -> None:
    """Delivered and then handed over are both completed; cancelled after them is what reverses."""
    outcomes = [DONE, {"name": "over", "steps": ["Over"]}, {"name": "off", "kind": "cancelled", "steps": ["Off"]}]
    assert case("Order", "Done", "Over", outcomes=outcomes)["reversals"] == 0
    found = case("Order", "Done", "Over", "Off", outcomes=outcomes)
    assert (found["reversals"], found["first_rework_at"]) == (1, instant("Mon 12:00"))


def test_an_outcome_is_as_precise_as_the_step_that_reached_it_first() -> None:
    """Of two steps of one outcome the first to occur ends the case, and its precision is that of the end."""
    source = {"precision": "exact", "precision_by_step": {"Done": "minute", "Sign": "day"}}
    outcomes = [{"name": "done", "steps": ["Done", "Sign"]}]
    assert case("Order", "Done", "Sign", source=source, outcomes=outcomes)["finished_within_us"] == 60_000_000
    assert case("Order", "Sign", "Done", source=source, outcomes=outcomes)["finished_within_us"] == DAY


def test_work_at_one_instant_is_known_to_be_none() -> None:
    """A case all of whose work began and ended at one instant was touched for 0 hours, which is not unknown."""
    rows: list[Row] = [
        ("c1", "A", "Mon 08:00", {"lifecycle": phase, "activity_id": "a"}) for phase in ("start", "complete")
    ]
    assert Log(made_stream(), rows).case()["touch_hours"] == 0.0
