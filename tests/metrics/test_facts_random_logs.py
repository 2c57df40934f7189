"""Facts of random logs: one pass in ledger order says what windows by case say, and both what plain Python counts."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.coded_events import Fact, Log, Row, made_stream, of

REWORK = {"rejections": ["R"], "corrections": ["M"], "allowed": [{"step": "C", "reason": "a reminder"}]}
RULE = {"name": "returned", "detected": ["R"], "remediated": ["M"], "steady": ["D", "A"]}
STREAM = made_stream(
    trigger={"steps": ["A", "B"]},
    outcomes=[{"name": "done", "steps": ["D"]}, {"name": "lost", "kind": "abandoned", "last_steps": ["C"]}],
    performers={"kinds": [{"kind": "human", "performers": ["ann", "bob"]}, {"kind": "system", "performers": ["bot"]}]},
    rework=REWORK,
    ignore=[{"step": "E", "after": ["R"], "reason": "the form repeats it"}],
    failures=[RULE],
    segments={"size": {"attribute": "size"}, "checks": {"count_of": "C"}},
)
KINDS = {"ann": "human", "bob": "human", "bot": "system"}

rows = st.lists(
    st.builds(
        lambda case, step, minute, performer, sequence, attempt, size: (
            case, step, f"Mon 09:{minute:02d}",
            {"performer": performer, "sequence": sequence, "attempt": attempt, "attributes": size and {"size": size}},
        ),
        st.sampled_from(["c1", "c2", "NA"]),
        st.sampled_from("ABCDERM"),
        st.integers(0, 12),
        st.sampled_from(["ann", "bob", "bot", "stranger", None]),
        st.none() | st.integers(0, 3),
        st.none() | st.integers(1, 2),
        st.sampled_from([None, "big", "small"]),
    ),
    min_size=1,
    max_size=25,
)  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(told=rows)
def test_one_pass_in_order_says_what_windows_say(told: list[Row]) -> None:
    """Steps, cases and failures are the same whether events stream through in ledger order or are ordered anew."""
    log = Log(STREAM, told)
    assert log.steps(is_sorted=True) == log.steps()
    assert log.cases(is_sorted=True) == log.cases()
    assert log.failures(is_sorted=True) == log.failures()


@settings(max_examples=12, deadline=None)
@given(told=rows)
def test_the_order_of_arrival_changes_nothing(told: list[Row]) -> None:
    """Cases do not depend on the order in which their events came in, as long as ids settle equal times."""
    spread = [(row[0], row[1], f"Mon 09:{place:02d}", row[3]) for place, row in enumerate(told) if len(row) == 4]
    assert Log(STREAM, spread).cases() == Log(STREAM, spread[::-1]).cases()


@settings(max_examples=20, deadline=None)
@given(told=rows)
def test_cases_are_what_plain_python_counts(told: list[Row]) -> None:
    """Trigger, outcome, handoffs, loops, rejections and reopening of each case, counted again event by event."""
    log = Log(STREAM, told)
    expected = _counted(log)
    found = {fact["case_id"]: {name: fact[name] for name in next(iter(expected.values()))} for fact in log.cases()}
    assert found == expected if expected else not log.cases()


def _counted(log: Log) -> dict[str, Fact]:
    """The oracle: cases by name, each by a walk over its accepted events."""
    names = {code: name for name, code in log.codes["step"].items()}
    performers: dict[Any, str | None] = {code: name for name, code in log.codes["performer"].items()}
    events: dict[str, list[Fact]] = {}
    for event in log.facts("SELECT * FROM events", "case_key, event_at, sequence NULLS FIRST, event_key"):
        event |= {"step": names[event["step_code"]], "performer": performers.get(event["performer_code"])}
        events.setdefault(event["case_id"], []).append(event)
    cases = {case_id: _case(_accepted(told)) for case_id, told in events.items()}
    return {case_id: case for case_id, case in cases.items() if case["triggered_at"] is not None}


def _accepted(events: list[Fact]) -> list[Fact]:
    before = [None, *(event["step"] for event in events)]
    return [event for event, last in zip(events, before, strict=False) if not (event["step"] == "E" and last == "R")]


def _case(events: list[Fact]) -> Fact:
    triggers = [event["event_at"] for event in events if event["step"] in ("A", "B")]
    endings = [event["event_at"] for event in events if event["step"] == "D"]
    others = [event["event_at"] for event in events if event["step"] != "D"]
    is_lost = not endings and bool(events) and events[-1]["step"] == "C"
    finished = min(endings) if endings else events[-1]["event_at"] if is_lost else None
    return {
        "triggered_at": min(triggers, default=None), "finished_at": finished, "steps": len(events),
        "outcome": "done" if endings else "lost" if is_lost else None,
        "reopens": int(bool(endings) and any(at > min(endings) for at in others)),
        "rejections": sum(event["step"] == "R" for event in events),
        "corrections": sum(event["step"] == "M" for event in events), **_repeats(events), **_handoffs(events),
    }  # fmt: skip


def _repeats(events: list[Fact]) -> Fact:
    seen: set[str] = set()
    repeats, at_once, allowed = 0, 0, 0
    for event, last in zip(events, [None, *events], strict=False):
        step = event["step"]
        if step in ("R", "M") or event["attempt"] not in (None, 1):
            continue
        if step == "C":
            allowed += step in seen
        elif step in seen:
            repeats += 1
            at_once += last is not None and last["step"] == step
        seen.add(step)
    return {"self_loops": at_once, "loops": repeats - at_once, "allowed_repeats": allowed}


def _handoffs(events: list[Fact]) -> Fact:
    counts = {"automated_handoffs": 0, "manual_handoffs": 0, "unknown_handoffs": 0, "automated_to_human": 0}
    for one, other in pairwise(events):
        if one["performer"] == other["performer"]:
            continue
        kinds = (KINDS.get(one["performer"]), KINDS.get(other["performer"]))
        if "human" in kinds:
            counts["manual_handoffs"] += 1
        else:
            counts["automated_handoffs" if kinds == ("system", "system") else "unknown_handoffs"] += 1
        counts["automated_to_human"] += kinds == ("system", "human")
    return counts


def test_the_oracle_sees_what_it_should() -> None:
    """A log counted by hand: the oracle itself is right."""
    told: list[Row] = [
        ("c1", step, f"Mon 09:{minute:02d}", {"performer": who})
        for minute, (step, who) in enumerate([("A", "bot"), ("R", "ann"), ("E", "ann"), ("A", "bot"), ("D", "bob")])
    ]
    case = _counted(Log(STREAM, told))["c1"]
    assert (case["steps"], case["loops"], case["rejections"], case["manual_handoffs"]) == (4, 1, 1, 3)
    assert of([case], "automated_to_human", "outcome") == [(2, "done")]
