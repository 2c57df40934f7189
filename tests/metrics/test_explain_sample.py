"""The sample behind a number: the same every time, no case twice, and the ones worth looking at."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.explain.sample import AT_RANDOM, OF_EACH, Sampled, sample
from metrics.explain.subjects import Subject

DAY = dt.date(2026, 7, 1)


def _subjects(amounts: list[float | None], base: float = 1.0) -> list[Subject]:
    return [Subject(f"c{number}", DAY, amount, base, True) for number, amount in enumerate(amounts)]


def _amounts(found: list[Sampled], why: str) -> list[float | None]:
    return [one.subject.amount for one in found if one.why == why]


@given(st.lists(st.integers(0, 20).map(float), max_size=40), st.randoms(use_true_random=False))
def test_order_does_not_show(amounts: list[float], lots: random.Random) -> None:
    """Rows in another order give the same sample, and no case is in it twice."""
    subjects = _subjects(list(amounts))
    shuffled = list(subjects)
    lots.shuffle(shuffled)
    found = sample(subjects, "days", 5.0, "seed")
    assert found == sample(shuffled, "days", 5.0, "seed")
    assert len({one.subject for one in found}) == len(found) == min(len(subjects), 3 * OF_EACH + AT_RANDOM)


def test_extremes_and_nearest() -> None:
    """The shortest, the longest and those nearest the reported value are in it, each said why."""
    found = sample(_subjects([float(number) for number in range(100)]), "days", 49.9, "seed")
    assert _amounts(found, "shortest") == [0, 1, 2]
    assert _amounts(found, "longest") == [99, 98, 97]
    assert _amounts(found, "nearest the value") == [50, 49, 51]
    assert len(_amounts(found, "at random")) == AT_RANDOM


def test_another_number_draws_other_cases() -> None:
    """The seed names the number: another one draws other cases, the same one the same."""
    subjects = _subjects([float(number) for number in range(1000)])
    drawn = [_amounts(sample(subjects, "days", None, seed), "at random") for seed in ("a", "a", "b")]
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_share_shows_both_sides() -> None:
    """A share shows cases that count as 1 and cases that count as 0."""
    found = sample(_subjects([1.0, 0.0] * 20), "share", 0.5, "seed")
    assert _amounts(found, "counts as 1") == [1] * OF_EACH
    assert _amounts(found, "counts as 0") == [0] * OF_EACH


@pytest.mark.parametrize(
    ("unit", "first"), [("ratio", "largest amount"), ("currency", "cheapest"), ("count", "at random")]
)
def test_other_units(unit: str, first: str) -> None:
    """Ratios show their largest parts, costs their cheapest cases, counts only some at random."""
    assert sample(_subjects([float(number) for number in range(30)]), unit, 3.0, "seed")[0].why == first


def test_unknown_amounts_are_left_out() -> None:
    """A case whose amount is unknown is no extreme of anything, and nothing observed is an empty sample."""
    assert [one.subject.amount for one in sample(_subjects([None, 2.0]), "days", 2.0, "seed")] == [2.0]
    assert sample([], "days", None, "seed") == []
