"""Evaluate: which periods are told, what each is held against, and the two forms a value is published in."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from metrics.cost.cost_per_transaction import COST_PER_TRANSACTION
from metrics.evaluate import Value, evaluate, evaluate_period, known_days, unit_of
from metrics.flow.completion_rate import COMPLETION_RATE
from metrics.flow.flow_time import FLOW_TIME
from metrics.handoff.handoff_ratio import HANDOFF_RATIO
from metrics.handoff.step_pairs import STEP_PAIRS
from metrics.judging import meaningful_change
from metrics.maturity import Maturity
from metrics.metric import Statistic, Summary, Verdict
from metrics.periods import parse_period, whole
from metrics.quality.first_time_right import FIRST_TIME_RIGHT
from metrics.quality.rework_rate import REWORK_RATE
from tests.metrics.builder import STREAM, World

D = dt.date
SUMMARY = Summary(Statistic.P90, 5.5, 5.0, 6.5, 321, "by hand", 5.2, 6.0)
NOTHING = Summary(Statistic.SHARE, None, None, None, 0, "none", reason="nothing observed in this period")


def told(summary: Summary, verdict: Verdict) -> Value:
    metric = FLOW_TIME if summary.statistic is Statistic.P90 else FIRST_TIME_RIGHT
    return Value(
        "made", metric, parse_period("2026-Q1"), {"size": "S", "channel": "web"}, summary, verdict, metric.unit
    )


def test_the_row_that_is_published() -> None:
    """Every column stands for what its name says; dimensions are one text whatever their order."""
    assert told(SUMMARY, Verdict.FASTER).as_row() == {
        "stream": "made", "metric": "flow_time", "statistic": "p90", "grain": "quarter", "period": "2026-Q1",
        "first_on": D(2026, 1, 1), "until_on": D(2026, 4, 1), "dimensions": '{"channel": "web", "size": "S"}',
        "value": 5.5, "low": 5.0, "high": 6.5, "least": None, "most": None, "n": 321, "unit": "days",
        "verdict": "Faster", "reason": None, "method": "by hand", "matures_on": None,
        "definition_version": FLOW_TIME.version,
    }  # fmt: skip


def test_the_object_a_program_reads() -> None:
    """It has the value with its interval, unit, period and verdict, and its dimensions as an object."""
    assert told(SUMMARY, Verdict.FASTER).as_fact() == {
        "stream": "made", "metric": "flow_time", "statistic": "p90", "period": "2026-Q1", "grain": "quarter",
        "dimensions": {"size": "S", "channel": "web"}, "value": 5.5, "low": 5.0, "high": 6.5, "n": 321, "unit": "days",
        "verdict": "Faster", "matures_on": None, "may_still": None, "definition_version": FLOW_TIME.version,
    }  # fmt: skip


def test_what_a_number_could_be_stands_beside_it() -> None:
    """Least and most are told where something is unknown, also where there is only one, and 0 is a value."""
    least, most = (Summary(Statistic.P90, value, None, None, 300, "by hand") for value in (0.0, 9.5))
    for bounds in ({"least": least, "most": most}, {"least": least}, {"most": most}):
        value = told(replace(SUMMARY, **bounds), Verdict.EARLY)
        expected = (0.0 if "least" in bounds else None, 9.5 if "most" in bounds else None)
        for fact in (value.as_row(), value.as_fact()):
            assert (fact["least"], fact["most"]) == expected


def test_a_missing_value_says_why() -> None:
    """Without a value the verdict holds the reason."""
    fact = told(NOTHING, Verdict.NO_DATA).as_fact()
    assert (fact["value"], fact["n"], fact["verdict"]) == (None, 0, "No data: nothing observed in this period")


def test_a_stream_without_cases_has_no_values() -> None:
    """Where nothing ever happened there is no period to tell of."""
    assert list(evaluate(World().connection, FLOW_TIME, STREAM, ["all", "quarter"])) == []


# The days that are known


def test_days_run_from_the_first_trigger_to_the_newest_event() -> None:
    """The last day is that of the latest trigger, finish or event, whichever is later."""
    world = World().case("a", 3.0, 5.0, last_event=5.0).case("b", 7.0, 8.0, last_event=8.0)
    assert known_days(world.connection, STREAM) == (D(2026, 1, 7), D(2026, 1, 12))
    world.case("c", 4.0, 9.0, last_event=4.0)
    assert known_days(world.connection, STREAM)[1] == D(2026, 1, 13)
    world.case("d", 11.0, last_event=4.0)
    assert known_days(world.connection, STREAM)[1] == D(2026, 1, 15)
    world.case("e", 6.0, last_event=20.5)
    assert known_days(world.connection, STREAM) == (D(2026, 1, 7), D(2026, 1, 24))


def test_a_cost_of_the_first_month_counts_from_its_first_day() -> None:
    """A bill dated the first of the month of the first trigger moves the first day; one a month before does not."""
    world = World().case("a", 8.0, 9.0).cost("1", day=2.0).cost("1", day=4.0).cost("1", day=-5.0)
    assert known_days(world.connection, STREAM, COST_PER_TRANSACTION)[0] == D(2026, 1, 6)
    world.cost("1", day=-3.0)
    assert known_days(world.connection, STREAM, COST_PER_TRANSACTION)[0] == D(2026, 1, 1)
    later = World().case("a", 8.0).cost("1", day=10.0)
    assert known_days(later.connection, STREAM, COST_PER_TRANSACTION)[0] == D(2026, 1, 12)


def test_cost_moves_the_days_of_no_other_metric() -> None:
    """What does not read `costs` has the same days whether that table was made before or after."""
    world = World().case("a", 8.0, 9.0).cost("1", day=2.0)
    assert (
        known_days(world.connection, STREAM)[0] == known_days(world.connection, STREAM, FLOW_TIME)[0] == D(2026, 1, 12)
    )
    told = [value.period.key for value in evaluate(world.connection, FLOW_TIME, STREAM, ["week"])]
    assert told[0] == "2026-W03"


def test_other_streams_move_no_day() -> None:
    """Cases and costs of another stream are not looked at; without cases of its own a stream has no days."""
    world = World().case("a", 5.0, 6.0).case("x", 1.0, 30.0, stream="other").cost("1", day=-2.0, stream="other")
    assert known_days(world.connection, STREAM, COST_PER_TRANSACTION) == (D(2026, 1, 9), D(2026, 1, 10))
    assert known_days(World().case("x", 1.0, stream="other").connection, STREAM) == (None, None)


# Which periods are told


def test_finer_periods_are_those_that_begin_inside() -> None:
    """The weeks of a quarter are those that begin in it: the week it begins within belongs to the quarter before."""
    world = World().case("a", 1.0, 2.0)
    weeks = [
        v.period
        for v in evaluate_period(world.connection, COMPLETION_RATE, STREAM, parse_period("2026-Q2"), grain="week")
    ]
    assert (weeks[0].first_on, weeks[-1].first_on, len(weeks)) == (D(2026, 4, 6), D(2026, 6, 29), 13)
    weeks = [
        v.period for v in evaluate_period(world.connection, COMPLETION_RATE, STREAM, parse_period("2024"), grain="week")
    ]
    assert (weeks[0].first_on, weeks[-1].first_on) == (D(2024, 1, 1), D(2024, 12, 30))
    months = [
        v.period.key
        for v in evaluate_period(world.connection, COMPLETION_RATE, STREAM, parse_period("2026-Q2"), grain="month")
    ]
    assert months == ["2026-04", "2026-05", "2026-06"]


def test_all_has_nothing_before_it() -> None:
    """The whole is told alone, and is held against nothing."""
    (value,) = evaluate_period(
        World().case("a", 1.0, 2.0).connection, FIRST_TIME_RIGHT, STREAM, whole(D(2026, 1, 1), D(2026, 1, 9))
    )
    assert (value.summary.value, value.verdict) == (1, Verdict.NO_BASELINE)


# Verdicts


def steady(days: range, hours: float, per_day: int = 3) -> World:
    """Some cases finished on each day, nearly all alike."""
    world = World()
    return add(world, days, hours, per_day)


def add(world: World, days: range, hours: float, per_day: int = 3) -> World:
    for day in days:
        for number in range(per_day):
            length = (hours + number + day % 3) / 24
            world.case(f"c{day}-{number}", day + 0.9 - length, day + 0.9)
    return world


def test_what_a_period_is_held_against() -> None:
    """The first has no baseline, one without data no verdict, and the one after a gap again no baseline."""
    world = add(steady(range(10, 12), 5), range(70, 72), 5)
    found = [(v.period.key, v.verdict) for v in evaluate(world.connection, FIRST_TIME_RIGHT, STREAM, ["month"])]
    assert found == [
        ("2026-01", Verdict.NO_BASELINE), ("2026-02", Verdict.NO_DATA), ("2026-03", Verdict.NO_BASELINE),
    ]  # fmt: skip


def test_a_clear_change_is_judged() -> None:
    """A quarter in which everything took three times as long is Slower than the one before, and back again Faster."""
    world = add(add(steady(range(1, 80), 5), range(90, 170), 40), range(180, 260), 5)
    found = [
        v for v in evaluate(world.connection, FLOW_TIME, STREAM, ["quarter"]) if v.summary.statistic is Statistic.P50
    ]
    assert [v.verdict for v in found] == [Verdict.NO_BASELINE, Verdict.SLOWER, Verdict.FASTER]


def test_a_count_and_a_share_by_its_beginning_are_not_judged() -> None:
    """Where the newest period always looks different, nothing is said of its change."""
    world = World()
    for day in (5.0, 40.0):
        world.case(f"c{day}", day, day + 1).steps(f"c{day}", ("a", "human"), ("b", "system"), day=day)
    for metric in (STEP_PAIRS, REWORK_RATE):
        verdicts = [value.verdict for value in evaluate(world.connection, metric, STREAM, ["month"])]
        assert verdicts == [Verdict.NO_BASELINE, Verdict.NOT_JUDGED]


# The smallest change worth acting on, and units


def summary(value: float | None) -> Summary:
    return Summary(Statistic.P50, value, None, None, 10, "by hand")


@pytest.mark.parametrize(
    ("metric", "before", "expected"),
    [
        (FLOW_TIME, 4.0, 2 / 24), (FIRST_TIME_RIGHT, 0.5, 0.01), (HANDOFF_RATIO, 2.0, 0.1), (HANDOFF_RATIO, -2.0, 0.1),
        (HANDOFF_RATIO, None, 0.0), (COST_PER_TRANSACTION, 0.0, 0.0), (COST_PER_TRANSACTION, 10.0, 0.5),
    ],
)  # fmt: skip
def test_the_meaningful_change(metric: object, before: float | None, expected: float) -> None:
    """What the stream file says; else one point of a share, else a twentieth of the value before."""
    stream = STREAM.model_copy(update={"meaningful": {"flow_time": "2 hours"}})
    assert meaningful_change(metric, stream, summary(before)) == pytest.approx(expected)  # type: ignore[arg-type]


def test_money_is_told_in_the_currency_of_the_stream() -> None:
    """A currency is published by its code, every other unit by its name."""
    stream = STREAM.model_copy(update={"costs": STREAM.costs.model_copy(update={"currency": "CHF"})})
    assert (unit_of(COST_PER_TRANSACTION, stream), unit_of(FLOW_TIME, stream)) == ("CHF", "days")
    (value,) = evaluate_period(World().connection, COST_PER_TRANSACTION, stream, parse_period("2026-Q1"))
    assert value.as_row()["unit"] == "CHF"


def test_every_row_without_a_rate_blocks_and_is_counted() -> None:
    """The reason says how many rows block the number, and n stays the number of completed cases."""
    world = World().case("a", 1.0, 2.0).cost("5").cost(None).cost(None)
    blocked = world.summary(COST_PER_TRANSACTION)
    assert (blocked.value, blocked.n, blocked.method) == (None, 1, "blocked")
    assert (
        blocked.reason
        == "2 rows of cost have no price: no rate or bill for the day, or a bill that was not handed out whole"
    )


def test_a_closed_value_stays_what_it_was() -> None:
    """Its row is the one that was frozen, it says that it is closed, and nothing may move it any more."""
    frozen = told(SUMMARY, Verdict.FASTER).as_row() | {"value": 5.4, "matures_on": D(2026, 5, 2)}
    maturity = Maturity(30, 40, D(2026, 4, 10), "fall")
    assert replace(told(SUMMARY, Verdict.FASTER), maturity=maturity).may_still == "fall"
    value = replace(told(SUMMARY, Verdict.FASTER), maturity=maturity, closed=frozen)
    assert value.as_row() == frozen
    assert (value.matures_on, value.may_still) == (D(2026, 5, 2), None)
    assert {"is_closed": True, "value": 5.4, "matures_on": D(2026, 5, 2), "may_still": None}.items() <= (
        value.as_fact().items()
    )
    assert replace(value, closed=frozen | {"matures_on": None}).matures_on is None
    assert "is_closed" not in told(SUMMARY, Verdict.FASTER).as_fact()
