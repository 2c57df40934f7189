"""Work in progress: weeks counted by hand, each verdict, and a walk from event to event over random cases."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from metrics.reports.work_in_progress import KINDS, Balance, balances, cases_of, rows
from metrics.windows import DAY_US, Window, windows_of
from tests.metrics.builder import STREAM, SUNDAY, World, median
from tests.metrics.worlds import CaseRow, case_rows, few, world_of_cases


def _rows(world: World, grain: str = "week", **changed: Any) -> list[dict[str, Any]]:
    found = rows(world.connection, STREAM.model_copy(update=changed))
    return [dict(row) for row in found if row["grain"] == grain]


def _keep(world: World, *cases: tuple[float, float | None], newest: float) -> World:
    for number, (triggered, finished) in enumerate(cases):
        world.case(f"c{number}", triggered, finished, last_event=newest if finished is None else finished)
    return world


def test_example() -> None:
    """A week by hand: one case of 2 days, one of 4, one that stays; 6 + 3.5 days in hand over 7 days."""
    world = _keep(World(), (1.0, 3.0), (2.0, 6.0), (4.5, None), newest=14.0)
    first, *_ = _rows(world)
    assert (first["period"], first["arrivals"], first["endings"], first["in_hand_start"], first["in_hand_end"]) == (
        "2026-W02", 3, 2, 0, 1,
    )  # fmt: skip
    assert first["average_in_hand"] == pytest.approx((2 + 4 + 3.5) / 7)
    assert (first["flow_days"], first["throughput_per_day"]) == (3.0, pytest.approx(2 / 7))
    assert first["little_in_hand"] == pytest.approx(6 / 7)
    assert first["little_gap"] == pytest.approx(6 / 9.5 - 1)
    assert first["residence_days"] == pytest.approx(9.5 / 3)
    assert (first["open_age_p50_days"], first["open_age_max_days"]) == (3.5, 3.5)


def test_kinds_of_endings() -> None:
    """Endings are told by outcome, and all of them leave."""
    world = World()
    for number, kind in enumerate(("completed", "completed", "rejected", "cancelled", "abandoned", "abandoned")):
        world.case(f"c{number}", 1.0, 2.0 + number / 10, outcome_kind=kind)
    (row,) = _rows(world)
    assert [row[kind] for kind in KINDS] == [2, 1, 1, 2]
    assert (row["endings"], row["in_hand_end"]) == (6, 0)


def test_one_more_in_hand_is_growth_where_few_came() -> None:
    """Two came, one left: what is in hand grew by one, which is half of what came."""
    first, *_ = _rows(_keep(World(), (1.0, 2.0), (7.5, None), newest=15.0))
    assert (first["arrivals"], first["endings"], first["verdict"]) == (2, 1, "Work in hand grew")


def test_an_ending_on_the_border_is_in_hand_until_it() -> None:
    """What ends at the first instant of a week was in hand at the end of the week before, and ends in the new."""
    before, after = _rows(_keep(World(), (1.0, 8.0), (8.0, 9.0), newest=9.0))
    assert (before["in_hand_end"], before["endings"], before["arrivals"]) == (1, 0, 1)
    assert (after["in_hand_start"], after["endings"], after["arrivals"]) == (1, 2, 1)


def test_a_week_without_anything_is_there() -> None:
    """A gap is a row: nothing came, nothing left, and what is in hand is still in hand."""
    _, gap, _ = _rows(_keep(World(), (1.0, 2.0), (1.0, 16.0), newest=16.0))
    assert (gap["arrivals"], gap["endings"], gap["in_hand_start"], gap["in_hand_end"]) == (0, 0, 1, 1)
    assert (gap["average_in_hand"], gap["throughput_per_day"], gap["flow_days"]) == (1.0, 0.0, None)
    assert (gap["little_in_hand"], gap["little_gap"], gap["verdict"]) == (None, None, "Nothing ended or in hand")


def test_the_newest_week_ends_with_the_newest_event() -> None:
    """Averages and ages are of what the data cover, and the row says that it is a part."""
    *_, newest = _rows(_keep(World(), (1.0, None), (8.0, 9.0), newest=10.0))
    assert (newest["is_partial"], newest["known_days"]) == (True, 2.0)
    assert (newest["average_in_hand"], newest["open_age_max_days"]) == (1.5, 9.0)
    assert newest["arrivals_per_day"] == 0.5


def test_no_time_is_covered() -> None:
    """A week that the data only touch has counts, and no average and no rate: NULL, never 0."""
    *_, newest = _rows(_keep(World(), (1.0, 8.0), (2.0, 8.0), newest=8.0))
    assert (newest["known_days"], newest["endings"], newest["in_hand_end"]) == (0.0, 2, 0)
    assert newest["average_in_hand"] is newest["throughput_per_day"] is newest["arrivals_per_day"] is None
    assert newest["little_in_hand"] is newest["open_age_p50_days"] is None


def test_ended_before_it_began() -> None:
    """A case that ends before its trigger is left out."""
    world = World().case("a", 5.0, 3.0).case("b", 1.0, 2.0, last_event=5.0)
    assert [(row["arrivals"], row["endings"]) for row in _rows(world)] == [(1, 1)]


def test_no_cases() -> None:
    """Without cases there is no row."""
    assert _rows(World()) == []


def test_every_grain_is_told() -> None:
    """Weeks, months and quarters, in fiscal quarters of the stream."""
    world = _keep(World(), (1.0, 40.0), newest=40.0)
    assert len(_rows(world)) == 6
    assert [row["period"] for row in _rows(world, "month")] == ["2026-01", "2026-02"]
    assert [row["period"] for row in _rows(world, "quarter", fiscal_year_starts=2)] == ["2025-Q4", "2026-Q1"]


@pytest.mark.parametrize(
    ("cases", "verdict"),
    [
        ([(day, day + 1) for day in range(29, 60)], "Holds"),  # one in hand, one day each
        ([(day, day + 9) for day in range(23, 60)], "Period too short"),
        ([(day, day + 1 if day < 45 else None) for day in range(29, 60)], "Work in hand grew"),
        ([(27 + number / 9, 33.0) for number in range(9)] + [(d, d + 1) for d in range(31, 59)], "Work in hand shrank"),
        ([(1.0, None)] + [(day, day + 1) for day in range(29, 60)], "Old work stays"),
        ([(1.0, 50.0), (51.0, None)] + [(day, day + 1) for day in range(29, 60)], "Old work left"),
        ([(1.0, None)], "Nothing ended or in hand"),
    ],
)
def test_verdicts(cases: list[tuple[float, float | None]], verdict: str) -> None:
    """Little's law holds of a steady month; otherwise the verdict says what moved."""
    told = {row["period"]: row["verdict"] for row in _rows(_keep(World(), *cases, newest=64.0), "month")}
    assert told["2026-02"] == verdict  # days 28 to 55


def _balance(known_days: int = 100, **told: Any) -> Balance:
    period = windows_of(World().case("a", 1, 2).connection, STREAM, ("week",))[0].period
    window = Window(period, 0, known_days * DAY_US, 0, known_days * DAY_US)
    usual = {"arrivals": 100, "by_kind": (100, 0, 0, 0), "in_hand_start": 10, "in_hand_us": 1000, "flow_us": 1000,
             "present": 110, "residence_us": 1000, "open_ages": np.zeros(10)}  # fmt: skip
    return Balance(window, **(usual | told))


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        ({"flow_us": 1100}, "Holds"), ({"flow_us": 1101}, "Old work left"), ({"flow_us": 900}, "Holds"),
        ({"flow_us": 899}, "Old work stays"), ({"open_ages": np.zeros(20)}, "Holds"),
        ({"open_ages": np.zeros(21)}, "Work in hand grew"), ({"open_ages": np.zeros(0)}, "Holds"),
        ({"in_hand_start": 21}, "Work in hand shrank"), ({"in_hand_start": 30, "arrivals": 200}, "Holds"),
        ({"in_hand_us": 2500 * DAY_US, "flow_us": 2500 * DAY_US}, "Holds"),
        ({"in_hand_us": 2500 * DAY_US, "flow_us": 2500 * DAY_US + 1}, "Period too short"),
        ({"in_hand_us": 0, "flow_us": 0}, "Nothing ended or in hand"),
        ({"by_kind": (0, 0, 0, 0)}, "Nothing ended or in hand"),
    ],
)  # fmt: skip
def test_the_borders_of_the_verdicts(told: dict[str, Any], verdict: str) -> None:
    """A tenth is still close and still steady; a quarter of the period is still long enough."""
    assert _balance(**told).usable == verdict


def test_totals_beyond_64_bits() -> None:
    """A hundred cases in hand for 3,000 years are summed exactly, beyond what 64 bits hold."""
    world = _keep(World(), *[(1.0, None)] * 3, newest=3.0)
    cases, (window,) = cases_of(world.connection, STREAM), windows_of(world.connection, STREAM, ("week",))
    long = Window(window.period, window.from_us, 2**62, window.known_from_us, 2**62 - 1)
    (found,) = balances(cases, [long])
    assert found.in_hand_us == found.residence_us == 3 * (2**62 - 1 - long.known_from_us) > 2**63


def _walk(row: dict[str, Any], cases: list[tuple[float, float | None, str | None]]) -> dict[str, Any]:
    """The oracle: from event to event through what is known of a period, counting who is in hand."""
    first, until = (_minute(row[name]) for name in ("first_on", "until_on"))
    known_from, known_until = _minute(row["known_from_at"]), _minute(row["known_until_at"])
    spells = [
        (round(begun * 1440), None if ended is None else round(ended * 1440), kind) for begun, ended, kind in cases
    ]
    borders = sorted({known_from, known_until, *(m for b, e, _ in spells for m in (b, e) if m is not None)})
    area = 0
    for at, following in itertools.pairwise([b for b in borders if known_from <= b <= known_until]):
        area += (following - at) * sum(begun <= at and (ended is None or ended > at) for begun, ended, _ in spells)
    ended = [(begun, end, kind) for begun, end, kind in spells if end is not None and first <= end < until]
    ages = sorted((known_until - b) / 1440 for b, e, _ in spells if b < until and (e is None or e >= until))
    flows = [(end - begun) / 1440 for begun, end, _ in ended]
    return {
        "arrivals": sum(first <= begun < until for begun, _, _ in spells), "endings": len(ended),
        **{name: sum(kind == name for _, _, kind in ended) for name in KINDS}, "in_hand_end": len(ages),
        "in_hand_start": sum(b < first and (e is None or e >= first) for b, e, _ in spells),
        "average_in_hand": area / (known_until - known_from) if known_until > known_from else None,
        "flow_days": sum(flows) / len(flows) if flows else None,
        "open_age_p50_days": median(ages) if ages else None, "open_age_max_days": max(ages, default=None),
    }  # fmt: skip


def _minute(at: Any) -> int:
    """Minutes since the Sunday of the builder."""
    there = at if hasattr(at, "hour") else SUNDAY.replace(year=at.year, month=at.month, day=at.day)
    return round((there - SUNDAY).total_seconds() / 60)


@few
@given(told=case_rows)
def test_oracle(told: list[CaseRow]) -> None:
    """Every count, the average, flow and ages of random cases are what the walk says; both laws hold to 1e-9."""
    world = world_of_cases(told)
    cases = [(begun, None if kind is None else ended, kind) for begun, ended, kind, *_ in told]
    cases = [(begun, ended, kind) for begun, ended, kind in cases if ended is None or ended >= begun]
    for row in [*_rows(world), *_rows(world, "month"), *_rows(world, "quarter")]:
        expected = _walk(row, cases)
        for name, value in expected.items():
            assert row[name] == (None if value is None else pytest.approx(value, rel=1e-9, abs=1e-9)), name
        assert row["in_hand_start"] + row["arrivals"] - row["endings"] == row["in_hand_end"]
        area = (row["average_in_hand"] or 0.0) * row["known_days"]
        present = row["in_hand_start"] + row["arrivals"]
        assert area == pytest.approx((row["residence_days"] or 0.0) * present, rel=1e-9, abs=1e-9)


@few
@given(told=case_rows)
def test_the_gap_is_the_change_of_age(told: list[CaseRow]) -> None:
    """Σ flow of the ended = integral in hand + Σ age at the start − Σ age at the end, to the microsecond."""
    world, before = world_of_cases(told), 0
    for found in balances(cases_of(world.connection, STREAM), windows_of(world.connection, STREAM, ("week",))):
        after = round(float(found.open_ages.sum()) * DAY_US)
        assert found.flow_us == pytest.approx(found.in_hand_us + before - after, abs=100)
        before = after
