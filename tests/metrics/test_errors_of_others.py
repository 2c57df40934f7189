"""Errors found in other tools, each kept as a test: from events through facts to the value that is published.

Which tool erred, and how, stands in each test. Three are kept where their subject is; see `ELSEWHERE`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pytest

from metrics.catalog import CATALOG
from metrics.evaluate import Value, evaluate, evaluate_period
from metrics.explain.hand_sql import value_sql
from metrics.flow.flow_efficiency import FLOW_EFFICIENCY
from metrics.flow.flow_time import FLOW_TIME
from metrics.handoff.handoff_ratio import HANDOFF_RATIO
from metrics.metric import Metric, Statistic, Verdict
from metrics.periods import Grain, parse_period, previous, spine
from metrics.quality.first_time_right import FIRST_TIME_RIGHT
from metrics.stream import Stream
from tests.metrics import test_facts_failure_causes, test_re_entries, test_working_times
from tests.metrics.coded_events import Log, Row, made_stream
from tests.metrics.told_streams import told_streams

ELSEWHERE = {
    "a stage entered three times: 8 days inside, 33 days span": test_re_entries.test_a_stage_entered_three_times,
    "32 business hours are 4 working days of 8 h": test_working_times.test_32_business_hours_are_4_working_days,
    "the same incident stays with the same release, whatever window is loaded":
        test_facts_failure_causes.test_the_same_incident_stays_with_the_same_release_whatever_window_is_loaded,
}  # fmt: skip
SECOND = 1 / 86_400
DAY = dt.date


def values(
    told: Iterable[Row], metric: Metric, grain: Grain = "all", stream: Stream | None = None
) -> dict[tuple[str, str], Value]:
    """The values of a metric from events on, by period and statistic."""
    stream = stream or made_stream()
    found = evaluate(told_streams([Log(stream, told)]), metric, stream, [grain])
    return {(value.period.key, value.summary.statistic.value): value for value in found}


def numbers(
    told: Iterable[Row], metric: Metric, grain: Grain = "all", stream: Stream | None = None
) -> dict[str, float | None]:
    """The first statistic by period."""
    first = metric.statistics[0].value
    return {
        key: value.summary.value for (key, name), value in values(told, metric, grain, stream).items() if name == first
    }


def case(name: str, begun: str, days: float) -> list[Row]:
    """A case of two instants: it begins, and is done so many days later."""
    at = dt.datetime.fromisoformat(begun)
    return [(name, "Begin", at.isoformat()), (name, "Done", (at + dt.timedelta(days=days)).isoformat())]


def test_those_kept_elsewhere_are_kept() -> None:
    """Each has its own test, which says so in its sentence."""
    assert all((test.__doc__ or "").strip() for test in ELSEWHERE.values())


# One busy interval of 10 s must not give cycle time 0: a process-mining library forgot the last busy block.


def worked(*spells: tuple[str, str]) -> list[Row]:
    """One case whose work was told at both ends."""
    told: list[Row] = []
    for number, (start, end) in enumerate(spells):
        step = "Done" if number == len(spells) - 1 else "Work"
        for lifecycle, at in (("start", start), ("complete", end)):
            told.append(("c1", step, at, {"lifecycle": lifecycle, "activity_id": f"a{number}"}))
    return told


def test_one_busy_interval_of_ten_seconds_is_not_nothing() -> None:
    """One execution of ten seconds: flow time is ten seconds, and all of it is touch."""
    told = worked(("2026-01-05T09:00:00", "2026-01-05T09:00:10"))
    assert numbers(told, FLOW_TIME)["all"] == pytest.approx(10 * SECOND)
    assert numbers(told, FLOW_EFFICIENCY)["all"] == 1
    (step,) = Log(made_stream(), told).steps()
    assert step["touch_hours"] == pytest.approx(10 / 3600)


def test_the_last_of_two_busy_intervals_counts() -> None:
    """Ten seconds and thirty with twenty between: forty of sixty seconds were touch, none of them forgotten."""
    told = worked(("2026-01-05T09:00:00", "2026-01-05T09:00:10"), ("2026-01-05T09:00:30", "2026-01-05T09:01:00"))
    assert numbers(told, FLOW_TIME)["all"] == pytest.approx(60 * SECOND)
    assert numbers(told, FLOW_EFFICIENCY)["all"] == pytest.approx(40 / 60)


def test_instants_have_no_touch_time_rather_than_none_of_it() -> None:
    """A log that tells only when steps were done tells no work: no data, never an efficiency of 0."""
    value = values(case("c1", "2026-01-05", 1), FLOW_EFFICIENCY)["all", "share"].summary
    assert value.value is None and value.reason
    assert [step["touch_hours"] for step in Log(made_stream(), case("c1", "2026-01-05", 1)).steps()] == [None, None]


# Medians at n = 1, 2


def test_the_median_of_one_is_it() -> None:
    """One case of three days: every percentile and the mean are three days, and no interval is made up."""
    found = values(case("c1", "2026-01-05", 3), FLOW_TIME)
    assert {name: found["all", name].summary.value for name in ("p50", "p85", "p90", "mean")} == {
        "p50": 3, "p85": 3, "p90": 3, "mean": 3,
    }  # fmt: skip
    assert all((one.summary.n, one.summary.low, one.summary.high) == (1, None, None) for one in found.values())


def test_the_median_of_two_lies_between_them() -> None:
    """One and four days: the median is two and a half, not the upper or the lower of the two."""
    assert numbers(case("a", "2026-01-05", 1) + case("b", "2026-01-05", 4), FLOW_TIME)["all"] == pytest.approx(2.5)


# A month window that starts on the 31st: subtracting a month from the 31st lost days of others.


def test_a_month_window_that_starts_on_the_31st_loses_nothing() -> None:
    """Work of the last day of each month is in that month, from a first event on the 31st of January on."""
    last_days = ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
    told = [row for number, day in enumerate(last_days) for row in case(f"c{number}", day, number / 24)]
    found = values(told, FLOW_TIME, "month")
    means = [one.summary.value for (_, name), one in found.items() if name == "mean"]
    assert means == [pytest.approx(number / 24) for number in range(4)]
    assert list(numbers(told, FLOW_TIME, "month")) == ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert sum(one.summary.n for (_, name), one in found.items() if name == "mean") == len(last_days)


def test_before_a_month_that_ends_on_the_31st_is_a_whole_month() -> None:
    """March is held against all of February, whose 31st there never was."""
    told = case("feb", "2026-02-01", 0.5) + case("mar", "2026-03-31", 0.5)
    stream = made_stream()
    database = told_streams([Log(stream, told)])
    march, *_ = evaluate_period(database, FLOW_TIME, stream, parse_period("2026-03"))
    assert march.verdict is Verdict.TOO_FEW  # there is a value before: the first of February is not lost
    before = previous(march.period)
    assert before is not None and (before.first_on, before.until_on) == (DAY(2026, 2, 1), DAY(2026, 3, 1))


# "Automation rate" by duration (< 1 h) is not automation: a vendor counts every fast step as automated.


def handed(*steps: tuple[str, str, str], stream: Stream | None = None) -> float | None:
    told: list[Row] = [("c1", step, at, {"performer": who}) for step, who, at in steps]
    return numbers(told, HANDOFF_RATIO, stream=stream or KINDS)["all"]


KINDS = made_stream(
    performers={
        "kinds": [{"kind": "human", "performers": ["Ann", "Bob"]}, {"kind": "system", "performers": ["x", "y", "z"]}]
    }
)


def test_a_fast_person_is_not_automation() -> None:
    """A person who takes one second between two systems makes both handoffs manual: none is automated."""
    steps = [("Begin", "x", "Mon 09:00"), ("Check", "Ann", "2026-01-05T09:00:01"), ("Done", "y", "2026-01-05T09:00:02")]
    assert handed(*steps) == 0


def test_a_slow_system_is_automation() -> None:
    """Systems that hand over once a week are automated all the same: what counts is who, never how fast."""
    steps = [
        ("Begin", "x", "Mon 09:00"),
        ("Check", "y", "+1 Mon 09:00"),
        ("Pack", "Ann", "+2 Mon 09:00"),
        ("Done", "Ann", "+3 Mon 09:00"),
    ]
    assert handed(*steps) == 1
    fast = [(step, who, f"2026-01-05T09:00:0{place}") for place, (step, who, _) in enumerate(steps)]
    assert handed(*fast) == 1


# One rate, three formulas: 64.07 / 65.45 / 65.51 % of one vendor's community for one automation rate.


def rework_log() -> list[Row]:
    """Four cases: right, with a loop, rejected, and open; by the formula, 1 of 2, 1 of 3 or 1 of 4 is right."""
    return [
        *case("right", "2026-01-05", 1),
        ("loop", "Begin", "Mon 09:00"), ("loop", "Begin", "Mon 10:00"), ("loop", "Done", "Tue 09:00"),
        ("no", "Begin", "Mon 09:00"), ("no", "No", "Tue 09:00"),
        ("open", "Begin", "Mon 09:00"),
    ]  # fmt: skip


def test_one_rate_has_one_formula_wherever_it_is_read() -> None:
    """The value, the row that is published, what a program is told and the query by hand agree to the last digit."""
    stream = made_stream(
        outcomes=[{"name": "done", "steps": ["Done"]}, {"name": "no", "kind": "rejected", "steps": ["No"]}]
    )
    database = told_streams([Log(stream, rework_log())])
    (value,) = evaluate_period(database, FIRST_TIME_RIGHT, stream, parse_period("2026-01"))
    by_hand = database.execute(value_sql(FIRST_TIME_RIGHT, stream, value.period)).fetchall()
    assert value.summary.value == value.as_row()["value"] == value.as_fact()["value"] == 1 / 2
    assert by_hand == [(2, 1 / 2)]
    assert value.as_row()["definition_version"] == value.as_fact()["definition_version"] == FIRST_TIME_RIGHT.version


@pytest.mark.parametrize("metric", CATALOG, ids=lambda metric: metric.key)
def test_every_metric_says_by_one_formula_what_is_divided(metric: Metric) -> None:
    """A share says in its own SQL what it is of: no row's base is anything but what Σamount is divided by."""
    stream = made_stream()
    database = told_streams([Log(stream, rework_log())])
    for value in evaluate(database, metric, stream, ["all"]):
        if value.summary.value is not None and value.summary.statistic is Statistic.SHARE:
            n, share = database.execute(value_sql(metric, stream, value.period)).fetchall()[0][:2]
            assert (value.summary.n, value.summary.value) == (n, pytest.approx(share, abs=1e-12))


# No data is no data, never 0: a week without deliveries is not the best week ever.


def test_a_week_without_deliveries_is_not_the_best_week_ever() -> None:
    """A week in which nothing was delivered has no value and a reason; the week after is not judged against it."""
    told = case("a", "2026-01-05", 1) + case("b", "2026-01-19", 2)
    for name in ("p50", "p90", "mean"):
        found = {key: one for (key, statistic), one in values(told, FLOW_TIME, "week").items() if statistic == name}
        assert list(found) == ["2026-W02", "2026-W03", "2026-W04"]
        assert [one.summary.value for one in found.values()] == [1, None, 2]
        assert found["2026-W03"].summary.reason and found["2026-W03"].summary.n == 0
        assert [one.verdict for one in found.values()] == [Verdict.NO_BASELINE, Verdict.NO_DATA, Verdict.NO_BASELINE]


@pytest.mark.parametrize("metric", CATALOG, ids=lambda metric: metric.key)
def test_no_metric_makes_nothing_of_a_period_without_data(metric: Metric) -> None:
    """In a month in which nothing happened, no metric has a value, and each says why."""
    told = case("a", "2026-01-05", 1) + case("b", "2026-03-19", 2)
    empty = [one for (key, _), one in values(told, metric, "month").items() if key == "2026-02"]
    assert len(empty) == len(metric.statistics)
    assert all(one.summary.value is None and one.summary.reason for one in empty)
    assert {one.verdict for one in empty} == {Verdict.NO_DATA}


# Percentiles are never averaged: not over months, nor over teams.


def test_a_quarter_is_not_the_mean_of_its_months() -> None:
    """One case of one day in January, nine of eleven in February: the median is eleven, not six."""
    told = case("one", "2026-01-05", 1) + [row for n in range(9) for row in case(f"c{n}", "2026-02-01", 11)]
    assert numbers(told, FLOW_TIME, "month") == {"2026-01": 1, "2026-02": 11}
    assert numbers(told, FLOW_TIME, "quarter") == {"2026-Q1": 11}


def test_all_is_not_the_mean_of_its_segments() -> None:
    """The same over segments: the whole is read from all its cases, never from the numbers of its parts."""
    stream = made_stream(segments={"size": {"attribute": "size"}})
    told: list[Row] = []
    for number, days in enumerate([1, *[11] * 9]):
        begin, done = case(f"c{number}", "2026-01-05", days)
        told += [(*begin[:3], {"attributes": {"size": "S" if days == 1 else "L"}}), done]
    database = told_streams([Log(stream, told)])
    by_size = {
        v.dimensions["size"]: v.summary.value
        for v in evaluate(database, FLOW_TIME, stream, ["all"], ("size",))
        if v.summary.statistic is Statistic.P50
    }
    whole = [
        v.summary.value for v in evaluate(database, FLOW_TIME, stream, ["all"]) if v.summary.statistic is Statistic.P50
    ]
    assert (by_size, whole) == ({"S": 1, "L": 11}, [11])


# Periods come from a date spine, not from interval subtraction.


def test_periods_come_from_a_spine() -> None:
    """Every week, month and quarter between the first day and the last is there once, with or without data."""
    told = case("a", "2025-10-31", 0) + case("b", "2026-03-31", 0)
    assert list(numbers(told, FLOW_TIME, "month")) == ["2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03"]
    assert list(numbers(told, FLOW_TIME, "quarter")) == ["2025-Q4", "2026-Q1"]
    weeks = spine(DAY(2025, 10, 31), DAY(2026, 3, 31), "week")
    assert list(numbers(told, FLOW_TIME, "week")) == [week.key for week in weeks]
    assert {week.days for week in weeks} == {7}


def test_the_quarter_before_the_31st_of_may_is_the_first() -> None:
    """Three months before the 31st of May is no day; the quarter before it is January to March all the same."""
    before = previous(parse_period("2026-Q2"))
    assert before is not None and (before.first_on, before.until_on) == (DAY(2026, 1, 1), DAY(2026, 4, 1))
