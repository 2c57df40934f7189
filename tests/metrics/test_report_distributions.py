"""Durations counted in spans: equally wide, the same in every quarter, nothing left out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.reports.distributions import MOST_SPANS, rows, width_for
from tests.metrics.builder import STREAM, World
from tests.metrics.worlds import few

Row = dict[str, object]


def spans(world: World, period: str = "2026-Q1") -> list[Row]:
    """The spans of the flow time of a quarter, shortest first."""
    return [r for r in rows(world.connection, STREAM) if (r["metric"], r["period"]) == ("flow_time", period)]


def world_of(*durations: float, begun: float = 0.0) -> World:
    """Cases begun on one day, of these durations in days."""
    world = World()
    for number, days in enumerate(durations):
        world.case(f"c{number}", begun, begun + days)
    return world


def test_durations_fall_into_the_span_they_reach() -> None:
    """By hand: 0.5, 1.0, 1.5 and 20 days in spans of a day: one below a day, two from one to two, one in the 21st."""
    found = spans(world_of(0.5, 1.0, 1.5, 20.0))
    assert len(found) == MOST_SPANS + 1
    assert [(r["from_value"], r["until_value"]) for r in found[:2]] == [(0.0, 1.0), (1.0, 2.0)]
    assert {r["position"]: r["observations"] for r in found if r["observations"]} == {1: 1, 2: 2, 21: 1}
    assert [r["share"] for r in found[:2]] == [0.25, 0.5]
    assert found[-1]["until_value"] is None


def test_what_is_longer_than_99_in_100_is_counted_in_the_last_span() -> None:
    """Of 200 cases one takes a year: the spans stay narrow and the year is in the open one."""
    found = spans(world_of(*[1.0] * 199).case("long", -350.0, 15.0))
    assert found[-1]["observations"] == 1
    assert sum(int(str(r["observations"])) for r in found) == 200
    assert found[0]["until_value"] == 120 / 1440  # 24 spans of an hour end at a day, which is not below their end


@pytest.mark.parametrize(
    ("longest", "width"), [(0, 1), (23.9, 1), (24, 2), (1439, 60), (1440, 120), (1_036_799, 43200), (1_036_800, 44640)]
)
def test_the_width_is_the_narrowest_round_one(longest: float, width: int) -> None:
    """In minutes: the longest of 99 in 100 lies below the end of the 24th span; beyond all round ones, whole days."""
    assert width_for(np.asarray([longest], np.float64)) == width


ROUND = {
    "minutes": (1, 2, 5, 10, 15, 30), "hours": (1, 2, 3, 4, 6, 12), "days": (1, 2, 5, 7, 14, 30, 31, 60),
}  # fmt: skip


@pytest.mark.parametrize(("unit", "size"), [(unit, size) for unit, sizes in ROUND.items() for size in sizes])
def test_round_widths_are_those_that_people_count_in(unit: str, size: int) -> None:
    """Whatever fills the 24th span but for a minute asks for that width, and what reaches its end for a wider one."""
    width = size * {"minutes": 1, "hours": 60, "days": 1440}[unit]
    assert width_for(np.asarray([width * MOST_SPANS - 1], np.float64)) == width
    assert width_for(np.asarray([width * MOST_SPANS], np.float64)) > width


def test_a_minute_before_its_end_is_within_a_span_however_wide() -> None:
    """In spans of thirty days, thirty days less a minute lie in the first, and thirty days in the second."""
    found = spans(world_of(30 - 1 / 1440, 30.0, 400.0, begun=-350.0), "2025-Q1")
    assert found[0]["until_value"] == 30.0
    assert [row["observations"] for row in found[:3]] == [1, 1, 0]


def test_spans_are_the_same_in_every_quarter() -> None:
    """A quarter of short cases has the spans that another quarter's long ones ask for; a quarter of none has no row."""
    world = world_of(0.1, 0.2)
    world.case("long", 200.0, 212.0)
    edges = [[r["from_value"] for r in spans(world, period)] for period in ("2026-Q1", "2026-Q3")]
    assert edges[0] == edges[1] != []
    assert spans(world, "2026-Q2") == []


def test_only_durations_have_spans() -> None:
    """A share or a ratio of the headline takes no time."""
    world = World().case("a", 1.0, 2.0, automated_handoffs=1, manual_handoffs=1).failure("f", 1.0, 2.0).cost("5")
    assert {r["metric"] for r in rows(world.connection, STREAM)} == {"flow_time", "failure_containment_time"}


def test_open_cases_are_in_no_span() -> None:
    """Only what ended has a duration."""
    world = world_of(1.0)
    world.case("open", 1.0, None)
    assert sum(int(str(r["observations"])) for r in spans(world)) == 1


@few
@given(st.lists(st.integers(0, 60 * 1440), min_size=1, max_size=25))
def test_every_case_is_in_the_span_that_holds_it(minutes: list[int]) -> None:
    """A loop over whole minutes counts the same."""
    found = spans(world_of(*(each / 1440 for each in minutes)))
    width = round(float(str(found[0]["until_value"])) * 1440)
    counted = [0] * (MOST_SPANS + 1)
    for each in minutes:
        counted[min(each // width, MOST_SPANS)] += 1
    assert [r["observations"] for r in found] == counted
    assert sum(float(str(r["share"])) for r in found) == pytest.approx(1)
