"""Unplanned handoffs: its example, its edge cases, and a plain loop over random cases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.handoff.unplanned_handoffs import UNPLANNED_HANDOFFS
from tests.metrics.builder import World, assert_no_data
from tests.metrics.worlds import few

REASONS = ("designed", "fallback", "exception", "other")


def _case(world: World, name: str, *counts: int, unknown: int = 0, kind: str = "completed") -> World:
    """A case by its counts of designed, fallback, exception and other handoffs."""
    told = {f"{reason}_handoffs": count for reason, count in zip(REASONS, counts, strict=True)}
    return world.case(name, 1.0, 2.0, **told, manual_handoffs=sum(counts), unknown_handoffs=unknown, outcome_kind=kind)


def test_example() -> None:
    """One exception and one fallback among four: a half."""
    assert _case(World(), "a", 1, 1, 1, 1).value(UNPLANNED_HANDOFFS) == 0.5


def test_manual_on_purpose() -> None:
    """What is by design, or for no known reason, is planned."""
    assert _case(World(), "a", 3, 0, 0, 1).value(UNPLANNED_HANDOFFS) == 0.0


def test_unknown_kind() -> None:
    """A handoff of unknown kind may be manual for any reason: bounds from all planned to all unplanned."""
    found = _case(World(), "a", 1, 1, 0, 0, unknown=2).summary(UNPLANNED_HANDOFFS)
    assert found.value == 0.5
    assert found.least is not None
    assert found.most is not None
    assert (found.least.value, found.most.value) == (0.25, 0.75)


def test_no_manual_handoff() -> None:
    """Without a manual handoff there is nothing to divide by."""
    assert_no_data(World().case("a", 1.0, 2.0, automated_handoffs=3).summary(UNPLANNED_HANDOFFS))


def test_no_rows() -> None:
    """Nothing completed is no data, never 0."""
    assert_no_data(_case(World(), "a", 0, 1, 0, 0, kind="rejected").summary(UNPLANNED_HANDOFFS))


@few
@given(rows=st.lists(st.tuples(*[st.integers(0, 3)] * 4, st.booleans()), min_size=1, max_size=8))
def test_oracle(rows: list[tuple[int, int, int, int, bool]]) -> None:
    """SQL agrees with a loop over the completed cases."""
    world = World()
    for number, (*counts, is_done) in enumerate(rows):
        _case(world, f"c{number}", *counts, kind="completed" if is_done else "cancelled")
    manual = sum(sum(counts) for *counts, is_done in rows if is_done)
    unplanned = sum(counts[1] + counts[2] for *counts, is_done in rows if is_done)
    assert world.value(UNPLANNED_HANDOFFS) == (pytest.approx(unplanned / manual) if manual else None)
