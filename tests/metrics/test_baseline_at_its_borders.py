"""Freezing a baseline on the first day, and the last, on which it can be."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest

from metrics.baseline import Population, cases_of, population_of, why_not_yet
from metrics.flow.flow_time import FLOW_TIME
from metrics.periods import Period
from tests.metrics.builder import STREAM, World


def window(first: int, days: int) -> Period:
    """So many days from the first-th of January 2026 on."""
    begins = dt.date(2026, 1, first)
    return Period(begins, begins + dt.timedelta(days=days), "window", "all")


@pytest.mark.parametrize(
    ("first", "days", "said"),
    [(10, 1, None), (9, 2, None), (10, 2, "ends after"), (11, 1, "has no data"), (4, 1, "has no data"), (4, 2, None),
     (3, 2, "has no data")],
)  # fmt: skip
def test_a_window_can_be_frozen_when_its_last_day_has_data(first: int, days: int, said: str | None) -> None:
    """Data from the 5th to the 10th: a window that ends on the 10th is whole, one that begins after it is empty."""
    world = World().case("a", 1.0, 6.5)
    found = why_not_yet(world.connection, STREAM, window(first, days))
    assert found is None if said is None else said in (found or "")


def test_without_a_case_nothing_is_frozen() -> None:
    """No data at all is no data in the window."""
    assert "has no data" in (why_not_yet(World().connection, STREAM, window(5, 1)) or "")


@pytest.mark.parametrize(("began", "ended", "count"), [
    (1.0, None, 1), (2.9, None, 1), (3.0, None, 0), (0.9, None, 0), (0.5, 0.9, 0), (0.5, 1.0, 1), (0.5, 3.0, 0),
    (2.5, 9.0, 1),
])  # fmt: skip
def test_cases_of_a_window_began_or_ended_in_it(began: float, ended: float | None, count: int) -> None:
    """The first day counts, the day after the last does not, at either end of a case; other streams are others'."""
    world = World().case("a", began, ended).case("b", 1.0, 2.0, stream="other")
    assert cases_of(world.connection, STREAM, window(5, 2)).count == count


def test_cases_are_told_by_the_sum_of_their_hashes() -> None:
    """The second half of the md5 of each id, summed, the last 64 bits of it as sixteen digits; of no case all are 0."""
    world = World()
    assert cases_of(world.connection, STREAM, window(5, 2)) == Population(0, "0" * 16)
    ids = [f"c{number}" for number in range(9)]
    for one in ids:
        world.case(one, 1.0, 2.0)
    halves = [int.from_bytes(hashlib.md5(one.encode()).digest()[8:], "little") for one in ids]
    assert sum(halves) > 2**64
    assert cases_of(world.connection, STREAM, window(5, 2)) == Population(9, f"{sum(halves) % 2**64:016x}")


@pytest.mark.parametrize(("ended", "count"), [(0.9, 0), (1.0, 1), (2.9, 1), (3.0, 0)])
def test_observations_of_a_window_have_its_days(ended: float, count: int) -> None:
    """The first day counts, the day after the last does not."""
    world = World().case("a", 0.5, ended)
    assert population_of(world.connection, STREAM, FLOW_TIME, window(5, 2), None).count == count
