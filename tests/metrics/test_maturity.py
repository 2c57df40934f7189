"""Maturity: how long trouble takes to show, read from cases of which the young have had no time for it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.evaluate import evaluate_period
from metrics.flow.flow_time import FLOW_TIME
from metrics.maturity import FEWEST_SEEN, FEWEST_WATCHED, SHARE, Maturity, maturity_of, window_of
from metrics.periods import parse_period
from metrics.quality.first_time_right import FIRST_TIME_RIGHT
from metrics.quality.rework_rate import REWORK_RATE
from metrics.survival_curve import kaplan_meier
from tests.metrics.builder import STREAM, World
from tests.metrics.worlds import few

Q1 = parse_period("2026-Q1")


def _window(told: list[tuple[int, bool]]) -> int:
    """The window of cases, each watched for so many days, and whether it was seen then."""
    days = np.unique([day for day, _ in told])
    count = [[sum(d == day for d, _ in told) for day in days], [sum(d == day and s for d, s in told) for day in days]]
    return window_of(days.astype(np.int64), *(np.asarray(numbers, dtype=np.int64) for numbers in count))


def test_the_window_holds_95_of_100() -> None:
    """Of a hundred times to rework from 1 to 100 days, 95 lie within 95 days."""
    assert _window([(day, True) for day in range(1, 101)] + [(200, False)] * 100) == 95


def test_young_cases_do_not_shorten_it() -> None:
    """Half the cases were watched for ten days only: those that came later count for the unwatched, too."""
    old = [(day, True) for day in (5, 50) for _ in range(50)] + [(300, False)] * 400
    young = [(5, True)] * 50 + [(10, False)] * 400
    plain = sorted(day for day, seen in old + young if seen)[round(SHARE * 150) - 1]
    assert _window(old + young) == plain == 50
    many_young = [(5, True)] * 2_000 + [(10, False)] * 16_000
    assert _window(old + many_young) == 50
    assert sorted(day for day, seen in old + many_young if seen)[round(SHARE * 2_100) - 1] == 5


def test_the_curve_is_read_while_enough_are_watched() -> None:
    """What a last few cases show late is not taken for what all would show."""
    most = [(10, True)] * 60 + [(100, False)] * 200
    assert _window([*most, *[(400, True)] * (FEWEST_WATCHED - 1)]) == 10
    assert _window([*most, *[(400, True)] * FEWEST_WATCHED]) == 400


def test_few_seen_give_the_longest_and_none_gives_no_time() -> None:
    """Below twenty there is no 95th percentile: the longest time seen is taken; where nothing was seen, none."""
    quick = [(1, True)] * (FEWEST_SEEN - 2)
    assert _window([*quick, (70, True), *[(90, False)] * 100]) == 70
    assert _window([*quick, (1, True), (70, True), *[(90, False)] * 100]) == 1
    assert _window([(90, False)] * 5) == _window([]) == 0


@few
@given(told=st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=60, max_size=150))
def test_oracle(told: list[tuple[int, bool]]) -> None:
    """The window is the first day at which the curve that counts open work has reached 95 % of where it is read to."""
    seen = [day for day, is_seen in told if is_seen]
    times, survival = kaplan_meier(
        np.asarray([float(day) for day, _ in told]), np.asarray([is_seen for _, is_seen in told])
    )
    watched = [sum(day >= time for day, _ in told) for time in times]
    reach = max(place for place, count in enumerate(watched) if count >= FEWEST_WATCHED)
    enough = SHARE * (1 - survival[reach])
    first = next(time for time, left in zip(times, survival, strict=True) if 1 - left >= enough - 1e-12)
    assert _window(told) == (first if len(seen) >= FEWEST_SEEN else max(seen, default=0))


def _world() -> World:
    """Finished on day 2, triggered on day 1: one right, one reopened three days later, one reworked before its end."""
    world = World().case("right", 1.0, 2.0).case("later", 1.0, 2.0, loops=1, first_rework_at=4.6)
    return world.case("before", 1.0, 2.0, loops=1, first_rework_at=1.5).case("newest", 12.0)


def test_first_time_right_waits_for_what_comes_after_the_finish() -> None:
    """Rework before the finish is in the first value; what came after it sets the window, from the finish."""
    found = maturity_of(_world().connection, FIRST_TIME_RIGHT, STREAM)
    assert found == Maturity(3, 1, dt.date(2026, 1, 16), "fall")


def test_rework_waits_from_the_trigger() -> None:
    """The rate of started cases is final once rework has had its time since the trigger."""
    found = maturity_of(_world().connection, REWORK_RATE, STREAM)
    assert found == Maturity(4, 2, dt.date(2026, 1, 16), "rise")


def test_a_period_is_final_from_its_day_on() -> None:
    """On the day it matures a value is final; the day before it may still move."""
    day = dt.date(2026, 4, 1) + dt.timedelta(days=10)
    for newest, expected in ((day, None), (day - dt.timedelta(days=1), "fall")):
        young = Maturity(10, 5, newest, "fall")
        assert (young.matures_on(Q1), young.may_still(Q1)) == (day, expected)


def test_every_value_says_when_it_is_final() -> None:
    """A value carries its day and what may happen until then; a metric that nothing moves carries none."""
    world = _world()
    (right,) = evaluate_period(world.connection, FIRST_TIME_RIGHT, STREAM, Q1)
    assert (right.as_row()["matures_on"], right.as_fact()["may_still"]) == (dt.date(2026, 4, 4), "fall")
    flow = next(iter(evaluate_period(world.connection, FLOW_TIME, STREAM, Q1)))
    assert (flow.as_row()["matures_on"], flow.as_fact()["may_still"]) == (None, None)
    assert maturity_of(World().connection, FIRST_TIME_RIGHT, STREAM) is None


def test_the_newest_day_is_local() -> None:
    """A cohort is as old as the newest event in the time zone of the stream."""
    world = World().case("late", 1.0, 1.98)  # 23:31 UTC
    stream = STREAM.model_copy(update={"time_zone": "Europe/Berlin"})
    for told, on in ((STREAM, 5), (stream, 6)):
        found = maturity_of(world.connection, FIRST_TIME_RIGHT, told)
        assert found is not None
        assert found.newest_on == dt.date(2026, 1, on)


@pytest.mark.parametrize("metric", [FIRST_TIME_RIGHT, REWORK_RATE], ids=lambda metric: metric.key)
def test_rework_told_before_its_start_takes_no_time(metric: object) -> None:
    """A draft reworked before the trigger waited for nothing, and cannot make a window negative."""
    world = World().case("draft", 3.0, 5.0, loops=1, first_rework_at=1.0)
    found = maturity_of(world.connection, FIRST_TIME_RIGHT if metric is FIRST_TIME_RIGHT else REWORK_RATE, STREAM)
    assert found is not None
    assert found.window_days == 0


def test_the_curve_is_read_at_its_first_day_at_least() -> None:
    """Where thirty were watched for the first day only, what the second shows is not looked at."""
    assert _window([(1, True)] * 25 + [(2, True)] * 5 + [(2, False)] * 5) == 1


def test_what_nothing_ever_moved_stays() -> None:
    """A window of no days leaves no value open, not even one of a period that has not ended."""
    assert Maturity(0, 0, Q1.first_on, "fall").may_still(Q1) is None
    assert Maturity(1, 1, Q1.first_on, "fall").may_still(Q1) == "fall"


@pytest.mark.parametrize(("watched", "days"), [(29, 10), (30, 400)])
def test_thirty_that_are_watched_are_enough(watched: int, days: int) -> None:
    """What shows on the 400th day counts where thirty cases were watched for so long, and not where 29 were."""
    assert _window([(10, True)] * 60 + [(100, False)] * 200 + [(400, True)] * watched) == days


@pytest.mark.parametrize(("quick", "days"), [(18, 70), (19, 1)])
def test_twenty_that_are_seen_have_a_95th_percentile(quick: int, days: int) -> None:
    """Of twenty it is the nineteenth, which came in a day; of nineteen the longest stands for it."""
    assert _window([(1, True)] * quick + [(70, True)] + [(90, False)] * 100) == days
