"""Step pairs: the example, the edge cases, and a plain loop over random step sequences."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from metrics.handoff.step_pairs import STEP_PAIRS
from tests.metrics.builder import World, assert_no_data
from tests.metrics.worlds import few

KINDS = ("previous_performer_kind", "performer_kind")


def test_example() -> None:
    """Human, human, system: one human→human and one human→system."""
    world = World().case("c", 1.0, 2.0).steps("c", ("A", "human"), ("B", "human"), ("C", "system"))
    assert world.values_by(STEP_PAIRS, *KINDS) == {("human", "human"): 1.0, ("human", "system"): 1.0}


def test_first_step() -> None:
    """The first step of a case has none before it, so it has no row."""
    assert_no_data(World().case("c", 1.0, 2.0).steps("c", ("A", "human")).summary(STEP_PAIRS))


def test_pairs_without_a_handoff() -> None:
    """A pair whose responsible stays the same counts, and is told apart."""
    world = World().case("c", 1.0).steps("c", ("A", "human"), ("A", "human"), ("B", "human"))
    assert world.values_by(STEP_PAIRS, "is_handoff") == {("false",): 1.0, ("true",): 1.0}


def test_no_rows() -> None:
    """No step at all is no data, never 0."""
    assert_no_data(World().summary(STEP_PAIRS))


@few
@given(paths=st.lists(st.lists(st.sampled_from(["human", "system", "agent"]), max_size=6), min_size=1, max_size=8))
def test_oracle(paths: list[list[str]]) -> None:
    """SQL agrees with a loop over neighbours."""
    world = World()
    expected: Counter[tuple[str | None, ...]] = Counter()
    for number, path in enumerate(paths):
        world.case(f"c{number}", 1.0).steps(f"c{number}", *((kind, kind) for kind in path))
        expected.update(pairwise(path))
    assert world.values_by(STEP_PAIRS, *KINDS) == {pair: float(times) for pair, times in expected.items()}


def test_the_direction_of_a_count() -> None:
    """Its record needs one although neither is better; readers of the published definition know it as higher."""
    assert STEP_PAIRS.better == "higher"
