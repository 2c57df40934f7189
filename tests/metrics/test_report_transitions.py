"""Transitions: every move of the completed cases, start and outcome among them, waits and rework; a loop as oracle."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.published import TRANSITIONS
from metrics.reports.transitions import rows
from metrics.reports.value_stream import rows as map_rows
from tests.metrics.builder import World, day_of, instant
from tests.metrics.coded_events import Log, made_stream
from tests.metrics.log_tables import log_of, tables_of

Pair = tuple[str | None, str | None]


def _found(log: Log) -> dict[Pair, dict[str, Any]]:
    told = list(rows(tables_of(log), log.stream))
    assert all(tuple(row) == TRANSITIONS.column_names for row in told)
    by_pair = {(row["from_step"], row["to_step"]): row for row in told}
    assert len(by_pair) == len(told)
    return by_pair


def _moves(*paths: str, **stream: Any) -> dict[Pair, dict[str, Any]]:
    return _found(log_of(paths, **stream))


def test_start_and_outcome_are_told() -> None:
    """The first step follows the start, the outcome follows the last; neither has a wait."""
    found = _moves("ABD", "ACD")
    assert {pair: row["moves"] for pair, row in found.items()} == {
        (None, "A"): 2, ("A", "B"): 1, ("A", "C"): 1, ("B", "D"): 1, ("C", "D"): 1, ("D", None): 2,
    }  # fmt: skip
    assert found[None, "A"]["waits"] == found["D", None]["waits"] == 0
    assert found[None, "A"]["wait_hours_p50"] is None


def test_a_move_made_twice_in_a_case_is_one_case() -> None:
    """Moves count each time, cases once."""
    assert [_moves("ABABD")["A", "B"][name] for name in ("moves", "cases")] == [2, 1]


def test_rework_is_told_by_the_visit_moved_into() -> None:
    """Into a rejection and into a step done again; the way on from there is none, and what does not count is none."""
    found = _moves("ARABD", "ABD")
    assert (found["A", "R"]["rework_moves"], found["R", "A"]["rework_moves"]) == (1, 1)
    assert (found["A", "B"]["moves"], found["A", "B"]["rework_moves"]) == (2, 0)
    calm = {"rejections": ["R"], "counts": ["correction"]}
    assert sum(row["rework_moves"] for row in _moves("ARABD", rework=calm).values()) == 0


def test_the_most_frequent_move_comes_first() -> None:
    """Moves of one frequency stand by where they come from, the start before every step, and then by where they lead:
    the outcome after every step."""
    log = log_of(["ABD", "ABD", "CD", "AD"])
    pairs = [(row["from_step"], row["to_step"], row["moves"]) for row in rows(tables_of(log), log.stream)]
    assert pairs == [
        ("D", None, 4),
        (None, "A", 3),
        ("A", "B", 2),
        ("B", "D", 2),
        (None, "C", 1),
        ("A", "D", 1),
        ("C", "D", 1),
    ]
    ends = log_of(["AA", "B"], outcomes=[{"name": "ended", "last_event": True}])
    assert [(row["from_step"], row["to_step"]) for row in rows(tables_of(ends), ends.stream)] == [
        (None, "A"), (None, "B"), ("A", "A"), ("A", None), ("B", None),
    ]  # fmt: skip


def test_waits_are_the_median_of_those_told() -> None:
    """One hour, two and six: the median is two, the mean three; of a start nobody told only the move counts."""
    told = World()
    for number, hours in enumerate((1.0, 2.0, 6.0, None)):
        case = f"c{number}"
        told.case(case, 1.0, 2.0)
        for position, step in enumerate("AB", 1):
            told.add_step(_step(case, position, step, None if position == 1 else hours))
    (row,) = [r for r in rows(told.connection, made_stream()) if (r["from_step"], r["to_step"]) == ("A", "B")]
    assert [row[name] for name in ("moves", "waits", "wait_hours_p50", "wait_hours_mean")] == [4, 3, 2.0, 3.0]


def test_a_wait_across_a_step_left_out_is_unknown() -> None:
    """Where the step between began after the outcome, the move stands and its wait does not."""
    told = World().case("c", 1.0, 1.5)
    for position, day in ((1, 1.1), (2, 1.9), (3, 1.2)):
        told.add_step(_step("c", position, f"s{position}", 5.0, day))
    found = {(r["from_step"], r["to_step"]): r for r in rows(told.connection, made_stream())}
    assert set(found) == {(None, "s1"), ("s1", "s3"), ("s3", None)}
    assert found["s1", "s3"]["waits"] == 0


def _step(case: str, position: int, step: str, wait: float | None, day: float = 1.2) -> dict[str, Any]:
    return {
        "stream": "made", "case_id": case, "position": position, "step": step, "visit": 1, "paired_by": "instant",
        "ended_at": instant(day), "wait_hours": wait, "performer_kind": "human", "happened_on": day_of(day),
        "is_handoff": False,
    }  # fmt: skip


def test_a_case_without_a_step_goes_from_start_to_outcome() -> None:
    """A completed case of which no step is known by its outcome is one move of its own."""
    (row,) = rows(World().case("c", 1.0, 2.0).connection, made_stream())
    assert (row["from_step"], row["to_step"], row["moves"]) == (None, None, 1)


def test_nothing_completed_has_no_row() -> None:
    """An open case makes no move here."""
    assert _moves("AB") == {}


@settings(max_examples=12, deadline=None)
@given(paths=st.lists(st.text("ABR", min_size=0, max_size=5), min_size=1, max_size=9))
def test_oracle(paths: list[str]) -> None:
    """Moves, cases and rework are those a loop over neighbours counts, and flow into a step equals flow out of it."""
    whole = [f"{path}D" for path in paths]
    moves: Counter[Pair] = Counter()
    rework: Counter[Pair] = Counter()
    cases: dict[Pair, set[int]] = {}
    for number, path in enumerate(whole):
        for place, pair in enumerate(pairwise([None, *path, None])):
            moves[pair] += 1
            cases.setdefault(pair, set()).add(number)
            rework[pair] += pair[1] is not None and (pair[1] == "R" or pair[1] in path[:place])
    found = _moves(*whole)
    assert {pair: row["moves"] for pair, row in found.items()} == moves
    assert {pair: row["rework_moves"] for pair, row in found.items()} == {pair: rework[pair] for pair in moves}
    assert {pair: row["cases"] for pair, row in found.items()} == {pair: len(of) for pair, of in cases.items()}
    for step in {step for path in whole for step in path}:
        into = sum(count for (_, to), count in moves.items() if to == step)
        assert into == sum(row["moves"] for pair, row in found.items() if pair[0] == step)


def test_moves_into_a_step_are_its_visits_on_the_map() -> None:
    """The graph and the map of the value stream count the same visits."""
    log = log_of(["ABD", "ARABD", "ABBD"])
    found = _found(log)
    for row in map_rows(log.connection, log.stream):
        assert row["visits"] == sum(move["moves"] for pair, move in found.items() if pair[1] == row["step"])
    assert found["A", "B"]["wait_hours_p50"] == pytest.approx(1.0)
