"""Steps from events that lie in no order, begin at one instant, or tell more than once what they tell."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from metrics.facts.named_steps import named_steps_sql
from metrics.stream.performer_registry import RegistryLine
from tests.metrics.coded_events import Log, Row, instant, made_stream, of

START, END = {"lifecycle": "start"}, {"lifecycle": "complete"}


def test_events_in_no_order_make_the_same_steps() -> None:
    """Told last to first, two cases in turns, a log has the same steps: an echo is one only after what it echoes."""
    stream = made_stream(ignore=[{"step": "Echo", "after": ["Say"], "reason": "told twice"}])
    rows: list[Row] = [
        (case, step, f"Mon {hour:02d}:00")
        for hour, step in reversed(list(enumerate(("Echo", "Say", "Echo", "Ask", "Done"))))
        for case in ("c1", "c2")
    ]
    log = Log(stream, rows)
    as_arrived = replace(log.query(), relation="arrived")
    steps = log.facts(named_steps_sql(as_arrived), "case_id, position")
    assert steps == log.steps(is_sorted=True)
    assert of(steps, "case_id", "step", "position", "previous_step") == [
        (case, step, place, before)
        for case in ("c1", "c2")
        for place, (step, before) in enumerate(zip(("Echo", "Say", "Ask", "Done"), (None, "Echo", "Say", "Ask"),
                                                   strict=True), 1)
    ]  # fmt: skip


def test_an_event_without_a_sequence_comes_before_those_with_one() -> None:
    """At one instant what has no number is first, so what follows it with a number is its echo."""
    stream = made_stream(ignore=[{"step": "Echo", "after": ["Say"], "reason": "told twice"}])
    rows: list[Row] = [("c1", "Echo", "Mon 09:00", {"sequence": 1}), ("c1", "Say", "Mon 09:00")]
    for is_sorted in (True, False):
        assert of(Log(stream, rows).steps(is_sorted=is_sorted), "step") == ["Say"]


def test_at_one_instant_the_numbered_event_has_the_last_word() -> None:
    """Ann's start without a number and Bob's completion with one: it was Bob's, and the case is what the start told."""
    rows: list[Row] = [
        ("c1", "A", "Mon 08:00", END | {"activity_id": "a", "performer": "bob", "sequence": 1,
                                        "attributes": {"channel": "shop"}}),
        ("c1", "A", "Mon 08:00", START | {"activity_id": "a", "performer": "ann", "attributes": {"channel": "web"}}),
    ]  # fmt: skip
    log = Log(made_stream(trigger={"steps": ["A"]}, segments={"channel": {"attribute": "channel"}}), rows)
    assert of(log.steps(), "performer") == ["bob"]
    assert log.case()["segments"] == '{"channel":"web"}'


def test_a_step_stands_where_it_began_and_not_where_it_was_planned() -> None:
    """Scheduled first and begun last, a step is the last, whether the events lie in order or not."""
    rows: list[Row] = [
        ("c1", "A", "Mon 08:00", {"lifecycle": "schedule", "activity_id": "a"}), ("c1", "B", "Mon 09:00"),
        ("c1", "A", "Mon 10:00", START | {"activity_id": "a"}),
        ("c1", "A", "Mon 11:00", END | {"activity_id": "a"}),
    ]  # fmt: skip
    for is_sorted in (True, False):
        steps = Log(made_stream(), rows).steps(is_sorted=is_sorted)
        assert of(steps, "step", "position", "previous_step") == [("B", 1, None), ("A", 2, "B")]


def test_steps_that_begin_together_stand_as_they_were_first_told() -> None:
    """At one instant the step whose first event comes first is first, however they end: by sequence, and without."""
    for numbers in ((1, 2, 4, 3), (None, None, None, None)):
        events = (("A", "08:00", START), ("B", "08:00", START), ("B", "10:00", END), ("A", "11:00", END))
        order = dict(zip((("A", "08:00"), ("B", "08:00"), ("A", "11:00"), ("B", "10:00")), numbers, strict=True))
        rows: list[Row] = [
            ("c1", step, f"Mon {at}", phase | {"activity_id": step, "sequence": order[step, at]})
            for step, at, phase in events
        ]
        assert of(Log(made_stream(), rows).steps(), "step") == ["A", "B"]


def test_an_execution_is_the_last_try_it_told() -> None:
    """Begun as the first attempt and ended as the second, it was the second."""
    rows: list[Row] = [
        ("c1", "A", "Mon 08:00", START | {"activity_id": "a", "attempt": 1}),
        ("c1", "A", "Mon 09:00", END | {"activity_id": "a", "attempt": 2}),
    ]
    assert of(Log(made_stream(), rows).steps(), "attempt") == [2]


def test_an_instant_is_a_step_of_its_own() -> None:
    """Among starts and ends an event without a word of either pairs with nothing, whatever id it tells."""
    rows: list[Row] = [
        ("c1", "A", "Mon 08:00"), ("c1", "A", "Mon 09:00", START), ("c1", "A", "Mon 10:00", END),
        ("c1", "B", "Mon 11:00", {"activity_id": "b"}), ("c1", "B", "Mon 12:00", {"activity_id": "b"}),
    ]  # fmt: skip
    steps = of(Log(made_stream(), rows).steps(), "step", "touch_hours", "paired_by")
    assert steps == [
        ("A", None, "instant"), ("A", 1.0, "heuristic"), ("B", None, "instant"), ("B", None, "instant"),
    ]  # fmt: skip


def test_the_last_word_on_how_work_came_counts() -> None:
    """Begun as manual and ended as automated, work between two machines was handed over automatically."""
    rows: list[Row] = [("c1", "A", "Mon 08:00", {"performer": "s1", "performer_kind": "system"})] + [
        ("c1", "B", f"Mon {hour}:00", {"lifecycle": phase, "activity_id": "b", "performer": "s2",
                                       "performer_kind": "system", "attributes": {"handoff.mode": mode}})
        for hour, phase, mode in (("09", "start", "manual"), ("10", "complete", "automated"))
    ]  # fmt: skip
    assert of(Log(made_stream(), rows).steps(), "handoff_kind") == [None, "automated"]


def test_who_handed_over_is_told_with_the_step() -> None:
    """The kind of performer before, unknown ones too; nothing before the first; work designed for people is manual."""
    stream = made_stream(steps=[{"name": "B", "manual_on_purpose": "four eyes"}])
    kinds = (("A", "system"), ("B", "human"), ("C", None), ("D", "agent"))
    rows: list[Row] = [
        ("c1", step, f"Mon {hour:02d}:00", {"performer": f"p{hour}", "performer_kind": kind})
        for hour, (step, kind) in enumerate(kinds)
    ]
    steps = of(Log(stream, rows).steps(), "previous_performer_kind", "handoff_kind", "manual_reason")
    assert steps == [
        (None, None, None), ("system", "manual", "designed"), ("human", "manual", "designed"),
        ("unknown", "unknown", None),
    ]  # fmt: skip


def test_completions_beside_skips_are_instants() -> None:
    """A step that was skipped tells no work: completions beside it are steps of their own, whatever id they share."""
    rows: list[Row] = [
        ("c1", step, f"Mon {hour:02d}:00", {"lifecycle": word, "activity_id": "a"})
        for hour, (step, word) in enumerate((("A", "complete"), ("A", "complete"), ("B", "skip")))
    ]
    assert of(Log(made_stream(), rows).steps(), "step", "paired_by") == [("A", "instant"), ("A", "instant")]


def test_who_ended_the_work_did_it() -> None:
    """Begun by Ann and ended by Bob it was Bob's; where the end names nobody it stays Ann's."""
    for last, who in (("bob", "bob"), (None, "ann")):
        rows: list[Row] = [
            ("c1", "A", "Mon 08:00", START | {"activity_id": "a", "performer": "ann"}),
            ("c1", "A", "Mon 09:00", END | {"activity_id": "a", "performer": last}),
        ]
        assert of(Log(made_stream(), rows).steps(), "performer") == [who]


def test_a_case_begins_with_the_first_that_was_told_of_its_step() -> None:
    """Ended at eight and put on the plan at nine, with no beginning told, the step was first heard of at eight."""
    rows: list[Row] = [
        ("c1", "A", "Mon 08:00", END | {"activity_id": "a"}),
        ("c1", "A", "Mon 09:00", {"lifecycle": "schedule", "activity_id": "a"}),
    ]
    assert Log(made_stream(trigger={"steps": ["A"]}), rows).case()["triggered_at"] == instant("Mon 08:00")


def test_a_word_nobody_knows_tells_an_instant() -> None:
    """Among starts and ends an event with a word that means nothing is a step that was done then."""
    rows: list[Row] = [
        ("c1", "A", "Mon 08:00", START), ("c1", "A", "Mon 09:00", END),
        ("c1", "B", "Mon 10:00", {"lifecycle": "whatever"}),
    ]  # fmt: skip
    found = of(Log(made_stream(), rows).steps(), "step", "ended_at", "paired_by")
    assert found == [("A", instant("Mon 09:00"), "heuristic"), ("B", instant("Mon 10:00"), "instant")]


def test_the_registry_knows_who_has_only_begun() -> None:
    """Of work that has not ended the day on which it began says what its performer was."""
    lines = (
        RegistryLine("p1", "human", valid_to=dt.date(2026, 1, 6)),
        RegistryLine("p1", "agent", valid_from=dt.date(2026, 1, 6)),
    )
    rows: list[Row] = [
        ("c1", "A", "Mon 08:00", START | {"activity_id": "a", "performer": "p1"}),
        ("c1", "B", "Tue 08:00", START | {"activity_id": "b", "performer": "p1"}),
    ]
    assert of(Log(made_stream(), rows, lines).steps(), "performer_kind") == ["human", "agent"]


def test_the_order_of_arrival_is_none() -> None:
    """Told last to first, and at one instant the numbered one first, steps stand by time, then without a number."""
    rows: list[Row] = [
        ("c1", "D", "Mon 10:00"), ("c1", "C", "Mon 09:00", {"sequence": 1}), ("c1", "B", "Mon 09:00"),
        ("c1", "A", "Mon 08:00"),
    ]  # fmt: skip
    log = Log(made_stream(), rows)
    steps = log.facts(named_steps_sql(replace(log.query(), relation="arrived")), "position")
    assert of(steps, "step", "previous_step") == [("A", None), ("B", "A"), ("C", "B"), ("D", "C")]
    assert steps == log.steps(is_sorted=True)
