"""Phantom audit: how far open cases that are probably not open move the flow time of started work."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from metrics.flow.flow_time_started import FLOW_TIME_STARTED
from metrics.metric import Statistic
from metrics.phantoms import NOT_SUSPECTED
from metrics.reports.phantom_audit import rows
from metrics.stream.gates import Gates
from tests.metrics.builder import JANUARY, STREAM, World
from tests.metrics.worlds import days, few


def _rows(world: World, phantom_days: float | None = 10.0) -> list[dict[str, Any]]:
    stream = STREAM.model_copy(update={"gates": Gates(phantom_days=phantom_days)})
    return [dict(row) for row in rows(world.connection, stream)]


def test_example() -> None:
    """Five orders of 1 to 5 days and three silent since January: half take 4 days, without the silent three 3."""
    world = World()
    for took in (1, 2, 3, 4, 5):
        world.case(f"c{took}", 20.0, 20.0 + took)
    for number in range(3):
        world.case(f"gone {number}", 1.0 + number, last_event=2.0)
    world.case("newest", 25.5, last_event=25.5)
    quarter, whole = _rows(world)
    assert (quarter["grain"], quarter["period"], whole["grain"], whole["period"]) == (
        "quarter", "2026-Q1", "all", "all",
    )  # fmt: skip
    for row in (quarter, whole):
        assert (row["started_cases"], row["open_cases"], row["suspects"]) == (9, 4, 3)
        assert (row["p50_days"], row["p50_without_days"]) == (4.0, 3.0)
        assert (row["p90_days"], row["p90_without_days"]) == (None, 5.0)
        assert (row["quiet_limit_days"], row["limit_basis"]) == (10.0, "the stream file allows 10 (gates.phantom_days)")


def test_nobody_is_suspected() -> None:
    """Where nobody can say what is usual, suspects are unknown and both numbers are the published one."""
    world = World().case("a", 1.0, 3.0).case("b", 1.0, last_event=1.0).case("c", 40.0, 41.0)
    row = _rows(world, None)[0]
    assert (row["suspects"], row["quiet_limit_days"], row["limit_basis"]) == (None, None, NOT_SUSPECTED)
    assert (row["open_cases"], row["p50_days"], row["p50_without_days"]) == (1, 2.0, 2.0)


def test_suspects_belong_to_the_quarter_they_began_in() -> None:
    """Each quarter counts its own started cases, open ones and suspects; a quarter without any has no value."""
    world = World().case("old", 1.0, last_event=1.0).case("later", 200.0, 201.0).case("open", 201.0, last_event=201.0)
    told = {row["period"]: (row["started_cases"], row["open_cases"], row["suspects"]) for row in _rows(world)}
    assert told == {"2026-Q1": (1, 1, 1), "2026-Q2": (0, 0, 0), "2026-Q3": (2, 1, 0), "all": (3, 2, 1)}
    empty = next(row for row in _rows(world) if row["period"] == "2026-Q2")
    assert empty["p50_days"] is empty["p50_without_days"] is None


def test_the_limit_itself_is_usual() -> None:
    """Quiet for as long as the limit is not suspect yet, for longer it is."""
    world = World().case("at", 1.0, last_event=10.0).case("longer", 1.0, last_event=9.9).case("newest", 1.0, 20.0)
    assert [row["suspects"] for row in _rows(world)] == [1, 1]


def test_another_stream_is_not_looked_at() -> None:
    """A newest event of another stream makes nobody here older."""
    world = World().case("a", 1.0, last_event=5.0).case("b", 99.0, last_event=99.0, stream="other")
    assert [(row["open_cases"], row["suspects"]) for row in _rows(world)] == [(1, 0), (1, 0)]


def test_a_case_of_the_same_id_elsewhere_is_another() -> None:
    """Silent since January in another stream, at work until yesterday in ours: ours is no suspect."""
    world = World().case("a", 1.0, last_event=20.0).case("newest", 1.0, 21.0)
    world.case("a", 1.0, last_event=2.0, stream="other")
    assert [(row["open_cases"], row["suspects"]) for row in _rows(world)] == [(1, 0), (1, 0)]


def test_no_cases() -> None:
    """Without cases there is no row."""
    assert _rows(World()) == []


@few
@given(told=st.lists(st.tuples(days, st.none() | days, days), min_size=1, max_size=20))
def test_oracle(told: list[tuple[float, float | None, float]]) -> None:
    """Published is the metric itself; without suspects is the metric of a world that never held them."""
    cases = [(f"c{n}", begun, took if took is None else begun + took, begun + quiet) for n, (begun, took, quiet)
             in enumerate(told)]  # fmt: skip
    newest = max(last if ended is None else ended for _, _, ended, last in cases)
    world, without = World(), World()
    gone = {name for name, _, ended, last in cases if ended is None and newest - last > 10 + 1e-9}
    for name, begun, ended, last in cases:
        for one in (world, *([without] if name not in gone else [])):
            one.case(name, begun, ended, last_event=last if ended is None else ended)
    without.case("clock", 300.0, last_event=newest)  # keeps the instant of looking, and lies beyond the quarter
    row = _rows(world)[0]
    if row["period"] != "2026-Q1":
        return
    assert row["suspects"] == sum(1 for name, begun, *_ in cases if name in gone)
    for statistic in (Statistic.P50, Statistic.P90):
        assert row[f"{statistic}_days"] == world.value(FLOW_TIME_STARTED, statistic, JANUARY)
        assert row[f"{statistic}_without_days"] == without.value(FLOW_TIME_STARTED, statistic, JANUARY)
