"""Steps from events: what one execution is, what it took, who did it, and whom it came from."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from metrics.facts.steps import canonical_lifecycle
from metrics.stream import Stream
from tests.metrics.coded_events import Log, Row, instant, made_stream, of

KINDS = {"kinds": [{"kind": "system", "performers": ["bot"]}, {"kind": "human", "roles": ["clerk"], "teams": ["desk"]}]}


def _spell(at: str, lifecycle: str, step: str = "Check", **told: Any) -> Row:
    return ("c1", step, at, {"lifecycle": lifecycle, **told})


def test_instants_have_no_touch_time() -> None:
    """A log of instants tells no work: touch time is NULL, never 0, and so is the start."""
    log = Log(made_stream(), [("c1", "Order", "Mon 09:00"), ("c1", "Done", "Mon 10:00")])
    assert of(log.steps(), "touch_hours", "started_at", "paired_by") == [(None, None, "instant")] * 2
    assert log.case()["touch_hours"] is None


def test_completions_alone_are_instants() -> None:
    """A log whose only word is complete tells when work ended, not what it took."""
    log = Log(made_stream(), [_spell("Mon 09:00", "complete"), _spell("Mon 10:00", "COMPLETE", "Done")])
    assert of(log.steps(), "touch_hours", "ended_at") == [(None, instant("Mon 09:00")), (None, instant("Mon 10:00"))]


def test_start_and_complete_are_paired_by_activity_id() -> None:
    """Two overlapping executions of one step are told apart by their ids, in whatever order they end."""
    log = Log(
        made_stream(),
        [
            _spell("Mon 09:00", "start", activity_id="a"), _spell("Mon 09:30", "start", activity_id="b"),
            _spell("Mon 10:00", "complete", activity_id="b"), _spell("Mon 12:00", "complete", activity_id="a"),
        ],
    )  # fmt: skip
    steps = log.steps()
    assert of(steps, "activity_id", "touch_hours", "visit", "paired_by") == [
        ("a", 3.0, 1, "activity_id"), ("b", 0.5, 2, "activity_id"),
    ]  # fmt: skip
    assert log.case()["touch_hours"] == 3.5


@pytest.mark.parametrize("told", [[1, 2, 3, 4], [None] * 4])
def test_of_two_that_start_at_once_the_first_told_comes_first(told: list[int | None]) -> None:
    """Executions stand in the order of their first events, whichever of them ends first."""
    at = [("Mon 09:00", "start", "Check"), ("Mon 09:00", "start", "Weigh"),
          ("Mon 10:00", "complete", "Weigh"), ("Mon 11:00", "complete", "Check")]  # fmt: skip
    rows = [_spell(*event, sequence=number) for event, number in zip(at, told, strict=True)]
    assert of(Log(made_stream(), rows).steps(), "step", "position") == [("Check", 1), ("Weigh", 2)]


def test_pairing_without_ids_is_flagged() -> None:
    """Without ids the k-th start pairs with the k-th end, and every such step says that it was guessed."""
    log = Log(
        made_stream(),
        [
            _spell("Mon 09:00", "start"), _spell("Mon 10:00", "complete"),
            _spell("Mon 11:00", "start"), _spell("Mon 13:00", "complete"),
        ],
    )  # fmt: skip
    assert of(log.steps(), "touch_hours", "paired_by") == [(1.0, "heuristic"), (2.0, "heuristic")]


def test_an_aborted_execution_is_ended() -> None:
    """An abort ends the execution it belongs to: the next start is another one, not the same that goes on."""
    log = Log(
        made_stream(),
        [
            _spell("Mon 09:00", "start"), _spell("Mon 10:00", "abort"),
            _spell("Mon 11:00", "start"), _spell("Mon 12:00", "complete"),
        ],
    )  # fmt: skip
    assert of(log.steps(), "started_at", "ended_at") == [
        (instant("Mon 09:00"), instant("Mon 10:00")), (instant("Mon 11:00"), instant("Mon 12:00")),
    ]  # fmt: skip


def test_a_running_step_has_no_end_and_no_touch() -> None:
    """A step that began and did not end is there, without an end, and adds no work."""
    log = Log(made_stream(), [_spell("Mon 08:00", "schedule"), _spell("Mon 09:00", "start")])
    assert of(log.steps(), "scheduled_at", "started_at", "ended_at", "touch_hours") == [
        (instant("Mon 08:00"), instant("Mon 09:00"), None, None)
    ]
    assert log.case()["touch_hours"] is None


def test_ten_seconds_of_work_are_not_nothing() -> None:
    """One busy interval of ten seconds is 10 s of work and 10 s of flow, not 0."""
    rows = [_spell("2026-01-05T09:00:00", "start", "Done"), _spell("2026-01-05T09:00:10", "complete", "Done")]
    case = Log(made_stream(), rows).case()
    assert case["touch_hours"] == pytest.approx(10 / 3600)
    assert case["finished_at"] - case["triggered_at"] == dt.timedelta(seconds=10)


def test_three_visits_touch_less_than_they_span() -> None:
    """A stage entered three times: its visits sum to 8 days, the case spans 33, and neither stands for the other."""
    visits = [("+0 Mon 00:00", "+0 Thu 00:00"), ("+1 Mon 00:00", "+1 Thu 00:00"), ("+4 Thu 00:00", "+4 Sat 00:00")]
    rows: list[Row] = []
    for number, (began, ended) in enumerate(visits):
        rows += [_spell(began, "start", activity_id=f"v{number}"), _spell(ended, "complete", activity_id=f"v{number}")]
    stream = made_stream(outcomes=[{"name": "ended", "last_event": True}])
    log = Log(stream, rows)
    case = log.case()
    assert case["touch_hours"] == 8 * 24
    assert case["finished_at"] - case["triggered_at"] == dt.timedelta(days=33)
    assert of(log.steps(), "visit") == [1, 2, 3]


def test_work_that_ends_before_it_starts_is_no_work() -> None:
    """A step whose end lies before its start has no touch time; it is neither negative nor 0."""
    rows = [_spell("Mon 10:00", "start", activity_id="a"), _spell("Mon 09:00", "complete", activity_id="a")]
    assert of(Log(made_stream(), rows).steps(), "touch_hours") == [None]


def test_a_wait_is_from_the_end_before_to_the_start() -> None:
    """Waiting is what lies between two steps; where they overlap, and for the first, it is unknown."""
    log = Log(
        made_stream(),
        [
            _spell("Mon 09:00", "start", "A"), _spell("Mon 12:00", "complete", "A"),
            _spell("Mon 11:00", "start", "B"), _spell("Mon 13:00", "complete", "B"),
            _spell("Mon 15:00", "start", "C"), _spell("Mon 16:00", "complete", "C"),
        ],
    )  # fmt: skip
    assert of(log.steps(), "step", "wait_hours") == [("A", None), ("B", None), ("C", 2.0)]


def test_an_echo_is_ignored_only_directly_after() -> None:
    """A step that echoes another is no step right behind it, and is one anywhere else."""
    stream = made_stream(ignore=[{"step": "Echo", "after": ["Reject"], "reason": "the form repeats it"}])
    told = ("Echo", "Reject", "Echo", "Check", "Echo")
    rows = [("c1", step, f"Mon {hour:02d}:00") for hour, step in enumerate(told, 9)]
    for is_sorted in (True, False):
        assert of(Log(stream, rows).steps(is_sorted=is_sorted), "step") == ["Echo", "Reject", "Check", "Echo"]


def test_an_echo_does_not_reach_into_the_next_case() -> None:
    """The last step of one case is not the step before the first of another."""
    stream = made_stream(ignore=[{"step": "Echo", "after": ["Reject"], "reason": "the form repeats it"}])
    rows = [(f"c{n}", step, at) for n in range(8) for step, at in (("Echo", "Mon 09:00"), ("Reject", "Mon 10:00"))]
    for is_sorted in (True, False):
        assert of(Log(stream, rows).steps(is_sorted=is_sorted), "step") == ["Echo", "Reject"] * 8


def test_a_step_ignored_always_is_never_there() -> None:
    """A step ignored without a condition counts nowhere, and its neighbours follow each other."""
    stream = made_stream(ignore=[{"step": "Ping", "reason": "a heartbeat"}])
    rows = [("c1", step, f"Mon {hour:02d}:00") for hour, step in enumerate(("Order", "Ping", "Check", "Ping"), 9)]
    assert of(Log(stream, rows).steps(), "step", "previous_step") == [("Order", None), ("Check", "Order")]


def test_a_skipped_step_was_not_done() -> None:
    """An event that says a step was skipped is no execution of it."""
    for word in ("skip", "autoskip", "manualskip"):
        rows = [_spell("Mon 09:00", "complete", "Order"), _spell("Mon 10:00", word, "Check")]
        assert of(Log(made_stream(), rows).steps(), "step") == ["Order"]


def test_the_words_of_a_log_are_mapped() -> None:
    """A log's own lifecycle words mean what the stream file says, else their XES meaning, else the default."""
    stream = made_stream(source={"lifecycle": {"Queued": "schedule"}, "lifecycle_default": "instant"})
    words = ("Queued", "COMPLETE", "ate_abort", "reassign", "Whatever")
    assert [canonical_lifecycle(stream, word) for word in words] == [
        "schedule", "complete", "abort", "assign", "instant",
    ]  # fmt: skip
    assert canonical_lifecycle(made_stream(), "Whatever") is None


PRECEDENCE: list[tuple[dict[str, Any], str]] = [
    ({"performer_kind": "agent", "performer": "bot", "role": "clerk"}, "agent"),
    ({"performer": "bot", "role": "clerk"}, "system"),
    ({"performer": "Ann", "role": "clerk"}, "human"),
    ({"performer": "Ann", "team": "desk"}, "human"),
    ({"performer": "Ann"}, "external"),
    ({}, "external"),
    ({"performer_kind": "robot", "performer": "bot"}, "system"),
]


@pytest.mark.parametrize(("told", "kind"), PRECEDENCE)
def test_the_kind_of_a_performer(told: dict[str, Any], kind: str) -> None:
    """The event's own word counts first, then the first rule that matches, then the kind of the step."""
    stream = made_stream(performers=KINDS, steps=[{"name": "Check", "performer_kind": "external"}])
    assert of(Log(stream, [("c1", "Check", "Mon 09:00", told)]).steps(), "performer_kind") == [kind]


def test_a_performer_nobody_knows_is_unknown() -> None:
    """Without a word, a rule or a step that says it, the kind is unknown, not a guess."""
    log = Log(made_stream(performers=KINDS), [("c1", "Order", "Mon 09:00", {"performer": "Eve"})])
    assert of(log.steps(), "performer_kind") == ["unknown"]


def _pair(**stream: Any) -> Log:
    return Log(
        made_stream(**stream),
        [
            ("c1", "Order", "Mon 09:00", {"performer": "Ann", "role": "clerk", "team": "north"}),
            ("c1", "Check", "Mon 10:00", {"performer": "Bob", "role": "clerk", "team": "south"}),
            ("c1", "Done", "Mon 11:00", {"performer": "Bob", "role": "boss", "team": "south"}),
        ],
    )


@pytest.mark.parametrize(
    ("responsible", "handoffs"),
    [("performer", [False, True, False]), ("role", [False, False, True]), ("team", [False, True, False])],
)
def test_who_is_responsible(responsible: str, handoffs: list[bool]) -> None:
    """A handoff is a change of the performer, the role or the team, whichever the stream file holds responsible."""
    steps = _pair(performers={"responsible": responsible}).steps()
    assert of(steps, "is_handoff") == handoffs
    assert of(steps, "previous_responsible")[1:] == of(steps, "responsible")[:-1]


def _tie(*events: tuple[str, int | None]) -> list[str]:
    stream: Stream = made_stream()
    rows: list[Row] = [("c1", step, "Mon 09:00", {"sequence": number}) for step, number in events]
    log = Log(stream, rows)
    assert of(log.steps(is_sorted=True), "step") == of(log.steps(), "step")
    return of(log.steps(), "step")


def test_equal_times_are_ordered_by_sequence_then_id() -> None:
    """Events of one instant follow their sequence, whatever order they came in, and then their id."""
    assert _tie(("C", 3), ("A", 1), ("B", 2)) == ["A", "B", "C"]
    assert _tie(("A", None), ("B", None)) == ["A", "B"]
    assert _tie(("B", 1), ("A", None)) == ["A", "B"]
