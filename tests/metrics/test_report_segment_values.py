"""Headline values by segment and quarter: as evaluated, the largest of each quarter, with what was left out counted."""

from __future__ import annotations

from metrics.effects.segments import MOST_VALUES
from metrics.evaluate import evaluate
from metrics.flow.flow_time import FLOW_TIME
from metrics.reports.segment_values import rows
from tests.metrics.builder import STREAM, World
from tests.metrics.effect_worlds import filled, world_of


def steady(_: int, value: str) -> float:
    """Two days for big ones, one for small ones."""
    return 2.0 if value == "big" else 1.0


def test_rows_are_the_values_split_by_the_segment() -> None:
    """Value, interval and n of each quarter are those that `evaluate` gives for the segment value."""
    world = world_of(steady, a_day=3)
    wanted = {
        (v.period.key, v.dimensions["size"], v.summary.statistic.value): (
            v.summary.value, v.summary.low, v.summary.high, v.summary.n,
        )
        for v in evaluate(world.connection, FLOW_TIME, STREAM, ("quarter",), ("size",))
        if v.summary.statistic.value in ("p50", "p90") and v.summary.n
    }  # fmt: skip
    found = [row for row in rows(world.connection, STREAM) if row["metric"] == "flow_time"]
    told = {
        (row["period"], row["segment"], row["statistic"]): (row["value"], row["low"], row["high"], row["n"])
        for row in found
    }
    assert told == wanted
    assert len(told) == len(found) == 12  # three quarters, two values, two statistics
    assert {row["dimension"] for row in found} == {"size"}


def test_the_largest_of_the_quarter_are_told_and_the_others_counted() -> None:
    """Of 23 values 20 have rows, largest first; each row says that there are 23 and how many observations they have."""
    count = MOST_VALUES + 3
    cases = [
        (f"{value}-{number}", f"v{value:02}", number / 2, number / 2 + 0.5, True)
        for value in range(count) for number in range(5 + value)
    ]  # fmt: skip
    found = [
        row
        for row in rows(filled(cases).connection, STREAM)
        if (row["metric"], row["statistic"]) == ("flow_time", "p50")
    ]
    assert [row["segment"] for row in found] == [f"v{value:02}" for value in range(count - 1, 2, -1)]
    assert [row["rank"] for row in found] == list(range(1, MOST_VALUES + 1))
    assert {(row["segments"], row["observations"]) for row in found} == {(count, len(cases))}


def test_a_value_never_told_is_one_too_and_too_few_have_a_reason() -> None:
    """Cases without the attribute make a row whose segment is NULL; one case has no 9-in-10, and a reason for it."""
    world = World()
    world.case("c", 1.0, 2.0)
    found = [row for row in rows(world.connection, STREAM) if row["metric"] == "flow_time"]
    assert {row["segment"] for row in found} == {None}
    (tail,) = (row for row in found if row["statistic"] == "p90")
    assert tail["low"] is None
    assert tail["n"] == 1


def test_nothing_gives_no_rows() -> None:
    """A stream without a case has none."""
    assert list(rows(World().connection, STREAM)) == []
