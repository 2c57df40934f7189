"""Rework rate: its example, its edge cases, and a plain loop over random cases."""

from __future__ import annotations

import pytest
from hypothesis import given

from metrics.quality.rework_rate import REWORK_RATE
from tests.metrics.builder import World, assert_no_data
from tests.metrics.worlds import CaseRow, case_rows, few, world_of_cases


def test_example() -> None:
    """Of four cases one was rejected once: rejection 0.25, self-loop 0."""
    world = World().case("a", 1.0, rejections=1).case("b", 1.0).case("c", 1.0).case("d", 1.0)
    by_kind = world.values_by(REWORK_RATE, "rework_kind")
    assert (by_kind["rejection",], by_kind["self_loop",]) == (0.25, 0.0)


def test_kinds_do_not_add_up() -> None:
    """A case in several kinds counts in each, and once in any."""
    world = World().case("a", 1.0, rejections=1, loops=2).case("b", 1.0)
    by_kind = world.values_by(REWORK_RATE, "rework_kind")
    assert by_kind["rejection",] == by_kind["loop",] == by_kind["any",] == 0.5


def test_without_a_kind_it_is_any() -> None:
    """Not split, each case counts once."""
    world = World().case("a", 1.0, self_loops=1, corrections=1).case("b", 1.0)
    assert world.amounts(REWORK_RATE) == [0.0, 1.0]


def test_young_case() -> None:
    """An open case counts as it is: its rework may still come, so the share can rise."""
    assert World().case("a", 60.0).value(REWORK_RATE) == 0.0
    assert World().case("a", 60.0, loops=1).value(REWORK_RATE) == 1.0


def test_kind_that_does_not_count() -> None:
    """A kind that does not count is told under its own name and is not in any."""
    by_kind = World().case("a", 1.0, reopens=1, retries=2).case("b", 1.0).values_by(REWORK_RATE, "rework_kind")
    assert (by_kind["reopen",], by_kind["retry",], by_kind["any",]) == (0.5, 0.5, 0.0)


def test_by_whom_it_was_done_again() -> None:
    """Repeats and redos split what was done again; what nobody is known for is in neither."""
    world = World().case("a", 1.0, loops=2, repeats=1, redos=1).case("b", 1.0, self_loops=1)
    by_kind = world.values_by(REWORK_RATE, "rework_kind")
    assert (by_kind["repeat",], by_kind["redo",], by_kind["any",]) == (0.5, 0.5, 1.0)


def test_no_rows() -> None:
    """Nothing started is no data, never 0."""
    assert_no_data(World().summary(REWORK_RATE))


@few
@given(rows=case_rows)
def test_oracle(rows: list[CaseRow]) -> None:
    """SQL agrees with a loop, for each kind and for any."""
    world = world_of_cases(rows)
    by_kind = world.values_by(REWORK_RATE, "rework_kind")
    for place, kind in enumerate(("self_loop", "loop", "rejection", "correction", "reopen")):
        hits = sum(rework[place] > 0 for _, _, _, rework, *_ in rows)
        assert by_kind[kind,] == pytest.approx(hits / len(rows))
    assert world.value(REWORK_RATE) == pytest.approx(
        sum(sum(rework[:4]) > 0 for _, _, _, rework, *_ in rows) / len(rows)
    )
