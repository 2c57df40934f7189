"""Flow time: its example, its edge cases, and a plain loop over random cases."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given

from metrics.flow.flow_time import FLOW_TIME
from metrics.metric import Statistic
from metrics.periods import whole
from tests.metrics.builder import World, assert_no_data, median
from tests.metrics.worlds import CaseRow, case_rows, few, world_of_cases


def test_example() -> None:
    """Triggered Monday 09:00, finished Tuesday 15:00: 1.25 days."""
    assert World().case("c1", 1 + 9 / 24, 2 + 15 / 24).value(FLOW_TIME) == pytest.approx(1.25)


def test_open_case() -> None:
    """An open case has no row here."""
    assert World().case("open", 1.0).case("done", 1.0, 3.0).amounts(FLOW_TIME) == [2.0]


@pytest.mark.parametrize("kind", ["rejected", "cancelled", "abandoned"])
def test_other_outcomes(kind: str) -> None:
    """A case that ended otherwise has no row."""
    assert_no_data(World().case("c1", 1.0, 3.0, outcome_kind=kind).summary(FLOW_TIME))


def test_finished_before_triggered() -> None:
    """A negative duration is left out, never clamped to 0."""
    assert World().case("c1", 5.0, 3.0).case("c2", 1.0, 2.0).amounts(FLOW_TIME) == [1.0]


def test_finished_at_once() -> None:
    """A duration of exactly 0 is a duration."""
    assert World().case("c1", 5.0, 5.0).amounts(FLOW_TIME) == [0.0]


def test_reopened_case() -> None:
    """A case that goes on after its outcome counts once, at the first one."""
    assert World().case("c1", 1.0, 2.0, reopens=1, last_event=9.0).amounts(FLOW_TIME) == [1.0]


def test_no_rows() -> None:
    """Nothing finished is no data, never 0."""
    for statistic in FLOW_TIME.statistics:
        assert_no_data(World().summary(FLOW_TIME, statistic))


def test_dated_by_the_day_it_finished() -> None:
    """A case counts in the period of its outcome, not in that of its trigger."""
    world = World().case("c1", 1.0, 40.0)  # 5 January to 13 February
    january = whole(dt.date(2026, 1, 1), dt.date(2026, 1, 31))
    february = whole(dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    assert_no_data(world.summary(FLOW_TIME, period=january))
    assert world.value(FLOW_TIME, period=february) == pytest.approx(39.0)


def test_by_segment() -> None:
    """A segment of the stream file splits it."""
    world = World().case("a", 1.0, 2.0, segments={"size": "S"}).case("b", 1.0, 4.0, segments={"size": "L"})
    assert world.values_by(FLOW_TIME, "size") == {("S",): 1.0, ("L",): 3.0}


@few
@given(rows=case_rows)
def test_oracle(rows: list[CaseRow]) -> None:
    """SQL and statistics agree with a loop over the cases."""
    durations = [end - start for start, end, kind, *_ in rows if kind == "completed" and end >= start]
    world = world_of_cases(rows)
    assert world.amounts(FLOW_TIME) == pytest.approx(sorted(durations), abs=1e-9)
    if durations:
        assert world.value(FLOW_TIME, Statistic.P50) == pytest.approx(median(durations), abs=1e-9)
        assert world.value(FLOW_TIME, Statistic.MEAN) == pytest.approx(sum(durations) / len(durations), abs=1e-9)
        assert world.value(FLOW_TIME, Statistic.P90) == pytest.approx(np.quantile(durations, 0.9), abs=1e-9)
