"""Times told to the day or the minute: what they may be in truth, and what that leaves of the numbers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.evaluate import evaluate_period
from metrics.flow.flow_time import FLOW_TIME
from metrics.flow.flow_time_started import FLOW_TIME_STARTED
from metrics.flow.working_time import WORKING_TIME
from metrics.metric import Observations
from metrics.observe import observe
from tests.metrics.builder import JANUARY, STREAM, World
from tests.metrics.coded_events import Log, Row, made_stream
from tests.metrics.working import OFFICE, berlin, measured, stream_with
from tests.metrics.worlds import few

HOUR = 3_600_000_000
DAY = 24 * HOUR


def _withins(source: dict[str, Any], *rows: Row, **told: Any) -> tuple[int | None, int | None]:
    stream = made_stream(source=source, time_zone="Europe/Berlin", **told)
    case = Log(stream, rows).case()
    return case["triggered_within_us"], case["finished_within_us"]


def _seen(world: World) -> Observations:
    return world.observations(FLOW_TIME)


def _days(seen: Observations) -> tuple[list[float], list[float], list[float]]:
    """Least, value and most of each case, in days."""
    ends = seen.at_least(), seen, seen.at_most()
    return tuple([round(float(amount), 9) for amount in end.amount] for end in ends)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("precision", "length"), [("exact", None), ("second", 1_000_000), ("minute", 60_000_000), ("hour", HOUR)]
)
def test_one_precision_for_all(precision: str, length: int | None) -> None:
    """A time told to a second, a minute or an hour may be that much later; exact is NULL, and so is an open outcome."""
    assert _withins({"precision": precision}, ("c", "Order", "Mon 09:00"), ("c", "Done", "Mon 10:00")) == (
        length,
        length,
    )
    assert _withins({"precision": precision}, ("c", "Order", "Mon 09:00")) == (length, None)


def test_a_day_is_a_day_of_the_stream() -> None:
    """A day has 24 hours, 23 when summer time begins and 25 when it ends."""
    for begun, ended, lengths in (
        ("2026-03-28T00:00+01:00", "2026-03-29T00:00+01:00", (24, 23)),
        ("2026-03-30T00:00+02:00", "2026-10-25T00:00+02:00", (24, 25)),
    ):
        rows: list[Row] = [("c", "Order", begun), ("c", "Done", ended)]
        assert _withins({"precision": "day"}, *rows) == tuple(length * HOUR for length in lengths)


def test_mixed_precision() -> None:
    """Each end is as precise as the step that gave it, whichever of its steps came first."""
    source = {"precision": "second", "precision_by_step": {"Order": "day", "Fax": "exact", "Done": "minute"}}
    outcomes = [{"name": "done", "steps": ["Done"]}, {"name": "lost", "kind": "abandoned", "last_event": True}]
    told: dict[str, Any] = {"trigger": {"steps": ["Order", "Fax", "Call"]}, "outcomes": outcomes}
    for first, last, lengths in (
        ("Order", "Done", (DAY, 60_000_000)), ("Fax", "Done", (None, 60_000_000)),
        ("Call", "Done", (1_000_000, 60_000_000)),
        ("Call", "Remind", (1_000_000, 1_000_000)), ("Call", "Order", (1_000_000, DAY)),
    ):  # fmt: skip
        rows: list[Row] = [("c", first, "Mon 00:00"), ("c", "Look", "Mon 10:00"), ("c", last, "Tue 12:00")]
        assert _withins(source, *rows, **told) == lengths


def test_the_step_that_ended_the_case_tells_how_precisely() -> None:
    """Of two steps that both end a case the first one counts, for the precision as for the instant."""
    source = {"precision": "second", "precision_by_step": {"Fax": "day"}}
    outcomes = [{"name": "done", "steps": ["Fax", "Mail"]}]
    rows: list[Row] = [("c", "Order", "Mon 00:00"), ("c", "Fax", "Tue 00:00"), ("c", "Mail", "Wed 00:00")]
    assert _withins(source, *rows, outcomes=outcomes) == (1_000_000, DAY)
    rows[1], rows[2] = ("c", "Mail", "Tue 00:00"), ("c", "Fax", "Wed 00:00")
    assert _withins(source, *rows, outcomes=outcomes) == (1_000_000, 1_000_000)


def test_a_log_of_dates() -> None:
    """Told Monday and Wednesday: two days, at least one and at most three."""
    world = World().case("c1", 1.0, 3.0, triggered_within_us=DAY, finished_within_us=DAY)
    assert _days(_seen(world)) == ([1.0], [2.0], [3.0])


def test_the_day_summer_time_begins() -> None:
    """From a day of 23 hours to the next day: at least one hour less than a day and not 24 hours less."""
    world = World().case("c1", 1.0, 1 + 23 / 24, triggered_within_us=23 * HOUR, finished_within_us=DAY)
    assert _days(_seen(world)) == ([0.0], [round(23.5 / 24, 9)], [round(47 / 24, 9)])


def test_an_exact_trigger_and_a_dated_outcome() -> None:
    """Triggered Monday 18:00, outcome dated Tuesday: between 6 and 30 hours; the value is in their middle."""
    world = World().case("c1", 1.75, 2.0, finished_within_us=DAY)
    assert _days(_seen(world)) == ([0.25], [0.75], [1.25])


def test_order_not_known() -> None:
    """Triggered Monday 18:00, outcome dated Monday: kept, as it may be right, and its negative least is not clamped."""
    world = World().case("c1", 1.75, 1.0, finished_within_us=DAY)
    assert _days(_seen(world)) == ([-0.75], [-0.25], [0.25])
    assert World().case("c1", 2.0, 1.0, finished_within_us=DAY).amounts(FLOW_TIME) == []
    assert len(world.observations(FLOW_TIME_STARTED)) == 1
    assert len(World().case("c1", 2.0, 1.0, finished_within_us=DAY).observations(FLOW_TIME_STARTED)) == 0


def test_exact_times_have_no_bounds() -> None:
    """Where every time is exact, nothing is unknown and no bounds are carried."""
    seen = _seen(World().case("c1", 1.0, 3.0))
    assert seen.bounds is None
    assert _seen(World().case("c1", 1.0, 3.0, triggered_within_us=1)).bounds is not None


def test_started_and_open() -> None:
    """Of started work, done has the same bounds; open work is at least as old as the latest its trigger may be."""
    world = World().case("done", 1.0, 3.0, triggered_within_us=DAY, finished_within_us=DAY)
    world.case("open", 1.0, triggered_within_us=DAY, last_event=6.0)
    seen = world.observations(FLOW_TIME_STARTED)
    assert _days(seen) == ([1.0, 4.0], [2.0, 5.0], [3.0, 5.0])
    assert seen.complete.tolist() == [True, False]


def test_values_carry_their_bounds() -> None:
    """The published value says the least and the most it could be."""
    world = World()
    for number in range(3):
        world.case(f"c{number}", 1.0, 3.0 + number, triggered_within_us=DAY, finished_within_us=DAY)
    value = next(iter(evaluate_period(world.connection, FLOW_TIME, STREAM, JANUARY)))
    row = value.as_row()
    assert (row["least"], row["value"], row["most"]) == (2.0, 3.0, 4.0)


def test_working_days_of_dates() -> None:
    """Told Monday and Thursday, in days of 8 hours: three working days, at least two and at most four."""
    stream = stream_with(OFFICE, source={"precision": "day"})
    (row,) = measured(stream, [(berlin("2026-06-08"), berlin("2026-06-11"), "")], (DAY, DAY))
    assert (row["least_days"], row["working_days"], row["most_days"], row["working_us"]) == (2, 3, 4, 24 * HOUR)
    (row,) = measured(stream, [(berlin("2026-06-08 15:00"), berlin("2026-06-08"), "")], (None, DAY))
    assert (row["least_days"], row["working_days"], row["most_days"]) == (-0.75, -0.25, 0.25)
    assert measured(stream, [(berlin("2026-06-09"), berlin("2026-06-08"), "")], (None, DAY)) == []


def test_working_time_carries_its_bounds() -> None:
    """Working time has the least and the most of its row, and none where the row has none."""
    told = World().case("c1", 1.0, 2.0).worked("c1", 3.0)
    assert observe(told.connection, WORKING_TIME, STREAM)[0].bounds is None
    told.connection.execute("UPDATE working_times SET least_days = 2, most_days = 4")
    seen = told.observations(WORKING_TIME)
    assert (seen.at_least().amount.tolist(), seen.at_most().amount.tolist()) == ([2.0], [4.0])


times = st.tuples(st.floats(0, 40), st.floats(0, 40))


@few
@given(
    true=st.lists(times, min_size=1, max_size=20), told_to=st.tuples(*[st.sampled_from(["exact", "hour", "day"])] * 2)
)
def test_the_truth_lies_between(true: list[tuple[float, float]], told_to: tuple[str, str]) -> None:
    """Whatever the true times, their durations lie between the bounds made from what was told, quantile by quantile."""
    lengths = [{"exact": None, "hour": HOUR, "day": DAY}[name] for name in told_to]
    world, durations = World(), []
    for number, pair in enumerate(true):
        begun, ended = sorted(pair)
        told = [dt.timedelta(days=at) // dt.timedelta(microseconds=1) for at in (begun, ended)]
        durations.append((told[1] - told[0]) / DAY)
        cut = [(at // length * length if length else at) / DAY for at, length in zip(told, lengths, strict=True)]
        world.case(f"c{number}", cut[0], cut[1], triggered_within_us=lengths[0], finished_within_us=lengths[1])
    seen = world.observations(FLOW_TIME)
    assert len(seen) == len(true)
    least, most = sorted(seen.at_least().amount), sorted(seen.at_most().amount)
    for low, truth, high in zip(least, sorted(durations), most, strict=True):
        assert low - 1e-9 <= truth <= high + 1e-9
