"""Observe: rows become arrays by day, cut by period, split by dimension, in an order no table can show through."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import duckdb
import numpy as np
import pytest

from metrics.cost.cost_per_transaction import COST_PER_TRANSACTION
from metrics.errors import ContractError
from metrics.flow.flow_time import FLOW_TIME
from metrics.flow.flow_time_started import FLOW_TIME_STARTED
from metrics.handoff.handoff_ratio import HANDOFF_RATIO
from metrics.metric import Metric
from metrics.observe import (
    BOUNDS,
    ObservedGroup,
    dimension_sql,
    newest_event_at,
    observation_sql,
    observe,
    printed_sql,
)
from metrics.periods import parse_period, whole
from metrics.quality.rework_rate import REWORK_RATE
from tests.metrics.builder import STREAM, World, instant

Told = tuple[str, float, float]


def told_metric(*rows: Told) -> Metric:
    """A metric that observes these rows: day, amount, base."""
    values = ", ".join(f"(DATE '{day}', {amount}, {base})" for day, amount, base in rows)
    sql = f"""
SELECT day AS observed_on, amount, base, TRUE AS complete
FROM (VALUES {values}) t(day, amount, base) WHERE $stream = 'made'"""
    return replace(FLOW_TIME, sql=sql, bounded_by=None)


def seen(*rows: Told) -> list[tuple[int, float, float]]:
    """Day (from the first), amount and base, as observed."""
    (group,) = observe(duckdb.connect(), told_metric(*rows), STREAM)
    return [
        tuple(row)
        for row in zip((group.day - group.day.min()).tolist(), group.amount.tolist(), group.base.tolist(), strict=True)
    ]


MIXED = {
    "amounts in parts": [
        ("2026-01-02", 1.5, 1),
        ("2026-01-01", 2.5, 1),
        ("2026-01-01", 0.25, 1),
        ("2026-01-02", 1.25, 1),
    ],
    "bases in parts": [("2026-01-01", 2, 1.5), ("2026-01-01", 2, 0.5), ("2026-01-01", 1, 9.5), ("2025-12-31", 7, 1)],
    "over two centuries": [
        ("1999-12-31", 1.5, 1),
        ("1820-01-01", 2.5, 1),
        ("1820-01-01", 0.25, 1),
        ("1823-01-01", 3.5, 1),
    ],
}


@pytest.mark.parametrize("rows", MIXED.values(), ids=MIXED)
def test_rows_are_ordered_by_day_then_value(rows: list[Told]) -> None:
    """Sums of parts depend on their order in the last digit, so it is that of day, amount and base, however told."""
    first = min(dt.date.fromisoformat(day) for day, *_ in rows)
    expected = sorted(((dt.date.fromisoformat(day) - first).days, amount, base) for day, amount, base in rows)
    assert seen(*rows) == seen(*rows[::-1]) == expected


def test_whole_numbers_are_ordered_by_day() -> None:
    """Sums of whole numbers are exact in any order: only the days are put in order."""
    assert [row[0] for row in seen(("2026-01-03", 5, 1), ("2026-01-01", 9, 1), ("2026-01-02", 7, 1))] == [0, 1, 2]


def test_a_period_is_half_open() -> None:
    """The first day of a period is in it, the day after the last is not."""
    days = ["2025-12-31", "2026-01-01", "2026-03-31", "2026-04-01"]
    (group,) = observe(duckdb.connect(), told_metric(*((day, n, 1) for n, day in enumerate(days))), STREAM)
    inside = group.within(parse_period("2026-Q1"))
    assert (inside.amount.tolist(), inside.base.tolist(), inside.complete.tolist()) == ([1, 2], [1, 1], [True, True])
    assert (inside.first_day, inside.until_day) == (dt.date(2026, 1, 1).toordinal(), dt.date(2026, 4, 1).toordinal())
    assert inside.day.tolist() == [dt.date.fromisoformat(day).toordinal() for day in days[1:3]]


def test_rows_without_a_day_are_in_no_period() -> None:
    """A row that nothing dates is left out; an unknown amount is kept as unknown, never 0."""
    rows = "(NULL::DATE, 1, 1, TRUE), ('2026-01-01', NULL, 1, FALSE)"
    sql = f"SELECT * FROM (VALUES {rows}) t(observed_on, amount, base, complete) WHERE $stream = 'made'"
    metric = replace(FLOW_TIME, bounded_by=None, sql=sql)
    (group,) = observe(duckdb.connect(), metric, STREAM)
    assert len(group.day) == 1 and np.isnan(group.amount[0]) and not group.complete[0]


def test_nothing_observed_is_one_empty_group() -> None:
    """Without rows there is one empty group, and none where a split was asked for."""
    world = World()
    (group,) = observe(world.connection, FLOW_TIME, STREAM)
    assert len(group.day) == 0 and group.dimensions == {}
    assert observe(world.connection, FLOW_TIME, STREAM, ("release",)) == []


def by_size(world: World, *names: str) -> list[ObservedGroup]:
    return observe(world.connection, FLOW_TIME, STREAM, names)


def test_groups_are_told_in_order_with_the_unknown_last() -> None:
    """Values of a dimension are sorted, what was never told comes last, and each case is in one group."""
    world = World()
    for number, size in enumerate(["M", None, "L", "", "M"]):
        world.case(f"c{number}", 1.0, 2.0 + number, segments={"size": size})
    groups = by_size(world, "size")
    assert [(group.dimensions["size"], group.amount.tolist()) for group in groups] == [
        ("", [4.0]), ("L", [3.0]), ("M", [1.0, 5.0]), (None, [2.0]),
    ]  # fmt: skip


def test_two_dimensions_at_once() -> None:
    """A group for each combination that occurs, named in the order asked for."""
    world = World().case("a", 1.0, 2.0, segments={"size": "S"}, release_at_trigger="1")
    world.case("b", 1.0, 3.0, segments={"size": "S"}, release_at_trigger="2").case(
        "c", 1.0, 4.0, segments={"size": "S"}
    )
    found = [(dict(group.dimensions), group.amount.tolist()) for group in by_size(world, "size", "release")]
    assert found == [
        ({"size": "S", "release": "1"}, [1.0]), ({"size": "S", "release": "2"}, [2.0]),
        ({"size": "S", "release": None}, [3.0]),
    ]  # fmt: skip


def test_a_dimension_nobody_knows() -> None:
    """It is refused with what there is; a segment is none where the metric tells no segments."""
    with pytest.raises(ContractError, match=r"flow_time has no dimension of that name: 'colour' does not exist\."):
        observe(World().connection, FLOW_TIME, STREAM, ("colour",))
    with pytest.raises(ContractError, match="Known: 'cost_class'"):
        dimension_sql(COST_PER_TRANSACTION, STREAM, "size")
    with pytest.raises(ContractError, match="Did you mean 'size'"):
        dimension_sql(FLOW_TIME, STREAM, "siz")


def test_a_metric_that_counts_a_case_once_for_each_kind() -> None:
    """Unless its kinds are asked for, only the row of all kinds counts."""
    world = World().case("a", 1.0, 2.0, loops=1, rejections=1).case("b", 1.0, 2.0)
    (group,) = observe(world.connection, REWORK_RATE, STREAM)
    assert sorted(group.amount.tolist()) == [0, 1]
    assert REWORK_RATE.unless_split is not None
    name, value = REWORK_RATE.unless_split
    kinds = {
        group.dimensions[name]: group.amount.sum() for group in observe(world.connection, REWORK_RATE, STREAM, (name,))
    }
    assert kinds[value] == 1 and len(kinds) > 2
    assert f"{name} = '{value}'" in observation_sql(REWORK_RATE, STREAM)
    assert f"{name} = '{value}'" not in observation_sql(REWORK_RATE, STREAM, (name,))


def test_open_work_is_aged_to_the_newest_event_unless_told() -> None:
    """The instant of looking is the newest event of the stream's own cases, or the one that is given."""
    world = World().case("a", 1.0, last_event=3.0).case("b", 2.0, last_event=7.5).case("x", 1.0, 30.0, stream="other")
    assert newest_event_at(world.connection, STREAM) == instant(7.5)
    (group,) = observe(world.connection, FLOW_TIME_STARTED, STREAM)
    assert group.amount.tolist() == [6.5, 5.5]
    (group,) = observe(world.connection, FLOW_TIME_STARTED, STREAM, as_of=instant(5.0))
    assert group.amount.tolist() == [4.0, 3.0]
    assert newest_event_at(World().connection, STREAM) is None


@pytest.mark.parametrize("metric", [FLOW_TIME, FLOW_TIME_STARTED], ids=lambda metric: metric.key)
def test_the_printed_query_runs_as_it_stands(metric: Metric) -> None:
    """Its parameters are written into it, so that it gives the same rows with nothing else at hand."""
    world = World().case("a", 1.0, 3.0).case("b", 2.0, last_event=7.5).case("x", 1.0, 30.0, stream="other")
    (group,) = observe(world.connection, metric, STREAM)
    printed = world.connection.sql(printed_sql(metric, STREAM)).fetchall()
    assert len(printed) == len(group.day)
    assert sorted(row[2] for row in printed) == sorted(group.amount.tolist())
    assert group.within(whole(dt.date(2026, 1, 1), dt.date(2026, 2, 1))).amount.tolist() == group.amount.tolist()


def test_parts_of_cases_are_ordered_like_amounts() -> None:
    """Where both amount and base are parts, rows are in order all the same: a rate of hours by hours has such."""
    rows = [("2026-01-01", 2.5, 1.5), ("2026-01-01", 0.25, 0.5), ("2026-01-01", 0.25, 0.25)]
    assert seen(*rows) == seen(*rows[::-1]) == sorted((0, amount, base) for _, amount, base in rows)


def bounded(*rows: tuple[float, float, float, float, float, float]) -> ObservedGroup:
    """A group observed on one day: amount, base, and the least and most that either could be."""
    values = ", ".join(f"(DATE '2026-01-01', TRUE, {', '.join(map(str, row))})" for row in rows)
    names = "observed_on, complete, amount, base, least_amount, least_base, most_amount, most_base"
    sql = f"SELECT * FROM (VALUES {values}) t({names}) WHERE $stream = 'made'"
    (group,) = observe(duckdb.connect(), replace(HANDOFF_RATIO, sql=sql), STREAM)
    return group


def test_rows_that_could_be_otherwise_are_in_order() -> None:
    """Rows alike in all but one bound are in the order of that bound, whichever comes first in the table."""
    known = (2.0, 1.0, 1.0, 1.0, 3.0, 1.0)
    for place in range(2, 6):
        rows = [known, (*known[:place], 0.5, *known[place + 1 :])]
        one, other = bounded(*rows).bounds, bounded(*rows[::-1]).bounds
        assert one is not None and other is not None
        name = ("least_amount", "least_base", "most_amount", "most_base")[place - 2]
        assert getattr(one, name).tolist() == getattr(other, name).tolist() == sorted(row[place] for row in rows)


@pytest.mark.parametrize("place", range(2, 6))
def test_one_unknown_bound_is_enough(place: int) -> None:
    """Bounds are read where any of them differs from what is known, be it of the base alone; else there are none."""
    known = (2.0, 1.0, 2.0, 1.0, 2.0, 1.0)
    assert bounded(known).bounds is None
    assert bounded(known, (*known[:place], 0.5, *known[place + 1 :])).bounds is not None


def test_the_query_tells_the_ends_and_no_subject_unless_asked() -> None:
    """Least and most where a metric has them and they are wanted; whom a row is of only where that is asked for."""
    connection = World().connection

    def columns(metric: Metric, **asked: bool) -> list[str]:
        found = connection.sql(observation_sql(metric, STREAM, **asked), params={"stream": "made"})
        return list(found.columns)

    plain = ["day", "amount", "base", "complete"]
    assert columns(HANDOFF_RATIO) == [*plain, *BOUNDS]
    assert columns(HANDOFF_RATIO, with_bounds=False) == columns(REWORK_RATE) == plain
    assert columns(HANDOFF_RATIO, with_bounds=False, with_subject=True) == [*plain, "subject"]
