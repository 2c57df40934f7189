"""Cases in which a step was done twice, beside moves back: each visit is judged by what came before it in its case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from metrics.facts.cases import cases_sql
from tests.metrics.coded_events import Log, Row, instant, made_stream, of

ENDED = [{"name": "ended", "last_event": True}]
WAY = [{"name": name} for name in "ABC"]


def walks(*paths: str) -> list[Row]:
    """A case of each path, a letter a step, an hour apart."""
    return [(f"c{number}", step, f"Mon {hour:02d}:00") for number, path in enumerate(paths)
            for hour, step in enumerate(path)]  # fmt: skip


def test_a_move_back_beside_a_repeat_is_dated_by_both() -> None:
    """Back at one o'clock and the same again at three: rework from one to three, though only one step was repeated."""
    stream = made_stream(outcomes=ENDED, steps=WAY, rework={"counts": ["self_loop", "backward"]})
    for is_sorted in (True, False):
        (found,) = Log(stream, walks("BACC")).cases(is_sorted=is_sorted)
        assert (found["backward_moves"], found["self_loops"]) == (1, 1)
        assert (found["first_rework_at"], found["last_rework_at"]) == (instant("Mon 01:00"), instant("Mon 03:00"))


def test_a_case_moves_back_from_its_own_steps_only() -> None:
    """The first step of a case comes after none, however another case ended; the last may be the move back."""
    stream = made_stream(outcomes=ENDED, steps=WAY, rework={"counts": ["backward"]})
    log = Log(stream, walks(*["AACB"] * 4))
    for relation, is_sorted in (("events", True), ("events", False), ("arrived", False)):
        query = replace(log.query(), relation=relation, is_sorted=is_sorted)
        for found in log.facts(cases_sql(query)):
            assert (found["backward_moves"], found["self_loops"]) == (1, 1)
            assert (found["first_rework_at"], found["last_rework_at"]) == (instant("Mon 03:00"), instant("Mon 03:00"))


@pytest.mark.parametrize("highest", [62, 63, 64, 126, 127])
def test_the_highest_step_is_counted_as_any_other(highest: int) -> None:
    """Every step done twice but the rejection told first: as many loops as steps, at each width of the bit mask."""
    names = [f"s{number:03d}" for number in range(highest)]
    told = ["R", *names, *names]
    rows: list[Row] = [("c1", name, f"2026-01-05T00:{n // 60:02d}:{n % 60:02d}") for n, name in enumerate(told)]
    rows += [("c2", name, at) for name, at in ((names[-1], "Mon 01:00"), ("R", "Mon 02:00"), (names[-1], "Mon 03:00"))]
    log = Log(made_stream(outcomes=ENDED, rework={"rejections": ["R"]}), rows)
    assert of(log.cases(), "case_id", "loops", "rejections") == [("c1", highest, 1), ("c2", 1, 1)]


def test_a_move_back_alone_is_dated() -> None:
    """A case that did nothing twice and moved back at one o'clock is not free of rework, from one to one."""
    stream = made_stream(outcomes=ENDED, steps=WAY, rework={"counts": ["backward"]})
    found = Log(stream, walks("BA")).case()
    assert (found["backward_moves"], found["is_rework_free"]) == (1, False)
    assert (found["first_rework_at"], found["last_rework_at"]) == (instant("Mon 01:00"), instant("Mon 01:00"))


def test_where_nothing_counts_every_case_is_free() -> None:
    """Repeats are told, and make no case one of rework, where the stream file lets none of them count."""
    found = Log(made_stream(outcomes=ENDED, rework={"counts": []}), walks("AAB")).case()
    assert (found["self_loops"], found["is_rework_free"], found["first_rework_at"]) == (1, True, None)


def test_echoes_are_no_repeats_in_a_log_of_no_order() -> None:
    """Told last to first: what is said and asked twice is two loops, and the echo after each saying is none."""
    stream = made_stream(
        outcomes=ENDED, ignore=[{"step": "Echo", "after": ["Say"], "reason": "told twice"}],
    )  # fmt: skip
    path = ("Say", "Echo", "Ask", "Say", "Echo", "Ask")
    log = Log(stream, [("c1", step, f"Mon {hour:02d}:00") for hour, step in reversed(list(enumerate(path)))])
    (found,) = log.facts(cases_sql(replace(log.query(), relation="arrived")))
    assert (found["loops"], found["steps"]) == (2, 4)
