"""Failures from steps and events: where an episode begins and ends, and what belongs to it."""

from __future__ import annotations

from typing import Any

from tests.metrics.coded_events import Log, Row, instant, made_stream, of

RULE = {
    "name": "returned", "severity": 2, "detected": ["Return"], "triaged": ["Read"], "contained": ["Hold"],
    "remediated": ["Mend"], "steady": ["Approve"],
}  # fmt: skip
SPAN = ("episode", "detected_at", "steady_at")


def _log(*steps: str, **stream: Any) -> Log:
    """One case with these steps, an hour apart from Monday 00:00."""
    rows: list[Row] = [("c1", step, f"Mon {hour:02d}:00") for hour, step in enumerate(steps)]
    return Log(made_stream(**{"failures": [RULE], **stream}), rows)


def _hours(log: Log, *names: str) -> list[tuple[Any, ...]]:
    """Columns of the episodes, instants as hours of Monday; the same however the events are read."""
    assert log.failures(is_sorted=True) == log.failures()
    return [
        tuple(value.hour if hasattr(value, "hour") else value for value in row) for row in of(log.failures(), *names)
    ]


def test_failures_before_steady_are_one_episode() -> None:
    """A second failure before the first is mended belongs to it: one episode, from the first sign to steady."""
    assert _hours(_log("Order", "Return", "Mend", "Return", "Mend", "Approve"), *SPAN) == [(1, 1, 5)]


def test_a_failure_after_steady_is_the_next_episode() -> None:
    """What fails again after it was steady is an episode of its own, with its own number."""
    log = _log("Return", "Approve", "Check", "Return", "Mend", "Approve")
    assert _hours(log, *SPAN, "failure_id") == [(1, 0, 1, "c1:returned:1"), (2, 3, 5, "c1:returned:2")]


def test_an_episode_that_is_not_steady_stays_open() -> None:
    """A failure without a steady step is kept, open, beside those that ended."""
    log = _log("Return", "Approve", "Return", "Mend", "Return")
    assert _hours(log, *SPAN) == [(1, 0, 1), (2, 2, None)]
    assert log.failures()[1]["steady_on"] is None


def test_stages_are_those_of_the_episode() -> None:
    """Triage, containment and repair count at their first instant inside the episode."""
    log = _log("Mend", "Return", "Read", "Hold", "Read", "Mend", "Mend", "Approve", "Mend")
    stages = ("detected_at", "triaged_at", "contained_at", "remediated_at", "steady_at", "severity")
    assert _hours(log, *stages) == [(1, 2, 3, 5, 7, 2)]


def test_a_stage_outside_the_episode_is_not_counted() -> None:
    """What is mended before the failure, or only after it was steady, is no repair of it."""
    assert _hours(_log("Mend", "Return", "Approve", "Mend"), "detected_at", "remediated_at") == [(1, None)]
    log = _log("Return", "Approve", "Return", "Mend", "Approve")
    assert _hours(log, "episode", "remediated_at") == [(1, None), (2, 3)]


def test_episodes_at_one_instant_are_told_apart() -> None:
    """Where times are only dates, an episode that ends and one that begins on a day are still two."""
    rows: list[Row] = [
        ("c1", step, "2026-01-05", {"sequence": place})
        for place, step in enumerate(("Order", "Return", "Approve", "Return", "Approve"))
    ]
    log = Log(made_stream(failures=[RULE]), rows)
    assert of(log.failures(), "episode", "steady_at") == [(1, instant("Mon 00:00")), (2, instant("Mon 00:00"))]


def test_two_rules_are_two_failures() -> None:
    """Each rule has its own episodes, even over the same steps."""
    other = {"name": "held", "detected": ["Hold"], "steady": ["Approve"]}
    log = _log("Return", "Hold", "Approve", failures=[RULE, other])
    assert _hours(log, "rule", "detected_at") == [("held", 1), ("returned", 0)]


def test_a_retry_can_be_its_own_end() -> None:
    """A step may be both the failure and what ends it: each time it comes again it ends the one before."""
    rule = {"name": "again", "detected": ["Try"], "steady": ["Try", "Done"]}
    assert _hours(_log("Try", "Try", "Done", failures=[rule]), *SPAN) == [(1, 0, 1), (2, 1, 2)]


def test_no_failure_is_no_row() -> None:
    """A case that never failed has no episode."""
    assert _log("Order", "Approve").failures() == []


STAGES = ("onset", "detected", "triaged", "contained", "remediated", "steady")


def _told(failure: str, stage: str, at: str, case: str = "c1", **attributes: Any) -> Row:
    return (case, None, at, {"failure_id": failure, "failure_stage": stage, "attributes": attributes or None})


def test_an_episode_told_by_events_has_its_own_stages() -> None:
    """Failure events carry the stages themselves; a stage told twice counts at its first instant."""
    rows = [_told("f1", stage, f"Mon {hour:02d}:00", severity=2) for hour, stage in enumerate(STAGES)]
    log = Log(made_stream(), [*rows, _told("f1", "steady", "Mon 09:00")])
    (found,) = log.failures()
    assert [found[f"{stage}_at"].hour for stage in STAGES] == [0, 1, 2, 3, 4, 5]
    assert (found["failure_id"], found["rule"], found["severity"]) == ("f1", "event", 2)


def test_the_worst_severity_told_counts() -> None:
    """Where an episode is told with several severities the worst, which is the lowest number, is its own."""
    rows = [_told("f1", "detected", "Mon 09:00", severity=4), _told("f1", "triaged", "Mon 10:00", severity=1)]
    assert of(Log(made_stream(), rows).failures(), "severity") == [1]


def test_an_episode_told_without_its_start_is_open_to_the_left() -> None:
    """An onset may be unknown; without a detection there is nothing to measure and no row."""
    rows = [_told("f1", "detected", "Mon 09:00"), _told("f2", "steady", "Mon 10:00")]
    assert of(Log(made_stream(), rows).failures(), "failure_id", "onset_at", "steady_at") == [("f1", None, None)]


def test_a_failure_begins_at_the_last_onset_step_before_it() -> None:
    """Where the rule names what begins a failure, its last instant before the detection is the onset."""
    rule = RULE | {"onset": ["Submit"]}
    log = _log("Submit", "Ask", "Submit", "Return", "Submit", "Return", "Approve", failures=[rule])
    assert _hours(log, "onset_at", "detected_at", "steady_at") == [(2, 3, 6)]
    assert _hours(_log("Return", "Submit", "Approve", failures=[rule]), "onset_at", "detected_at") == [(None, 0)]
    assert _hours(_log("Submit", "Return", "Approve"), "onset_at", "detected_at") == [(None, 1)]


def test_an_onset_belongs_to_one_episode() -> None:
    """What began before the last steady step began another failure; a step may end one and begin the next."""
    rule = RULE | {"onset": ["Submit"]}
    log = _log("Submit", "Return", "Approve", "Return", "Approve", failures=[rule])
    assert _hours(log, "onset_at", "detected_at") == [(0, 1), (None, 3)]
    again = rule | {"steady": ["Submit"]}
    log = _log("Submit", "Return", "Submit", "Return", "Submit", failures=[again])
    assert _hours(log, "onset_at", "detected_at", "steady_at") == [(0, 1, 2), (2, 3, 4)]


def test_every_stage_has_its_day() -> None:
    """Days are local: shortly before midnight in UTC is the next day in Berlin."""
    rows = [_told("f1", stage, "2026-01-05T23:30Z") for stage in STAGES]
    (found,) = Log(made_stream(time_zone="Europe/Berlin"), rows).failures()
    assert {str(found[f"{stage}_on"]) for stage in STAGES if stage != "onset"} == {"2026-01-06"}
    (bare,) = Log(made_stream(), [_told("f1", "detected", "Mon 09:00")]).failures()
    assert [bare[f"{stage}_on"] for stage in STAGES[2:]] == [None] * 4


def test_failure_events_are_no_steps() -> None:
    """An event of a failure is no work on the case: it adds no step and no handoff."""
    rows: list[Row] = [
        ("c1", "Order", "Mon 08:00", {"performer": "Ann"}),
        ("c1", "Check", "Mon 09:00", {"performer": "bot", "failure_id": "f1", "failure_stage": "detected"}),
        ("c1", "Done", "Mon 10:00", {"performer": "Ann"}),
    ]
    log = Log(made_stream(), rows)
    assert of(log.steps(), "step", "is_handoff") == [("Order", False), ("Done", False)]
    assert log.case()["steps"] == 2


def test_a_failure_knows_the_release_it_was_detected_under() -> None:
    """The release in force at detection counts, whatever came later."""
    releases = [{"version": "1", "at": "2026-01-05T00:00Z"}, {"version": "2", "at": "2026-01-05T02:00Z"}]
    log = _log("Order", "Return", "Check", "Approve", releases=releases)
    assert of(log.failures(), "release") == ["1"]
