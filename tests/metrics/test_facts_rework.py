"""Rework of cases: what was done again, what of it was allowed, and what came after the outcome."""

from __future__ import annotations

from typing import Any

import pytest

from tests.metrics.coded_events import Fact, Log, Row, made_stream, of

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
