"""Rework of cases: what was done again, what of it was allowed, and what came after the outcome."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from metrics.stream.parse import parse_stream
from metrics.stream.rework import Rework
from tests.metrics.coded_events import Fact, Log, Row, instant, made_stream, of

KINDS = ("self_loops", "loops", "rejections", "corrections", "reopens", "allowed_repeats")


def _log(steps: str, attempts: dict[int, int] | None = None, **rework: Any) -> Log:
    """One case with these steps, a letter each; attempts by place, from 0."""
    rows: list[Row] = [
        ("c1", step, f"Mon {hour:02d}:00", {"attempt": (attempts or {}).get(hour)}) for hour, step in enumerate(steps)
    ]
    return Log(made_stream(rework=rework, outcomes=[{"name": "done", "steps": ["D"]}]), rows)


def _case(steps: str, attempts: dict[int, int] | None = None, **rework: Any) -> Fact:
    log = _log(steps, attempts, **rework)
    (streamed,) = log.cases(is_sorted=True)
    assert streamed == log.case()
    return streamed


def _kinds(steps: str, attempts: dict[int, int] | None = None, **rework: Any) -> tuple[int, ...]:
    case = _case(steps, attempts, **rework)
    return tuple(case[name] for name in KINDS)


def test_a_repeat_at_once_and_one_later_are_two_kinds() -> None:
    """A step repeated at once is a self-loop, one repeated after other work a loop; the first time is neither."""
    assert _kinds("ABC") == (0, 0, 0, 0, 0, 0)
    assert _kinds("AAB") == (1, 0, 0, 0, 0, 0)
    assert _kinds("ABA") == (0, 1, 0, 0, 0, 0)
    assert _kinds("AABAA") == (2, 1, 0, 0, 0, 0)
    assert _case("ABC")["is_rework_free"] and not _case("AAB")["is_rework_free"]


def test_allowed_repetition_is_counted_apart() -> None:
    """A step on the allow-list may repeat: it is no rework, and the page can say how much the list removed."""
    allowed = [{"step": "A", "reason": "a reminder"}]
    assert _kinds("AABABB", allowed=allowed) == (1, 1, 0, 0, 0, 2)
    assert _case("AABA", allowed=allowed)["is_rework_free"]


def test_a_technical_retry_is_no_rework() -> None:
    """A second attempt of the same execution is told by its number and is no repetition."""
    assert _kinds("AAAB", {0: 1, 1: 2, 2: 3}) == (0, 0, 0, 0, 0, 0)
    assert _kinds("AAAB", {0: 1, 1: 2, 2: 1}) == (1, 0, 0, 0, 0, 0)
    assert _kinds("AAB", {0: 2, 1: 1}) == (0, 0, 0, 0, 0, 0)
    assert _kinds("AAAB", {0: 1, 1: 2}, allowed=[{"step": "A", "reason": "a reminder"}]) == (0, 0, 0, 0, 0, 1)


def test_rejections_and_corrections_count_each_time() -> None:
    """A step that rejects or mends is rework from its first time on, and is not counted as repeated besides."""
    assert _kinds("ARARAM", rejections=["R"], corrections=["M"]) == (0, 2, 2, 1, 0, 0)
    assert _kinds("R", rejections=["R"]) == (0, 0, 1, 0, 0, 0)


@pytest.mark.parametrize(
    ("repeats", "counts"), [("any", (1, 3)), ("none", (0, 0)), (["A"], (1, 2)), (["B"], (0, 1)), (["Z"], (0, 0))]
)
def test_which_steps_can_repeat(repeats: Any, counts: tuple[int, int]) -> None:
    """All steps can be repeated, none, or those the stream file names."""
    assert _kinds("ABABAA", repeats=repeats)[:2] == counts


def test_other_work_after_the_outcome_reopens() -> None:
    """Other work after the outcome reopens a case once; whether that is rework is the stream file's to say."""
    assert _case("ADBB", repeats="none")["reopens"] == 1
    assert _case("ADBB", repeats="none")["is_rework_free"]
    assert not _case("ADBB", repeats="none", reopen=True)["is_rework_free"]
    assert _case("ABD", reopen=True)["reopens"] == 0


def test_the_outcome_told_twice_is_no_reopening() -> None:
    """An outcome that is told again is no other work."""
    assert _case("ADD", repeats="none", reopen=True)["reopens"] == 0
    assert _case("ADD", repeats="none", reopen=True)["is_rework_free"]


def test_steps_say_which_kind_of_rework_they_are() -> None:
    """Each step bears its own kind of rework, and their sums are those of the case."""
    log = _log("ARABAMA", rejections=["R"], corrections=["M"])
    assert of(log.steps(), "rework_kind") == [None, "rejection", "loop", None, "loop", "correction", "loop"]
    assert (log.case()["loops"], log.case()["rejections"], log.case()["corrections"]) == (3, 1, 1)


@pytest.mark.parametrize("distinct", [1, 5, 62, 63, 64, 65, 126, 127, 128, 129, 300])
def test_repeats_are_counted_right_however_many_steps_there_are(distinct: int) -> None:
    """Every step twice, whatever the width of the mask they are counted with: as many loops as steps."""
    names = [f"s{n:03d}" for n in range(distinct)]
    rows: list[Row] = [
        ("c1", name, f"2026-01-05T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}")
        for second, name in enumerate([*names, *names])
    ]
    stream = made_stream(outcomes=[{"name": "ended", "last_event": True}])
    for is_sorted in (True, False):
        (case,) = Log(stream, rows).cases(is_sorted=is_sorted)
        assert case["self_loops"] + case["loops"] == distinct
        assert case["steps"] == 2 * distinct


WHO = {"s": "ann", "o": "bob", "-": None}


def _by(steps: str, who: str) -> tuple[int, ...]:
    """Self-loops, loops, repeats and redos of a case whose steps were done by these; a dash is nobody known."""
    rows: list[Row] = [
        ("c1", step, f"Mon {hour:02d}:00", {"performer": WHO[name]})
        for hour, (step, name) in enumerate(zip(steps, who, strict=True))
    ]
    (streamed,) = Log(made_stream(), rows).cases(is_sorted=True)
    assert [streamed] == Log(made_stream(), rows).cases()
    return tuple(streamed[name] for name in ("self_loops", "loops", "repeats", "redos"))


def test_whoever_did_it_the_time_before_repeats_and_another_redoes() -> None:
    """A step done again by the same responsible is a repeat, by another a redo, at once or later."""
    assert _by("AA", "ss") == (1, 0, 1, 0)
    assert _by("AA", "so") == (1, 0, 0, 1)
    assert _by("ABA", "sos") == (0, 1, 1, 0)
    assert _by("ABA", "soo") == (0, 1, 0, 1)
    assert _by("AABA", "soos") == (1, 1, 0, 2)


def test_who_is_not_known_is_neither_repeat_nor_redo() -> None:
    """Where one of the two is not known, the visit is rework and nobody's."""
    assert _by("AAA", "s-s") == (2, 0, 0, 0)
    assert _by("ABAA", "--ss") == (1, 1, 1, 0)


ALL = ["self_loop", "loop", "backward", "rejection", "correction", "reopen", "reversal"]
LISTED = [{"name": name} for name in "ABCRD"]


def _listed(steps: str, *, attempts: dict[int, int] | None = None, **rework: Any) -> Fact:
    """A case under a stream file that lists A, B, C, R and D in this order; R rejects."""
    rows: list[Row] = [
        ("c1", step, f"Mon {hour:02d}:00", {"attempt": (attempts or {}).get(hour)}) for hour, step in enumerate(steps)
    ]
    policy = {"rejections": ["R"], "counts": ALL} | rework
    log = Log(made_stream(rework=policy, steps=LISTED, outcomes=[{"name": "done", "steps": ["D"]}]), rows)
    (streamed,) = log.cases(is_sorted=True)
    assert streamed == log.case()
    assert streamed["backward_moves"] == of(log.steps(), "rework_kind").count("backward")
    return streamed


def test_a_first_visit_after_a_later_step_moves_back() -> None:
    """A step on the list done for the first time right after a later one is a move back; done again it is a loop."""
    assert _listed("ABCD")["backward_moves"] == 0
    assert _listed("ACBD")["backward_moves"] == 1
    assert _listed("CBAD")["backward_moves"] == 2
    again = _listed("ABAD")
    assert (again["loops"], again["backward_moves"]) == (1, 0)
    both = _listed("ACBABD")
    assert (both["loops"], both["backward_moves"]) == (2, 1)


def test_steps_off_the_way_are_no_place_to_move_back_from() -> None:
    """Neither a rejection nor a step the file does not list has a place on the way, and a retry moves nowhere."""
    assert _listed("ARBD")["backward_moves"] == 0
    assert _listed("AZBD")["backward_moves"] == 0
    assert _listed("ACBD", attempts={2: 2})["backward_moves"] == 0


def test_moves_back_are_looked_for_where_they_count() -> None:
    """Unless the stream file says so its list is the order of the map, and steps side by side are no rework."""
    case = _listed("ACBD", counts=["loop"])
    assert (case["backward_moves"], case["is_rework_free"]) == (0, True)
    assert not _listed("ACBD")["is_rework_free"]


TWO_ENDS = [{"name": "done", "steps": ["D"]}, {"name": "off", "kind": "cancelled", "steps": ["X"]}]


@pytest.mark.parametrize(
    ("steps", "reversals", "outcome"),
    [("ADX", 1, "done"), ("AXD", 1, "off"), ("ADD", 0, "done"), ("AXX", 0, "off"), ("ADBX", 1, "done"), ("A", 0, None)],
)
def test_an_outcome_of_another_kind_reverses_the_first(steps: str, reversals: int, outcome: str | None) -> None:
    """Completed, then cancelled, or the other way round: rework, and the first outcome still stops the clock."""
    rows: list[Row] = [("c1", step, f"Mon {hour:02d}:00") for hour, step in enumerate(steps)]
    for is_sorted in (True, False):
        stream = made_stream(outcomes=TWO_ENDS, rework={"repeats": "none"})
        (case,) = Log(stream, rows).cases(is_sorted=is_sorted)
        assert (case["reversals"], case["outcome"]) == (reversals, outcome)
        assert case["is_rework_free"] is (reversals == 0)
        assert case["first_rework_at"] == (instant(f"Mon {len(steps) - 1:02d}:00") if reversals else None)


def test_two_outcomes_of_a_kind_reverse_nothing() -> None:
    """A second outcome of the same kind, or one at the same instant, changes nothing for the customer."""
    same = [{"name": "done", "steps": ["D"]}, {"name": "given", "steps": ["X"]}]
    rows: list[Row] = [("c1", "A", "Mon 09:00"), ("c1", "D", "Mon 10:00"), ("c1", "X", "Mon 11:00")]
    assert Log(made_stream(outcomes=same), rows).case()["reversals"] == 0
    at_once: list[Row] = [*rows[:2], ("c1", "X", "Mon 10:00")]
    assert Log(made_stream(outcomes=TWO_ENDS), at_once).case()["reversals"] == 0


@pytest.mark.parametrize("kind", ALL)
def test_only_kinds_that_count_make_a_case_not_right(kind: str) -> None:
    """A stream file chooses which kinds count; the others are told and change nothing."""
    steps = {"self_loop": "AAD", "loop": "ABAD", "backward": "BAD", "rejection": "ARD", "correction": "AMD",
             "reopen": "ADZ", "reversal": "ADX"}[kind]  # fmt: skip
    for counts in ([kind], [other for other in ALL if other != kind]):
        rows: list[Row] = [("c1", step, f"Mon {hour:02d}:00") for hour, step in enumerate(steps)]
        policy = {"counts": counts, "rejections": ["R"], "corrections": ["M"]}
        case = Log(made_stream(rework=policy, steps=LISTED, outcomes=TWO_ENDS), rows).case()
        assert case["is_rework_free"] is (kind not in counts), counts
        assert (case["first_rework_at"] is None) is (kind not in counts)


def test_reopen_is_the_same_as_counting_it() -> None:
    """The key reopen adds that kind to those that count, once."""
    assert Rework(reopen=True).counted == (*Rework().counts, "reopen")
    assert Rework(reopen=True, counts=("reopen",)).counted == ("reopen",)


def test_the_instants_of_rework_are_the_first_and_the_last() -> None:
    """From the first visit that did something again to the last; other work after the outcome when it counts."""
    case = _case("ABABRD", rejections=["R"])
    assert (case["first_rework_at"], case["last_rework_at"]) == (instant("Mon 02:00"), instant("Mon 04:00"))
    reopened = _case("ADBC", repeats="none", reopen=True)
    assert (reopened["first_rework_at"], reopened["last_rework_at"]) == (instant("Mon 02:00"), instant("Mon 03:00"))
    assert _case("ADBC", repeats="none")["first_rework_at"] is None


def test_retries_are_counted_apart() -> None:
    """Technical tries after the first are told, and are no rework."""
    case = _case("AAAB", {0: 1, 1: 2, 2: 3})
    assert (case["retries"], case["is_rework_free"]) == (2, True)


def test_a_first_try_right_after_a_retry_repeats_nothing() -> None:
    """Only first tries are visits that can repeat one another; what comes between decides whether it was at once."""
    assert _kinds("AABA", {0: 2, 1: 1})[:2] == (0, 1)


SINCE = "2026-01-06"  # a Tuesday


def _dated(*instants: str, **entry: Any) -> tuple[int, int]:
    """Rework and allowed repeats of a step that is done at these instants."""
    policy = {"allowed": [{"step": "A", "reason": "an instalment"} | entry]}
    rows: list[Row] = [("c1", step, at) for at in instants for step in ("A", "B")]
    stream = made_stream(rework=policy | {"repeats": ["A"]}, time_zone="Europe/Berlin")
    (streamed,) = Log(stream, rows).cases(is_sorted=True)
    assert [streamed] == Log(stream, rows).cases()
    return streamed["loops"], streamed["allowed_repeats"]


def test_an_entry_of_the_allow_list_holds_from_its_day() -> None:
    """A repeat before the local day an entry begins was rework, and stays so."""
    assert _dated("Mon 09:00", "Mon 22:59", "Mon 23:00", "Tue 09:00", since=SINCE) == (1, 2)
    assert _dated("Mon 09:00", "Tue 09:00") == (0, 1)


def test_an_entry_may_allow_so_many_repeats() -> None:
    """Every repeat beyond those allowed in one case is rework."""
    days = [f"{day} 09:00" for day in ("Mon", "Tue", "Wed", "Thu")]
    assert _dated(*days, at_most=2) == (1, 2)
    assert _dated(*days, at_most=3) == (0, 3)


def test_a_later_entry_of_a_step_takes_over_on_its_day() -> None:
    """Two entries of one step: the one in force on the day of the repeat decides."""
    entries = [
        {"step": "A", "reason": "instalments", "since": "2026-01-07", "at_most": 1},
        {"step": "A", "reason": "reminders"},
    ]
    rows: list[Row] = [("c1", "A", f"{day} 09:00") for day in ("Mon", "Mon", "Tue", "Wed")]
    case = Log(made_stream(rework={"allowed": entries}), rows).case()
    assert (case["allowed_repeats"], case["self_loops"]) == (2, 1)


def test_the_list_removes_only_what_would_be_rework() -> None:
    """An allowed step that does not count as repeatable has nothing removed."""
    assert _kinds("ABAB", repeats=["A"], allowed=[{"step": "B", "reason": "a reminder"}]) == (0, 1, 0, 0, 0, 0)
    assert _kinds("AA", repeats="none", allowed=[{"step": "A", "reason": "a reminder"}]) == (0, 0, 0, 0, 0, 0)


def test_a_stream_file_says_since_when_and_how_often() -> None:
    """The day and the number are written as YAML writes them."""
    text = """
stream: made
name: Made
trigger: {first_event: true}
outcomes: [{name: done, steps: [D]}]
rework: {counts: [loop], allowed: [{step: A, reason: an instalment, since: 2026-01-06, at_most: 2}]}
"""
    rework = parse_stream(text).rework
    assert rework.counts == ("loop",)
    assert (rework.allowed[0].since, rework.allowed[0].at_most) == (dt.date(2026, 1, 6), 2)


def test_one_step_is_not_allowed_twice_from_one_day() -> None:
    """Two entries that begin together would leave open which holds."""
    with pytest.raises(ValueError, match="allowed twice"):
        Rework.model_validate({"allowed": [{"step": "A", "reason": "a"}, {"step": "A", "reason": "b"}]})
