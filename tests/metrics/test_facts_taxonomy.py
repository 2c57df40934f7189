"""The whole taxonomy of rework on random logs: SQL says of each visit and case what a walk in Python says."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.coded_events import MONDAY, Fact, Log, Row, made_stream, of

ALL = ("self_loop", "loop", "backward", "rejection", "correction", "reopen", "reversal")
SOME = ("loop", "correction", "reversal")
ENDINGS = {"D": "completed", "X": "cancelled"}
WEDNESDAY = MONDAY + dt.timedelta(days=2)
ORDER = "ABCEDX"  # R and M have no place on the way, and Z is not listed
TOLD = {
    "outcomes": [{"name": kind, "kind": kind, "steps": [step]} for step, kind in ENDINGS.items()],
    "steps": [{"name": step} for step in "ABRCEDXM"],
}  # fmt: skip
POLICY = {
    "rejections": ["R"], "corrections": ["M"],
    "allowed": [
        {"step": "C", "reason": "a reminder", "since": "2026-01-07"},
        {"step": "E", "reason": "an instalment", "at_most": 1},
    ],
}  # fmt: skip
NUMBERS = (
    "self_loops", "loops", "repeats", "redos", "backward_moves", "rejections", "corrections", "reopens", "reversals",
    "allowed_repeats", "retries", "is_rework_free", "first_rework_at", "last_rework_at",
)  # fmt: skip

rows = st.lists(
    st.builds(
        lambda case, step, day, minute, performer, attempt: (
            case, step, f"{day} 09:{minute:02d}", {"performer": performer, "attempt": attempt}
        ),
        st.sampled_from(["c1", "c2"]),
        st.sampled_from("AABCDERMXZ"),
        st.sampled_from(["Mon", "Tue", "Wed"]),
        st.integers(0, 5),
        st.sampled_from(["ann", "bob", None]),
        st.sampled_from([None, None, 1, 2]),
    ),
    min_size=1,
    max_size=20,
)  # fmt: skip


@pytest.mark.parametrize("counts", [ALL, SOME, ("backward",), ("reopen",)])
@settings(max_examples=15, deadline=None)
@given(told=rows)
def test_every_case_is_what_plain_python_counts(counts: tuple[str, ...], told: list[Row]) -> None:
    """Every count, the judgement and both instants, streamed in order and ordered anew."""
    log = Log(made_stream(rework=POLICY | {"counts": list(counts)}, **TOLD), told)
    expected = [_case(visits, counts) for visits in _visits(log)]
    for is_sorted in (True, False):
        found = [{name: case[name] for name in NUMBERS} for case in log.cases(is_sorted=is_sorted)]
        assert found == expected


@settings(max_examples=15, deadline=None)
@given(told=rows)
def test_every_visit_is_of_one_kind(told: list[Row]) -> None:
    """Each visit bears the first kind that applies, who redid it, and whether the allow-list took it out."""
    log = Log(made_stream(rework=POLICY | {"counts": list(ALL)}, **TOLD), told)
    expected = [(v["rework_kind"], v["is_redo"], v["is_allowed_repeat"]) for visits in _visits(log) for v in visits]
    assert of(log.steps(), "rework_kind", "is_redo", "is_allowed_repeat") == expected


def _visits(log: Log) -> list[list[Fact]]:
    """The oracle: visits by case, judged one after the other."""
    names = {code: name for name, code in log.codes["step"].items()}
    by_case: dict[str, list[Fact]] = {}
    for event in log.facts("SELECT * FROM events", "case_id, event_at, sequence NULLS FIRST, event_key"):
        by_case.setdefault(event["case_id"], []).append(event | {"step": names[event["step_code"]]})
    return [_judge(events, "backward" in log.stream.rework.counted) for events in by_case.values()]


def _judge(events: list[Fact], looks_back: bool) -> list[Fact]:
    tries: dict[str, int] = {}
    who: dict[str, Any] = {}
    last: str | None = None
    for event in events:
        step, is_first_try = event["step"], event["attempt"] in (None, 1)
        tries[step] = tries.get(step, 0) + is_first_try
        is_again = is_first_try and tries[step] > 1 and step not in "RM"
        is_allowed = is_again and (
            (step == "C" and event["event_at"] >= WEDNESDAY) or (step == "E" and tries[step] <= 2)
        )
        places = [ORDER.find(name) for name in (last or "?", step)]
        moves_back = looks_back and is_first_try and tries[step] == 1 and -1 not in places and places[0] > places[1]
        kind = {"R": "rejection", "M": "correction"}.get(step)
        if kind is None and is_again and not is_allowed:
            kind = "self_loop" if last == step else "loop"
        elif kind is None and moves_back:
            kind = "backward"
        known = [who.get(step), event["performer_code"]]
        is_redo = known[0] != known[1] if kind in ("self_loop", "loop") and None not in known else None
        event |= {"rework_kind": kind, "is_redo": is_redo, "is_allowed_repeat": is_allowed}
        who[step], last = event["performer_code"], step
    return events


def _case(visits: list[Fact], counts: tuple[str, ...]) -> Fact:
    kinds = of(visits, "rework_kind")
    seen = [(visit["rework_kind"], visit["event_at"]) for visit in visits if visit["rework_kind"]]
    ends = {step: min((v["event_at"] for v in visits if v["step"] == step), default=None) for step in ENDINGS}
    known = [at for at in ends.values() if at is not None]
    finished = min(known, default=None)
    after = [v["event_at"] for v in visits if finished and v["step"] not in ENDINGS and v["event_at"] > finished]
    seen += [("reopen", at) for at in after] + [("reversal", at) for at in known if at > min(known)]
    instants = [at for kind, at in seen if kind in counts]
    return {
        "self_loops": kinds.count("self_loop"), "loops": kinds.count("loop"),
        "repeats": of(visits, "is_redo").count(False), "redos": of(visits, "is_redo").count(True),
        "backward_moves": kinds.count("backward"), "rejections": kinds.count("rejection"),
        "corrections": kinds.count("correction"), "reopens": int(bool(after)), "reversals": int(len(set(known)) > 1),
        "allowed_repeats": of(visits, "is_allowed_repeat").count(True),
        "retries": sum((visit["attempt"] or 1) > 1 for visit in visits), "is_rework_free": not instants,
        "first_rework_at": min(instants, default=None), "last_rework_at": max(instants, default=None),
    }  # fmt: skip
