"""Working time: its example, its edge cases, a plain loop over random cases; for the clock see test_working_times."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.definition import definition_of
from metrics.evaluate import evaluate_period
from metrics.flow.working_time import WORKING_TIME
from metrics.metric import Better, Statistic, Verdict
from metrics.periods import Period
from metrics.verdicts import words_for
from metrics.working.disclosure import calendar_names
from metrics.working.holiday_days import PACKAGE
from tests.metrics.builder import JANUARY, STREAM, World, assert_no_data, median
from tests.metrics.working import OFFICE, berlin, measured, stream_with
from tests.metrics.worlds import few


def test_example() -> None:
    """Monday 08:00 to Thursday 17:00 of eight-hour days: 4.0 working days."""
    (row,) = measured(stream_with(OFFICE), [(berlin("2026-06-08 08:00"), berlin("2026-06-11 17:00"), "")])
    assert World().case("c1", 1.0, 4.0).worked("c1", row["working_days"]).value(WORKING_TIME) == 4.0


@pytest.mark.parametrize("kind", ["rejected", "cancelled", "abandoned"])
def test_other_outcomes(kind: str) -> None:
    """A case that ended otherwise has no row."""
    assert_no_data(World().case("c1", 1.0, 3.0, outcome_kind=kind).worked("c1", 2.0).summary(WORKING_TIME))


def test_calendar_not_known_then() -> None:
    """A case beyond the calendar is left out, never 0."""
    world = World().case("c1", 1.0, 2.0).worked("c1", None).case("c2", 1.0, 2.0).worked("c2", 1.0)
    assert world.amounts(WORKING_TIME) == [1.0]


def test_all_outside_of_hours() -> None:
    """A case of one night took no working time: that is a 0, and counts."""
    assert World().case("c1", 1.8, 2.2).worked("c1", 0.0).amounts(WORKING_TIME) == [0.0]


def test_no_calendar_in_the_file() -> None:
    """Without a calendar there is no data, and the reason says why; with one, nothing observed is the reason."""
    world, period = World().case("c1", 1.0, 2.0), Period(JANUARY.first_on, JANUARY.until_on, "2026-Q1", "quarter")
    for stream, reason in ((STREAM, "no calendar in the stream file"), (stream_with(OFFICE), "nothing observed")):
        for value in evaluate_period(world.connection, WORKING_TIME, stream, period):
            assert value.summary.value is None
            assert str(value.summary.reason).startswith(reason)
            assert value.verdict is Verdict.NO_DATA


def test_it_is_named_with_its_calendar() -> None:
    """Every value names its clock, every definition says the calendars in full with the package of the holidays."""
    york = {"name": "York", "since": "2026-07-01", "hours": {"fri": ["09:00-15:00"]}, "time_zone": "America/New_York"}
    off = {"days_off": [{"day": "2026-12-24", "reason": "closed"}]}
    extra = {"extra_days": [{"day": "2026-12-19", "reason": "rush", "hours": ["08:00-10:00"]}]}
    stream = stream_with(OFFICE | {"holidays": "DE-BW"} | off | extra, york)
    world, period = (
        World().case("c1", 1.0, 2.0).worked("c1", 1.0),
        Period(JANUARY.first_on, JANUARY.until_on, "2026-Q1", "quarter"),
    )
    value = next(iter(evaluate_period(world.connection, WORKING_TIME, stream, period)))
    assert value.as_fact()["clock"] == "calendars office and York"
    assert str(value.as_row()["method"]).endswith("; calendars office and York")
    told = definition_of(WORKING_TIME, stream)
    assert told.endswith(
        "Calendar office: mon-fri 08:00-12:00 13:00-17:00 in Europe/Berlin; one working day is 8 hours; "
        f"public holidays of DE-BW as {PACKAGE} tells them; 2026-12-24 off (closed); 2026-12-19 08:00-10:00 (rush). "
        "Calendar York from 2026-07-01 on: fri 09:00-15:00 in America/New_York; one working day is 6 hours; "
        "no public holidays."
    )
    assert calendar_names(stream_with(OFFICE)) == "calendar office"
    assert calendar_names(STREAM) == ""


def test_less_is_faster() -> None:
    """Its verdicts are those of a time."""
    assert words_for("working_days", Better.LOWER)[:2] == (Verdict.FASTER, Verdict.SLOWER)


def test_no_rows() -> None:
    """Nothing finished is no data, never 0."""
    for statistic in WORKING_TIME.statistics:
        assert_no_data(World().summary(WORKING_TIME, statistic))


def test_by_calendar() -> None:
    """The sites' calendars split it."""
    world = World().case("a", 1.0, 2.0).worked("a", 1.0, "Ulm").case("b", 1.0, 4.0).worked("b", 3.0, "York")
    assert world.values_by(WORKING_TIME, "calendar") == {("Ulm",): 1.0, ("York",): 3.0}


@few
@given(rows=st.lists(st.tuples(st.floats(0, 50), st.sampled_from(["completed", "cancelled"]))))
def test_oracle(rows: list[tuple[float, str]]) -> None:
    """SQL and statistics agree with a loop over the cases."""
    world = World()
    for number, (days, kind) in enumerate(rows):
        world.case(f"c{number}", 1.0, 2.0, outcome_kind=kind).worked(f"c{number}", days)
    completed = [days for days, kind in rows if kind == "completed"]
    assert world.amounts(WORKING_TIME) == pytest.approx(sorted(completed))
    if completed:
        assert world.value(WORKING_TIME, Statistic.P50) == pytest.approx(median(completed))
        assert world.value(WORKING_TIME, Statistic.MEAN) == pytest.approx(sum(completed) / len(completed))
