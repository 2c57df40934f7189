"""Rework in a log of more steps than a bit mask holds: only what may repeat is counted, however it is counted."""

from __future__ import annotations

import pytest

from tests.metrics.coded_events import Log, Row, made_stream


@pytest.mark.parametrize("distinct", [3, 61, 100, 140])
def test_only_what_may_repeat_is_counted(distinct: int) -> None:
    """Every step twice, and a rejection beside them: as many repeats as steps, the rejection being none."""
    names = [*(f"s{n:03d}" for n in range(distinct)), *(f"s{n:03d}" for n in range(distinct)), "R", "R"]
    rows: list[Row] = [("c1", name, f"2026-01-05T00:{n // 60:02d}:{n % 60:02d}") for n, name in enumerate(names)]
    stream = made_stream(outcomes=[{"name": "ended", "last_event": True}], rework={"rejections": ["R"]})
    case = Log(stream, rows).case()
    assert (case["self_loops"] + case["loops"], case["rejections"]) == (distinct, 2)
    assert Log(stream, [("c1", "s000", "Mon 01:00"), *rows[-2:]]).case()["loops"] == 0


@pytest.mark.parametrize(("at_most", "loops"), [(None, 0), (1, 2), (2, 1), (3, 0)])
def test_the_allow_list_says_how_often(at_most: int | None, loops: int) -> None:
    """Three repeats of a step that may repeat once, twice or three times; without a number as often as it likes."""
    allowed = {"step": "A", "reason": "a reminder"} | ({"at_most": at_most} if at_most else {})
    rows: list[Row] = [("c1", step, f"Mon {n:02d}:00") for n, step in enumerate("ABACADA")]
    case = Log(made_stream(rework={"allowed": [allowed]}), rows).case()
    assert (case["loops"], case["allowed_repeats"]) == (loops, 3 - loops)


def test_none_is_a_word_and_no_list_of_letters() -> None:
    """Where no step can be repeated, steps called n, o and e cannot either."""
    rows: list[Row] = [("c1", step, f"Mon {n:02d}:00") for n, step in enumerate("noneone")]
    assert Log(made_stream(rework={"repeats": "none"}), rows).case()["loops"] == 0


def test_a_case_of_few_steps_in_a_log_of_many() -> None:
    """One step again after a rejection is one loop, however many steps other cases have."""
    rows: list[Row] = [("c2", f"s{n:03d}", f"2026-01-05T00:{n // 60:02d}:{n % 60:02d}") for n in range(140)]
    rows += [("c1", step, f"Mon {n:02d}:00") for n, step in enumerate(("s000", "R", "s000"))]
    stream = made_stream(outcomes=[{"name": "ended", "last_event": True}], rework={"rejections": ["R"]})
    assert [(case["loops"], case["rejections"]) for case in Log(stream, rows).cases()] == [(1, 1), (0, 0)]
