"""Flow time of started work: its example, its edge cases, and a naive Kaplan–Meier loop."""

from __future__ import annotations

import pytest
from hypothesis import given

from metrics.flow.flow_time_started import FLOW_TIME_STARTED
from metrics.metric import Statistic
from tests.metrics.builder import World, assert_no_data
from tests.metrics.worlds import CaseRow, case_rows, few, world_of_cases


def test_example() -> None:
    """Cases of 1, 2 and 3 days and one open since 5: half were completed within 2 days."""
    world = World().case("a", 1.0, 2.0).case("b", 1.0, 3.0).case("c", 1.0, 4.0).case("d", 1.0, last_event=6.0)
    assert world.value(FLOW_TIME_STARTED, Statistic.P50) == pytest.approx(2.0)


def test_all_open() -> None:
    """Where nothing is completed yet there is no value, and the reason says so."""
    assert_no_data(World().case("a", 1.0, last_event=9.0).summary(FLOW_TIME_STARTED))


def test_too_many_open() -> None:
    """Where fewer than half are completed there is no median, yet open cases are counted in n."""
    world = World().case("a", 1.0, 2.0).case("b", 1.0).case("c", 1.0, last_event=9.0)
    summary = world.summary(FLOW_TIME_STARTED)
    assert_no_data(summary)
    assert summary.n == 3


def test_finished_before_triggered() -> None:
    """A case that ends before it begins has no row."""
    assert World().case("a", 5.0, 3.0).case("b", 1.0, 2.0).amounts(FLOW_TIME_STARTED) == [1.0]


@pytest.mark.parametrize("kind", ["rejected", "cancelled", "abandoned"])
def test_never_completed(kind: str) -> None:
    """A cancelled case is as long as was watched and never complete, so it cannot make the curve look faster."""
    world = World().case("a", 1.0, 2.0, outcome_kind=kind).case("b", 1.0, last_event=11.0)
    found = world.observations(FLOW_TIME_STARTED)
    assert found.amount.tolist() == [10.0, 10.0]
    assert not found.complete.any()


def test_no_rows() -> None:
    """Nothing started is no data, never 0."""
    assert_no_data(World().summary(FLOW_TIME_STARTED))


@few
@given(rows=case_rows)
def test_oracle(rows: list[CaseRow]) -> None:
    """The median is the first duration by which a naive product-limit loop has ended half of the cases."""
    newest = max(max(start, start if kind is None else end) for start, end, kind, *_ in rows)
    lives = [
        (end - start, True) if kind == "completed" else (newest - start, False)
        for start, end, kind, *_ in rows
        if kind is None or end >= start
    ]
    lives = [(round(length * 1440), is_done) for length, is_done in lives]
    left, expected = 1.0, None
    for length in sorted({length for length, _ in lives}):
        at_risk = sum(other >= length for other, _ in lives)
        left *= 1 - sum(is_done for other, is_done in lives if other == length) / at_risk
        if left <= 0.5 + 1e-12:
            expected = length / 1440
            break
    assert world_of_cases(rows).value(FLOW_TIME_STARTED) == (
        None if expected is None else pytest.approx(expected, abs=1e-9)
    )
