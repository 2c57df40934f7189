"""A watch at its borders: work that has not ended, ends at the instant of the failure, names that look like its own."""

from __future__ import annotations

from typing import Any

import pytest

from metrics.facts.watch.executions import KINDS, failing_sql, windows_sql
from metrics.stream.incidents import Watch
from tests.metrics.coded_events import Log, Row, instant, made_stream, of

BY_OUTCOME: dict[str, Any] = {"name": "errors", "steps": ["Try"], "failing_outcomes": ["error"], "severity": 1}
BY_STEP: dict[str, Any] = {"name": "errors", "steps": ["Try", "Ask"], "failing_steps": ["Try"], "severity": 1}
FAILED = ("Try", "Mon 01:00", "error", "system")
SYSTEM, HUMAN, AGENT = 2, 1, 3
Told = tuple[str, str, str | None, str]


def first_way(watch: dict[str, Any], *told: Told) -> tuple[int, int] | None:
    """The way out of the first failing execution: hour of Monday and kind."""
    rows: list[Row] = [
        ("c1", step, at, {"outcome": outcome, "performer_kind": kind}) for step, at, outcome, kind in told
    ]
    log = Log(made_stream(), rows)
    found = log.connection.execute(failing_sql(log.query(), Watch.model_validate(watch))).fetchall()
    way: int | None = found[0][2]
    monday = round((instant("Mon 00:00") - instant("1970-01-01")).total_seconds())
    return None if way is None else (round((way // KINDS / 1e6 - monday) / 3600), way % KINDS)


@pytest.mark.parametrize("watch", [BY_OUTCOME, BY_STEP], ids=["by outcome", "by step"])
def test_what_ends_as_it_fails_is_out_by_a_machine(watch: dict[str, Any]) -> None:
    """A case that a person ended at the very instant it failed was no backlog for anybody to work off."""
    assert first_way(watch, FAILED, ("Done", "Mon 01:00", None, "human")) == (1, SYSTEM)


@pytest.mark.parametrize(("watch", "step"), [(BY_OUTCOME, "Try"), (BY_STEP, "Ask")], ids=["by outcome", "by step"])
def test_the_first_of_several_ways_past_counts(watch: dict[str, Any], step: str) -> None:
    """Past the step by a person at three it is out, though an agent brought it past once more at four."""
    then: list[Told] = [(step, "Mon 03:00", "success", "human"), (step, "Mon 04:00", "success", "agent")]
    assert first_way(watch, FAILED, *then) == (3, HUMAN)
    assert first_way(watch, FAILED, then[1]) == (4, AGENT)


def test_what_has_not_ended_is_no_execution_yet() -> None:
    """Begun, and told to be an error already, it falls into no window and fails in none."""
    rows: list[Row] = [
        ("c1", "Try", "Mon 01:00", {"lifecycle": "start", "activity_id": "a", "outcome": "error"}),
        ("c2", "Try", "Mon 01:10", {"lifecycle": "complete", "activity_id": "b", "outcome": "error"}),
    ]
    log, watch = Log(made_stream(), rows), Watch.model_validate(BY_OUTCOME)
    windows = log.connection.execute(windows_sql(log.query(), watch)).fetchall()
    assert [window[1:] for window in windows] == [(1, 1)]
    assert len(log.connection.execute(failing_sql(log.query(), watch)).fetchall()) == 1


WATCH = BY_OUTCOME | {"quiet_windows": 2, "baseline_windows": 24}


def outage(until: int = 30) -> list[Row]:
    """A calm day, an hour in which six cases fail for good, and calm hours until that of the log."""
    calm: list[Row] = [
        (f"calm{minute}", "Try", f"2026-01-0{5 + minute // 1440}T{minute // 60 % 24:02d}:{minute % 60:02d}",
         {"outcome": "success"})
        for minute in range(0, until * 60, 10) if minute // 60 != 24
    ]  # fmt: skip
    return [*calm, *((f"bad{n}", "Try", f"2026-01-06T00:{n}0", {"outcome": "error"}) for n in range(6))]


def told(stage: str, at: str, case: str, name: str) -> Row:
    return (case, None, at, {"failure_id": name, "failure_stage": stage})


def test_a_failure_of_one_case_is_not_filled_by_the_watch() -> None:
    """Told of one case, a failure stays as it was told, even under the very name that the watch gives to its own."""
    name = "errors:2026-01-06T00:00Z"
    rows = [*outage(), told("detected", "2026-01-06T00:30", "bad0", name)]
    found = Log(made_stream(incidents={"watch": [WATCH]}), rows).failures()
    assert sorted(of(found, "rule", "level", "onset_at", "affected_cases")) == [
        ("errors", "stream", instant("Tue 00:00"), 6), ("event", "item", None, 1),
    ]  # fmt: skip


def test_a_failure_that_goes_on_holds_what_is_told_in_it() -> None:
    """While the rate has not come back, an incident told hours later is the same one, and begins when that did."""
    rows = [row for row in outage(25) if row[2] < "2026-01-06T00:00"]
    rows += [(f"bad{n}", "Try", f"2026-01-06T0{n // 6}:{n % 6}0", {"outcome": "error"}) for n in range(24)] + [
        told("detected", "2026-01-06T03:30", "failure:f", "f")
    ]
    (found,) = Log(made_stream(incidents={"watch": [WATCH]}), rows).failures()
    assert (found["failure_id"], found["onset_at"]) == ("f", instant("Tue 00:00"))
    assert (found["contained_at"], found["steady_at"]) == (None, None)


def test_a_stage_of_no_failure_is_none() -> None:
    """An event that tells a stage and no id of a failure belongs to none, beside one that does."""
    rows: list[Row] = [
        ("c1", None, "Mon 08:00", {"failure_stage": "detected"}),
        ("c1", None, "Mon 09:00", {"failure_stage": "detected", "failure_id": "f1"}),
    ]
    assert of(Log(made_stream(), rows).failures(), "failure_id") == ["f1"]


def test_a_beginning_belongs_to_the_failure_it_came_before() -> None:
    """A beginning whose failure was steady again twice over, before and after it, is that of no later failure."""
    rule = {"name": "returned", "severity": 2, "onset": ["Slip"], "detected": ["Return"], "steady": ["Approve"]}
    paths = (("Approve", "Slip", "Approve", "Return"), ("Approve", "Slip", "Return", "Approve"), ("Slip", "Return"))
    found = []
    for path in paths:
        rows: list[Row] = [("c1", step, f"Mon {hour:02d}:00") for hour, step in enumerate(path)]
        found += of(Log(made_stream(failures=[rule]), rows).failures(), "onset_at")
    assert found == [None, instant("Mon 01:00"), instant("Mon 00:00")]


def test_what_belongs_to_a_failure_tells_its_stage() -> None:
    """A step of another case that names the failure and no stage of it leaves it with the case it was told of."""
    rows: list[Row] = [
        told("detected", "Mon 08:00", "c1", "f1"), ("c2", "Mend", "Mon 09:00", {"failure_id": "f1"}),
    ]  # fmt: skip
    assert of(Log(made_stream(), rows).failures(), "failure_id", "level", "case_id") == [("f1", "item", "c1")]


def test_at_one_instant_the_sequence_says_what_came_after() -> None:
    """Failed without a number and done with one, at the same instant: the case is past it."""
    rows: list[Row] = [
        ("c1", "Try", "Mon 01:00", {"outcome": "success", "performer_kind": "human", "sequence": 1}),
        ("c1", "Try", "Mon 01:00", {"outcome": "error", "performer_kind": "system"}),
    ]
    log = Log(made_stream(), rows)
    ((_, _, way),) = log.connection.execute(failing_sql(log.query(), Watch.model_validate(BY_OUTCOME))).fetchall()
    assert way is not None
    assert way % KINDS == HUMAN
