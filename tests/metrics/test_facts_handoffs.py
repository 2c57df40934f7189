"""Handoffs of cases: between whom, of which kind, why a person takes part, and each counted once."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.coded_events import Fact, Log, Row, made_stream, of

WHO = {"h": "human", "H": "human", "s": "system", "S": "system", "a": "agent", "x": "external", "u": None, "U": None}
COUNTS = ("automated_handoffs", "manual_handoffs", "unknown_handoffs", "automated_to_human")


def _counts(chain: str) -> tuple[int, ...]:
    """Handoffs of a chain of performers, one letter a step; a dash is a step nobody is named for."""
    rows: list[Row] = [
        ("c1", "Check", f"Mon {hour:02d}:00", {"performer": who.strip("-") or None, "performer_kind": WHO.get(who)})
        for hour, who in enumerate(chain, 1)
    ]
    for is_sorted in (True, False):
        (case,) = Log(made_stream(), rows).cases(is_sorted=is_sorted)
        found = tuple(case[name] for name in COUNTS)
    return found


@pytest.mark.parametrize(
    ("chain", "counts"),
    [
        ("sS", (1, 0, 0, 0)), ("sa", (1, 0, 0, 0)), ("aS", (1, 0, 0, 0)),
        ("hH", (0, 1, 0, 0)), ("hs", (0, 1, 0, 0)), ("sh", (0, 1, 0, 1)), ("ah", (0, 1, 0, 1)),
        ("xs", (0, 1, 0, 0)), ("sx", (0, 1, 0, 0)), ("xh", (0, 1, 0, 0)),
        ("uU", (0, 0, 1, 0)), ("us", (0, 0, 1, 0)), ("su", (0, 0, 1, 0)), ("uh", (0, 1, 0, 0)), ("hu", (0, 1, 0, 0)),
        ("hhh", (0, 0, 0, 0)), ("sss", (0, 0, 0, 0)), ("s", (0, 0, 0, 0)),
        ("sShHs", (1, 3, 0, 1)), ("s-s", (0, 0, 2, 0)), ("--", (0, 0, 0, 0)),
    ],
)  # fmt: skip
def test_handoffs_by_kind(chain: str, counts: tuple[int, ...]) -> None:
    """Between systems and agents is automated, what touches a person or another firm manual, the rest unknown."""
    assert _counts(chain) == counts


def test_the_first_step_of_a_case_is_no_handoff() -> None:
    """Cases that follow each other in the ledger hand nothing over to each other."""
    rows: list[Row] = [(f"c{n}", "Check", "Mon 09:00", {"performer": f"p{n}"}) for n in range(20)]
    for is_sorted in (True, False):
        cases = Log(made_stream(), rows).cases(is_sorted=is_sorted)
        assert of(cases, "automated_handoffs", "manual_handoffs", "unknown_handoffs") == [(0, 0, 0)] * 20


def test_speed_is_no_automation() -> None:
    """A person who answers within a second is a person."""
    rows: list[Row] = [
        ("c1", "Check", "2026-01-05T09:00:00", {"performer": "Ann", "performer_kind": "human"}),
        ("c1", "Sign", "2026-01-05T09:00:01", {"performer": "Bob", "performer_kind": "human"}),
    ]
    assert Log(made_stream(), rows).case()["manual_handoffs"] == 1


@pytest.mark.parametrize(
    ("chain", "sure", "maybe"),
    [("sh", 1, 0), ("ah", 1, 0), ("uh", 0, 1), ("su", 0, 1), ("au", 0, 1), ("uU", 0, 1), ("hu", 0, 0), ("xu", 0, 0),
     ("ux", 0, 0), ("us", 0, 0), ("hh", 0, 0), ("xh", 0, 0), ("suh", 0, 2), ("uUh", 0, 2)],
)  # fmt: skip
def test_transfers_to_a_human_and_what_may_be_one(chain: str, sure: int, maybe: int) -> None:
    """An unknown who gives to a human may be a system, one who takes from a system may be a human; never both sums."""
    rows: list[Row] = [
        ("c1", "Check", f"Mon {hour:02d}:00", {"performer": who, "performer_kind": WHO[who]})
        for hour, who in enumerate(chain, 1)
    ]
    case = Log(made_stream(), rows).case()
    assert (case["automated_to_human"], case["maybe_automated_to_human"]) == (sure, maybe)


STEPS = [
    {"name": "Approve", "manual_on_purpose": "four eyes above 10,000"}, {"name": "Match", "performer_kind": "system"},
    {"name": "Read", "performer_kind": "agent"}, {"name": "Sign", "performer_kind": "human"},
]  # fmt: skip
REASONED = made_stream(
    outcomes=[{"name": "ended", "last_event": True}], steps=STEPS,
    rework={"rejections": ["Return", "Match"], "corrections": ["Mend"]},
)  # fmt: skip


def _reasons(*told: tuple[str, str, str | None] | tuple[str, str, str | None, str]) -> list[str | None]:
    """Why a person takes part, step by step; a step is (letter of who, step, outcome), and the mode where told."""
    rows: list[Row] = [
        (
            "c1", row[1], f"Mon {hour:02d}:00",
            {"performer": f"{row[0]}{hour}", "performer_kind": WHO[row[0]], "outcome": row[2],
             "attributes": {"handoff.mode": row[3]} if len(row) == 4 else None},
        )
        for hour, row in enumerate(told, 1)
    ]  # fmt: skip
    log = Log(REASONED, rows)
    steps = log.steps()
    assert steps == log.steps(is_sorted=True)
    reasons = of(steps, "manual_reason")
    case = log.case()
    counted = {name: case[f"{name}_handoffs"] for name in ("designed", "fallback", "exception", "other")}
    assert counted == {name: reasons.count(name) for name in counted}
    kinds = of(steps, "handoff_kind")
    assert [case[f"{kind}_handoffs"] for kind in ("automated", "manual", "unknown")] == [
        kinds.count(kind) for kind in ("automated", "manual", "unknown")
    ]
    return reasons[1:]


@pytest.mark.parametrize(
    ("given", "taken", "reason"),
    [
        (("s", "Load", None), ("h", "Check", None), "other"),
        (("s", "Load", None), ("h", "Approve", None), "designed"),
        (("s", "Load", "failure"), ("h", "Approve", None), "designed"),
        (("s", "Load", None), ("h", "Match", None), "fallback"),
        (("s", "Load", None), ("x", "Read", None), "fallback"),
        (("s", "Load", None), ("h", "Sign", None), "other"),
        (("s", "Load", "failure"), ("h", "Match", None), "fallback"),
        (("s", "Load", "failure"), ("h", "Check", None), "exception"),
        (("s", "Load", "error"), ("h", "Check", None), "exception"),
        (("a", "Load", "timeout"), ("h", "Check", None), "exception"),
        (("s", "Load", "success"), ("h", "Check", None), "other"),
        (("s", "Load", "cancellation"), ("h", "Check", "failure"), "other"),
        (("s", "Load", None), ("h", "Return", None), "exception"),
        (("h", "Check", None), ("h", "Mend", None), "exception"),
        (("h", "Approve", None), ("s", "Load", None), "designed"),
        (("h", "Approve", None), ("h", "Check", None), "other"),
        (("h", "Match", None), ("s", "Load", None), "fallback"),
        (("h", "Return", None), ("s", "Load", None), "exception"),
        (("h", "Check", None), ("s", "Match", None), "other"),
        (("h", "Check", "failure"), ("s", "Load", None), "other"),
        (("s", "Load", "failure"), ("s", "Match", None), None),
        (("u", "Load", None), ("h", "Match", None), "fallback"),
        (("s", "Load", None), ("h", "Check", None, "manual"), "designed"),
        (("s", "Load", "failure"), ("h", "Check", None, "manual"), "exception"),
        (("s", "Load", None), ("h", "Match", None, "manual"), "fallback"),
        (("s", "Load", None), ("s", "Check", None, "manual"), "designed"),
        (("s", "Load", None), ("s", "Match", None, "manual"), "exception"),
        (("u", "Load", None), ("u", "Check", None, "manual"), "designed"),
        (("s", "Load", None), ("h", "Approve", None, "automated"), None),
        (("s", "Load", None), ("h", "Check", None, "by pigeon"), "other"),
    ],
)
def test_why_a_person_takes_part(given: Any, taken: Any, reason: str | None) -> None:
    """By design, else instead of a system, else after something went wrong, else as told, else for no known reason."""
    assert _reasons(given, taken) == [reason]


def test_who_gives_back_to_a_system_is_judged_by_why_they_had_it() -> None:
    """A person had the case after a failure: the handoff to them and the one back are both exceptions."""
    assert _reasons(("s", "Load", "failure"), ("h", "Check", "success"), ("s", "Load", None)) == ["exception"] * 2
    assert _reasons(("s", "Load", None), ("h", "Check", "failure"), ("s", "Load", None)) == ["other"] * 2


def test_a_failure_in_another_case_explains_nothing() -> None:
    """What failed at the end of one case is no reason in the next, at the first handoff nor at the second."""
    rows: list[Row] = [
        ("c1", "Load", "Mon 09:00", {"performer": "s", "performer_kind": "system", "outcome": "failure"})
    ]
    for case in ("c0", "c2", "c3", "c4"):  # in ledger order some case follows c1
        rows += [
            (case, "Load", "Tue 09:00", {"performer": "h", "performer_kind": "human"}),
            (case, "Load", "Tue 10:00", {"performer": "s", "performer_kind": "system"}),
        ]
    for is_sorted in (True, False):
        cases = Log(REASONED, rows).cases(is_sorted=is_sorted)
        assert sum(of(cases, "exception_handoffs")) == 0
        assert sum(of(cases, "other_handoffs")) == 4


@pytest.mark.parametrize(
    ("chain", "mode", "counts"),
    [
        ("sh", "automated", (1, 0, 0, 1)), ("hH", "automated", (1, 0, 0, 0)), ("sS", "manual", (0, 1, 0, 0)),
        ("uU", "manual", (0, 1, 0, 0)), ("uU", "automated", (1, 0, 0, 0)), ("hh", "manual", (0, 0, 0, 0)),
        ("sh", None, (0, 1, 0, 1)), ("sS", "by pigeon", (1, 0, 0, 0)),
    ],
)  # fmt: skip
def test_the_told_mode_beats_the_kinds(chain: str, mode: str | None, counts: tuple[int, ...]) -> None:
    """How a service passed the work on is as it says; who then has it stays as it is; no word of ours says nothing."""
    rows: list[Row] = [
        ("c0", "Check", "Mon 08:00", {"attributes": {"handoff.mode": "manual"}}),
        ("c1", "Check", "Mon 09:00", {"performer": chain[0], "performer_kind": WHO[chain[0]]}),
        (
            "c1", "Check", "Mon 10:00",
            {"performer": chain[1], "performer_kind": WHO[chain[1]], "attributes": {"handoff.mode": mode}},
        ),
    ]  # fmt: skip
    for is_sorted in (True, False):
        _, case = Log(made_stream(), rows).cases(is_sorted=is_sorted)
        assert tuple(case[name] for name in COUNTS) == counts


def test_the_mode_is_told_when_the_work_begins_to_wait() -> None:
    """The library tells it with the schedule: it belongs to the step that was waited for, however that ends."""
    who = {"performer": "s", "performer_kind": "system"}
    rows: list[Row] = [
        ("c1", "Load", "Mon 09:00", {**who, "lifecycle": "complete", "activity_id": "a"}),
        ("c1", "Check", "Mon 09:01", {"lifecycle": "schedule", "activity_id": "b",
                                      "attributes": {"handoff.mode": "manual"}}),
        ("c1", "Check", "Mon 09:30", {"performer": "S", "performer_kind": "system", "lifecycle": "complete",
                                      "activity_id": "b", "attributes": {"size": "big"}}),
    ]  # fmt: skip
    assert tuple(Log(made_stream(), rows).case()[name] for name in COUNTS) == (0, 1, 0, 0)


SHARED = {"streamgauge.counted_in": "c00"}


def test_one_manual_header_action_with_50_items_is_one_manual_handoff() -> None:
    """A person releases the header of 50 items at once: one handoff to them, one back; the systems' own work counts."""
    rows: list[Row] = []
    for item in range(50):
        case, attributes = f"c{item:02d}", SHARED if item else None
        rows += [
            (case, "Load", "Mon 08:00", {"performer": "s", "performer_kind": "system"}),
            (case, "Price", "Mon 09:00", {"performer": "S", "performer_kind": "system"}),
            (case, "Release", "Mon 10:00", {"performer": "h", "performer_kind": "human", "attributes": attributes}),
            (case, "Book", "Mon 11:00", {"performer": "s", "performer_kind": "system"}),
        ]
    for is_sorted in (True, False):
        cases = Log(made_stream(), rows).cases(is_sorted=is_sorted)
        assert [sum(of(cases, name)) for name in COUNTS] == [50, 2, 0, 1]
        assert sum(of(cases, "steps")) == 151
    ended = {case["last_event_at"] for case in cases}
    assert len(ended) == 1  # and every item's own way has the release in it


def test_a_shared_first_step_hands_over_once() -> None:
    """A header told first, by a person, in 50 items that systems then work on: one manual handoff, not 50."""
    rows: list[Row] = []
    for item in range(50):
        case, attributes = f"c{item:02d}", SHARED if item else None
        rows += [
            (case, "Enter", "Mon 08:00", {"performer": "h", "performer_kind": "human", "attributes": attributes}),
            (case, "Load", "Mon 09:00", {"performer": "s", "performer_kind": "system"}),
        ]
    cases = Log(made_stream(), rows).cases()
    assert [sum(of(cases, name)) for name in COUNTS] == [0, 1, 0, 0]


def test_a_shared_interval_is_counted_once() -> None:
    """Start and end of one execution are both told in each case, and both are copies in all but one."""
    rows: list[Row] = []
    for case, attributes in (("c00", None), ("c01", SHARED)):
        who = {"performer": "h", "performer_kind": "human", "activity_id": f"a-{case}", "attributes": attributes}
        rows += [
            (case, "Load", "Mon 08:00", {"performer": "s", "performer_kind": "system"}),
            (case, "Check", "Mon 09:00", {**who, "lifecycle": "start"}),
            (case, "Check", "Mon 10:00", {**who, "lifecycle": "complete"}),
        ]
    log = Log(made_stream(), rows)
    assert of(log.cases(), "steps", "manual_handoffs", "touch_hours") == [(2, 1, 1.0), (1, 0, 1.0)]
    assert of(log.steps(), "is_counted", "is_pair_counted") == [
        (True, False), (True, True), (True, False), (False, False)
    ]  # fmt: skip


rows_of = st.lists(
    st.tuples(
        st.sampled_from(["c1", "c2", "c3"]), st.sampled_from(["Load", "Match", "Approve", "Return", "Check"]),
        st.sampled_from("hHsaxu-"), st.sampled_from([None, None, "failure", "success"]),
        st.sampled_from([None, None, None, "automated", "manual"]), st.sampled_from([False, False, False, True]),
    ),
    min_size=1, max_size=25,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(told=rows_of)
def test_oracle(told: list[tuple[str, str, str, str | None, str | None, bool]]) -> None:
    """Kinds, reasons and transfers of every case, counted again by a walk over its steps."""
    rows: list[Row] = []
    for minute, (case, step, who, outcome, mode, is_copy) in enumerate(told):
        said = {"handoff.mode": mode} if mode else {}
        said |= {"streamgauge.counted_in": "c0"} if is_copy else {}
        rows.append((case, step, f"2026-01-05T09:{minute:02d}", {
            "performer": who.strip("-") or None, "performer_kind": WHO.get(who), "outcome": outcome,
            "attributes": said or None,
        }))  # fmt: skip
    log = Log(REASONED, rows)
    expected = {case: _counted([row for row in told if row[0] == case]) for case in {row[0] for row in told}}
    for is_sorted in (True, False):
        found = {
            c["case_id"]: {name: c[name] for name in expected[c["case_id"]]} for c in log.cases(is_sorted=is_sorted)
        }
        assert found == expected


def _counted(steps: list[tuple[str, str, str, str | None, str | None, bool]]) -> Fact:
    """The oracle: every handoff of one case, judged by the words of the definition."""
    reasons = ("designed", "fallback", "exception", "other")
    counts = dict.fromkeys(("automated", "manual", "unknown", *reasons), 0)
    sure = maybe = 0
    for place, (one, other) in enumerate(pairwise(steps)):
        if one[2] == other[2] or one[5] or other[5]:
            continue
        before, after = (WHO.get(step[2]) or "unknown" for step in (one, other))
        sure += before in ("system", "agent") and after == "human"
        maybe += "unknown" in (before, after) and before in ("system", "agent", "unknown") and after in (
            "human", "unknown")  # fmt: skip
        persons = {"human", "external"} & {before, after}
        if other[4] == "automated":
            counts["automated"] += 1
        elif other[4] == "manual" or persons:
            gives = before in ("human", "external") and after not in ("human", "external")
            step, last = (one, steps[place - 1] if place else None) if gives else (other, one)
            counts["manual"] += 1
            counts[_why(step[1], bool(persons), last is not None and last[3] == "failure", other[4])] += 1
        else:
            counts["unknown" if "unknown" in (before, after) else "automated"] += 1
    told = {f"{name}_handoffs": number for name, number in counts.items()}
    only = {"steps": sum(not step[5] for step in steps), "automated_to_human": sure, "maybe_automated_to_human": maybe}
    return told | only


def _why(step: str, has_person: bool, has_failed: bool, mode: str | None) -> str:
    if step == "Approve":
        return "designed"
    if step == "Match" and has_person:
        return "fallback"
    if step in ("Return", "Match") or has_failed:
        return "exception"
    return "designed" if mode == "manual" else "other"
