"""Steps where order is all there is: ledger order, ends without starts, missing sequence numbers, ignored steps."""

from __future__ import annotations

from tests.metrics.coded_events import Log, Row, made_stream, of


def test_the_last_step_is_the_last_in_ledger_order_too() -> None:
    """An outcome by the last step is read off the order of the case, whether windows stream through or are sorted."""
    stream = made_stream(outcomes=[{"name": "shipped", "last_steps": ["Ship"]}])
    rows: list[Row] = [
        ("c1", "Pay", "Mon 08:00"), ("c1", "Pack", "Mon 09:00"), ("c1", "Ship", "Mon 10:00"),
        ("c2", "Ship", "Mon 08:00"), ("c2", "Pack", "Mon 09:00"), ("c3", "Ship", "Mon 08:00"),
    ]  # fmt: skip
    for is_sorted in (True, False):
        assert of(Log(stream, rows).cases(is_sorted=is_sorted), "case_id", "outcome") == [
            ("c1", "shipped"), ("c2", None), ("c3", "shipped"),
        ]  # fmt: skip


def test_an_end_alone_is_a_step_in_its_place() -> None:
    """In a log of starts and ends a step that told only its end, or only its schedule, stands where that was."""
    rows: list[Row] = [
        ("c1", "C", "Mon 12:00", {"lifecycle": "schedule"}), ("c1", "B", "Mon 10:00", {"lifecycle": "complete"}),
        ("c1", "A", "Mon 08:00", {"lifecycle": "start"}), ("c1", "A", "Mon 13:00", {"lifecycle": "complete"}),
    ]  # fmt: skip
    steps = Log(made_stream(), rows).steps()
    assert of(steps, "step", "position", "previous_step") == [("A", 1, None), ("B", 2, "A"), ("C", 3, "B")]
    assert [str(day) for day in of(steps, "happened_on")] == ["2026-01-05"] * 3


def test_a_step_is_scheduled_when_it_was_first_so() -> None:
    """Scheduled twice and started twice within one activity, it waited from the first schedule to the first start."""
    rows: list[Row] = [
        ("c1", "A", f"Mon {hour:02d}:00", {"lifecycle": phase, "activity_id": "a"})
        for hour, phase in ((8, "schedule"), (9, "schedule"), (10, "start"), (11, "start"), (12, "complete"),
                            (13, "complete"))
    ]  # fmt: skip
    (step,) = Log(made_stream(), rows).steps()
    assert [step[name].hour for name in ("scheduled_at", "started_at", "ended_at")] == [8, 10, 13]


def test_pairs_by_guess_follow_the_sequence() -> None:
    """Two starts at one instant pair with ends in the order of their sequence; one without a number comes first."""
    start, end = {"lifecycle": "start"}, {"lifecycle": "complete"}
    rows: list[Row] = [
        ("c1", "A", "Mon 09:00", start | {"performer": "bob", "sequence": 1}),
        ("c1", "A", "Mon 09:00", start | {"performer": "ann"}),
        ("c1", "A", "Mon 10:00", end | {"sequence": 2}), ("c1", "A", "Mon 11:00", end | {"sequence": 3}),
    ]  # fmt: skip
    found = sorted((step["ended_at"], step["performer"]) for step in Log(made_stream(), rows).steps())
    assert [who for _, who in found] == ["ann", "bob"]


def test_no_wait_is_a_wait_of_nothing() -> None:
    """A step that begins as the one before ends waited 0 hours; one that begins earlier has no wait to tell."""
    rows: list[Row] = [
        ("c1", name, f"Mon {hour:02d}:00", {"lifecycle": phase, "activity_id": name})
        for name, begun, ended in (("A", 8, 10), ("B", 10, 12), ("C", 11, 13))
        for hour, phase in ((begun, "start"), (ended, "complete"))
    ]
    assert of(Log(made_stream(), rows).steps(), "wait_hours", "touch_hours") == [(None, 2.0), (0.0, 2.0), (None, 2.0)]


def test_steps_are_ignored_always_or_after_others() -> None:
    """A rule without `after` leaves its step out wherever it stands; one with it only right after those."""
    stream = made_stream(ignore=[
        {"step": "Ping", "reason": "a heartbeat"}, {"step": "Echo", "after": ["Say"], "reason": "told twice"},
        {"step": "Beep", "after": ["Say"], "reason": "told twice, too"},
    ])  # fmt: skip
    rows: list[Row] = [("c1", step, f"Mon {n:02d}:00") for n, step in enumerate(
        ("Ping", "Echo", "Say", "Echo", "Ping", "Say", "Ping", "Echo", "Say", "Beep", "Done"))]  # fmt: skip
    for is_sorted in (True, False):
        steps = of(Log(stream, rows).steps(is_sorted=is_sorted), "step")
        assert steps == ["Echo", "Say", "Say", "Say", "Done"]


def test_a_pause_tells_nobody_who_worked() -> None:
    """Whoever suspends, resumes or assigns the work is not who did it, and their instants neither begin nor end it."""
    rows: list[Row] = [
        ("c1", "A", f"Mon {hour:02d}:00", {"lifecycle": phase, "activity_id": "a", "performer": who})
        for hour, phase, who in ((7, "assign", "boss"), (8, "start", "ann"), (9, "suspend", "bob"),
                                 (10, "resume", "bob"), (11, "complete", None), (12, "skip", "bob"))
    ]  # fmt: skip
    (step,) = Log(made_stream(), rows).steps()
    assert (step["performer"], step["started_at"].hour, step["ended_at"].hour) == ("ann", 8, 11)


def test_starts_and_ends_in_ledger_order_make_steps_in_order() -> None:
    """Steps that overlap stand by their beginnings, also where the events that told them lie in order already."""
    names = [f"S{number:02d}" for number in range(24)]
    rows: list[Row] = [
        (case, name, f"Mon {(number + ended) // 2:02d}:{(number + ended) % 2 * 30:02d}",
         {"lifecycle": "complete" if ended else "start", "activity_id": f"{case} {name}"})
        for case in ("c1", "c2") for number, name in enumerate(names) for ended in (0, 3 + number % 7)
    ]  # fmt: skip
    log = Log(made_stream(), rows)
    for is_sorted in (True, False):
        steps = log.steps(is_sorted=is_sorted)
        assert of(steps, "case_id", "step") == [(case, name) for case in ("c1", "c2") for name in names]
        assert of(steps, "previous_step") == [None, *names[:-1]] * 2


def test_a_case_is_triggered_when_its_first_step_was_first_heard_of() -> None:
    """Scheduled before it began, or begun before it was put on the plan: the earlier of the two."""
    for first, then in (("schedule", "start"), ("start", "schedule")):
        rows: list[Row] = [
            ("c1", "A", f"Mon {hour:02d}:00", {"lifecycle": phase, "activity_id": "a"})
            for hour, phase in ((8, first), (9, then), (12, "complete"))
        ]
        assert Log(made_stream(trigger={"steps": ["A"]}), rows).case()["triggered_at"].hour == 8


def test_an_event_without_a_step_is_none() -> None:
    """What only tells something of the case takes no position and hands nothing over, in either shape of log."""
    for told in ({}, {"lifecycle": "start"}):
        rows: list[Row] = [("c1", "A", "Mon 08:00"), ("c1", None, "Mon 09:00", told), ("c1", "B", "Mon 10:00")]
        for is_sorted in (True, False):
            steps = Log(made_stream(), rows).steps(is_sorted=is_sorted)
            assert of(steps, "step", "position", "previous_step") == [("A", 1, None), ("B", 2, "A")]


def test_work_at_one_instant_took_no_time() -> None:
    """Begun and ended at once it is 0 hours, which is known; an end alone is an instant, and nothing was guessed."""
    rows: list[Row] = [
        ("c1", "A", "Mon 08:00", {"lifecycle": "start", "activity_id": "a"}),
        ("c1", "A", "Mon 08:00", {"lifecycle": "complete", "activity_id": "a"}),
        ("c1", "B", "Mon 09:00", {"lifecycle": "complete"}),
    ]
    found = of(Log(made_stream(), rows).steps(), "step", "touch_hours", "paired_by")
    assert found == [("A", 0.0, "activity_id"), ("B", None, "instant")]
