"""The parts of an explanation one by one: subjects, words, accounts and influences, at their borders."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from metrics.catalog import CATALOG
from metrics.cost.cost_per_transaction import COST_PER_TRANSACTION
from metrics.explain.accounts import COUNTED, Account, account_of_period, further_accounts
from metrics.explain.explanation import explain
from metrics.explain.hand_sql import counts_open_work, in_words, value_sql
from metrics.explain.influence import MOST_VALUES, dimensions_of, influences
from metrics.explain.populations import population_of
from metrics.explain.sample import AT_RANDOM, OF_EACH, sample
from metrics.explain.subjects import Subject, read_subjects, rows_sql
from metrics.failure.open_failures import OPEN_FAILURES
from metrics.flow.completion_rate import COMPLETION_RATE
from metrics.flow.flow_time import FLOW_TIME
from metrics.flow.flow_time_started import FLOW_TIME_STARTED
from metrics.handoff.handoff_ratio import HANDOFF_RATIO
from metrics.handoff.ping_pong_rate import PING_PONG_RATE
from metrics.handoff.step_pairs import STEP_PAIRS
from metrics.metric import Metric, Statistic
from metrics.periods import Period
from metrics.published import STREAMS
from metrics.quality.first_time_right import FIRST_TIME_RIGHT
from metrics.quality.rework_rate import REWORK_RATE
from tests.metrics.builder import STREAM, World

D = dt.date
# Days 20 to 40 of the made world: 2026-01-24 to before 2026-02-13.
PERIOD = Period(D(2026, 1, 24), D(2026, 2, 13), "middle", "month")


def lines(account: Account) -> list[tuple[str, int, bool]]:
    return [(line.what, line.count, line.is_counted) for line in account.lines]


def account(world: World, metric: Metric) -> Account:
    return account_of_period(world.connection, metric, STREAM, PERIOD)


# Subjects


def test_the_rows_of_a_period_are_half_open() -> None:
    """A case of the first day of the period is in it, one of the day after the last is not."""
    world = World().case("before", 1, 19.9).case("first", 1, 20.0).case("last", 1, 39.9).case("after", 1, 40.0)
    found = read_subjects(world.connection, FLOW_TIME, STREAM, PERIOD)
    assert found == [
        Subject("first", D(2026, 1, 24), 19.0, 1.0, True),
        Subject("last", D(2026, 2, 12), pytest.approx(38.9), 1.0, True),
    ]  # fmt: skip


def test_only_the_row_of_all_kinds_stands_for_a_case() -> None:
    """A metric that tells a case once for each kind has one row a case here, on the printed query too."""
    world = World().case("a", 21.0, 22.0, loops=1)
    assert [one.subject for one in read_subjects(world.connection, REWORK_RATE, STREAM, PERIOD)] == ["a"]
    assert len(world.connection.execute(rows_sql(REWORK_RATE, STREAM, PERIOD)).fetchall()) == 1


def test_the_subjects_of_a_cost_are_the_cases_that_caused_it() -> None:
    """Each case with the sum of its rows in the period; unknown when one of them is; idle cost is nobody's."""
    world = World()
    world.cost("1.50", 20.0, case_id="b").cost("2", 39.9, case_id="b").cost("9", 19.9, case_id="b").cost(
        "9", 40.0, case_id="b"
    )
    world.cost("1", 25.0, case_id="a").cost(None, 24.0, case_id="a").cost("7", 25.0, case_id=None)
    world.cost("8", 25.0, case_id="x", stream="other")
    assert read_subjects(world.connection, COST_PER_TRANSACTION, STREAM, PERIOD) == [
        Subject("a", D(2026, 1, 29), None, 1, False), Subject("b", D(2026, 2, 12), 3.5, 1, True),
    ]  # fmt: skip


# Words


def test_each_statistic_in_words() -> None:
    """Percentiles say how they lie between two observations, or on the curve where open work counts."""
    assert in_words(FLOW_TIME, Statistic.P90) == (
        "the time within which 9 in 10 were done; between two observations along a straight line"
    )
    assert in_words(FLOW_TIME_STARTED, Statistic.P50).endswith("where open work counts as 'at least this long'")
    assert in_words(FLOW_TIME, Statistic.MEAN) == "the sum of all times divided by their number"
    assert all(in_words(metric, statistic) for metric in CATALOG for statistic in metric.statistics)


def test_only_durations_of_started_work_count_open_work() -> None:
    """A share of started work, and a duration of finished work, do not."""
    assert [counts_open_work(metric) for metric in (FLOW_TIME_STARTED, FLOW_TIME, PING_PONG_RATE)] == [
        True,
        False,
        False,
    ]


# Accounts


def test_what_a_metric_could_have_counted() -> None:
    """The population is that of the table and the day a metric reads; a cost is divided by cases."""
    tables = {FLOW_TIME: "cases", OPEN_FAILURES: "failures", STEP_PAIRS: "steps", COST_PER_TRANSACTION: "cases"}
    assert {metric.key: found.table for metric in tables if (found := population_of(metric))} == {
        metric.key: table for metric, table in tables.items()
    }
    assert population_of(replace(FLOW_TIME, sql="SELECT 1")) is None
    assert population_of(replace(FLOW_TIME, needs=("steps",))) is None


def test_steps_and_open_failures_have_their_own_wholes() -> None:
    """The first step of a case has none before it; failures count by the day they were detected."""
    world = World().case("a", 20.0, 21.0).steps("a", ("ann", "human"), ("bob", "human"), day=20.0)
    world.steps("b", ("ann", "human"), day=50.0)
    found = account(world, STEP_PAIRS)
    assert (found.of, lines(found)) == (
        "steps of the period", [(COUNTED, 1, True), ("first step of its case: no step before it", 1, False)],
    )  # fmt: skip
    world.failure("f", 20.0).failure("g", 39.9, 41.0).failure("h", 40.0).failure("i", 19.9)
    found = account(world, OPEN_FAILURES)
    assert (found.of, found.total, found.counted) == ("failure episodes detected in the period", 2, 2)


def test_cases_started_in_the_period() -> None:
    """Half-open at both ends; each case that is not counted says why, the most frequent reason first."""
    world = (
        World().case("first", 20.0, 21.0).case("last", 39.9, 41.0).case("after", 40.0, 41.0).case("before", 19.9, 21.0)
    )
    world.case("wrong", 25.0, 24.0).case("open", 25.0).case("other", 25.0, 26.0, outcome_kind="rejected")
    found = account(world, FLOW_TIME_STARTED)
    assert found.of == "cases triggered in the period"
    open_work, rejected, wrong = (
        ("counted as at least this long: still open at the newest event", 1, True),
        ("counted as at least this long: ended otherwise: rejected", 1, True),
        ("finished before it was triggered: the times are wrong", 1, False),
    )
    assert lines(found)[0] == (COUNTED, 2, True)
    assert sorted(lines(found)[1:]) == sorted([open_work, rejected, wrong])
    assert lines(found)[-1] == wrong


def test_lines_that_are_not_counted_come_last_and_the_largest_first() -> None:
    """Counted first; then by how many; equals by their words."""
    world = World().case("done", 20.0, 21.0)
    for number in range(2):
        world.case(f"open{number}", 22.0)
    world.case("c", 22.0, 23.0, outcome_kind="cancelled").case("late", 22.0, 45.0)
    assert lines(account(world, FLOW_TIME)) == [
        (COUNTED, 1, True), ("still open at the newest event", 2, False), ("ended otherwise: cancelled", 1, False),
        ("finished after the period", 1, False),
    ]  # fmt: skip


def test_what_moves_neither_sum_is_not_counted() -> None:
    """A case without a handoff is told apart from those that have one; of shares every case counts, also as 0."""
    world = (
        World()
        .case("a", 20.0, 21.0, manual_handoffs=1)
        .case("b", 20.0, 21.0)
        .case("c", 20.0, 21.0, automated_handoffs=1)
    )
    assert lines(account(world, HANDOFF_RATIO)) == [(COUNTED, 2, True), ("adds nothing to either sum", 1, False)]
    assert lines(account(world, FIRST_TIME_RIGHT)) == [(COUNTED, 3, True)]


def test_a_cost_is_divided_by_cases_and_told_by_rows() -> None:
    """Its account is of cases, its further one of rows of cost by class and basis, those that block last."""
    world = World().case("a", 20.0, 21.0).case("b", 20.0, 45.0)
    world.cost("1", 20.0).cost("1", 39.9).cost("1", 40.0).cost("1", 19.9).cost(
        "1", 25.0, cost_class="licence", basis="idle"
    )
    world.cost(None, 25.0).cost("1", 25.0, stream="other")
    assert lines(account(world, COST_PER_TRANSACTION)) == [(COUNTED, 1, True), ("finished after the period", 1, False)]
    (rows,) = further_accounts(world.connection, COST_PER_TRANSACTION, STREAM, PERIOD)
    assert lines(rows) == [
        ("licence, idle", 1, True), ("people, measured", 2, True),
        ("no rate or bill for the day: blocks the number", 1, False),
    ]  # fmt: skip


def test_further_accounts_are_of_the_cases_of_the_period() -> None:
    """Handoffs and allowed repeats are summed over the cases counted in the period, and over no other's."""
    world = World().case("a", 20.0, 21.0, manual_handoffs=3, automated_handoffs=2, unknown_handoffs=1)
    world.case("b", 20.0, 21.0, manual_handoffs=4, allowed_repeats=2).case("late", 20.0, 45.0, manual_handoffs=50)
    world.case("x", 20.0, 21.0, manual_handoffs=70, stream="other").case("bad", 20.0, 21.0, loops=1)
    (handoffs,) = further_accounts(world.connection, HANDOFF_RATIO, STREAM, PERIOD)
    assert [line.count for line in handoffs.lines] == [2, 7, 1]
    (allowed,) = further_accounts(world.connection, FIRST_TIME_RIGHT, STREAM, PERIOD)
    assert [line.count for line in allowed.lines] == [1, 1, 1]
    (nothing,) = further_accounts(World().connection, HANDOFF_RATIO, STREAM, PERIOD)
    assert [line.count for line in nothing.lines] == [0, 0, 0]


# By hand


def test_n_by_hand_is_what_is_counted() -> None:
    """Cases without a handoff are not in n of a ratio; n of a cost is of cases; a missing rate gives no value."""
    world = (
        World()
        .case("a", 20.0, 21.0, manual_handoffs=1)
        .case("b", 20.0, 21.0)
        .case("c", 20.0, 21.0, automated_handoffs=2)
    )
    assert world.connection.execute(value_sql(HANDOFF_RATIO, STREAM, PERIOD)).fetchall() == [(2, 2.0)]
    world.cost("6", 25.0).cost("3", 25.0, cost_class="licence")
    by_hand = value_sql(COST_PER_TRANSACTION, STREAM, PERIOD)
    assert world.connection.execute(by_hand).fetchall() == [(3, 3.0)]
    world.cost(None, 25.0)
    assert world.connection.execute(by_hand).fetchall() == [(3, None)]


# Influences


def of_sizes(sizes: str, days: dict[str, float]) -> World:
    world = World()
    for number, size in enumerate(sizes):
        world.case(f"c{number}", 21, 21 + days[size], segments={"size": size})
    return world


def test_the_greatest_change_comes_first() -> None:
    """Whatever its sign; what is left out says how many it was, and its part of all."""
    found = influences(
        of_sizes("A" * 40 + "B" * 30 + "C" * 50, {"A": 5, "B": 9, "C": 3}).connection, FLOW_TIME, STREAM, PERIOD
    )
    assert [abs(one.change) for one in found] == sorted((abs(one.change) for one in found), reverse=True)
    assert {one.label: one.n for one in found} == {"A": 40, "B": 30, "C": 50}
    assert {one.label: one.share for one in found} == pytest.approx({"A": 40 / 120, "B": 30 / 120, "C": 50 / 120})
    assert all(one.amount_share is None for one in found)
    assert all(one.change == pytest.approx(one.without - 9) for one in found)


def test_thirty_must_remain() -> None:
    """With thirty left a number is read, with twenty-nine there are too few to say."""
    found = influences(of_sizes("A" * 30 + "B" * 30, {"A": 5, "B": 9}).connection, FLOW_TIME, STREAM, PERIOD)
    assert sorted(one.label or "" for one in found) == ["A", "B"]
    found = influences(of_sizes("A" * 29 + "B" * 31, {"A": 5, "B": 9}).connection, FLOW_TIME, STREAM, PERIOD)
    assert [one.label for one in found] == ["A"]


def test_one_value_is_no_cut() -> None:
    """Where all cases bear the same value there is nothing to leave out."""
    assert influences(of_sizes("A" * 70, {"A": 5}).connection, FLOW_TIME, STREAM, PERIOD) == []


def test_what_decides_a_share_by_itself_is_no_news() -> None:
    """Of a completion rate, the outcome; a size that only leans is told."""
    world = World()
    for number in range(120):
        is_done = number % 3 > 0
        world.case(
            f"c{number}",
            21,
            22,
            outcome_kind="completed" if is_done else "rejected",
            segments={"size": "SL"[number % 2]},
        )
    found = influences(world.connection, COMPLETION_RATE, STREAM, PERIOD)
    assert {one.dimension for one in found} == {"size"}


def test_parts_of_a_ratio_have_a_share_of_its_amount() -> None:
    """Of automated handoffs, one size has three in four."""
    world = World()
    for number in range(100):
        world.case(
            f"c{number}",
            21,
            22,
            manual_handoffs=1,
            automated_handoffs=3 - number % 2 * 2,
            segments={"size": "SL"[number % 2]},
        )
    found = {
        one.label: one for one in influences(world.connection, HANDOFF_RATIO, STREAM, PERIOD) if one.dimension == "size"
    }
    assert {label: one.amount_share for label, one in found.items()} == pytest.approx({"S": 0.75, "L": 0.25})
    assert {label: one.without for label, one in found.items()} == pytest.approx({"S": 1, "L": 3})


def test_only_the_largest_values_are_left_out() -> None:
    """Of more values than are looked at, the smallest is passed over."""
    world = World()
    for number in range(2 * MOST_VALUES + 3):
        world.case(f"c{number}", 21, 22 + number % 2, segments={"size": f"s{number // 2:02d}"})
    labels = {one.label for one in influences(world.connection, FLOW_TIME, STREAM, PERIOD) if one.dimension == "size"}
    assert len(labels) == MOST_VALUES == 50
    assert f"s{MOST_VALUES + 1}" not in labels


def test_the_dimensions_that_are_cut_by() -> None:
    """A metric's own and the stream's segments, each once, less the one that tells a case many times."""
    assert dimensions_of(FLOW_TIME, STREAM) == (*FLOW_TIME.dimensions, "size")
    assert dimensions_of(COST_PER_TRANSACTION, STREAM) == ("cost_class",)
    assert "rework_kind" not in dimensions_of(REWORK_RATE, STREAM) and "size" in dimensions_of(REWORK_RATE, STREAM)


# Samples


def test_a_sample_of_costs_and_ratios() -> None:
    """The cheapest, the dearest and those nearest; of ratios, the largest amounts and the largest bases; three each."""
    many = [Subject(f"c{number:02d}", D(2026, 1, 1), float(number), float(-number), True) for number in range(40)]
    found = sample(many, "currency", 20.0, "seed")
    by_why = {
        why: [one.subject.amount for one in found if one.why == why] for why in dict.fromkeys(one.why for one in found)
    }
    assert by_why.pop("at random") and by_why == {
        "cheapest": [0, 1, 2], "dearest": [39, 38, 37], "nearest the value": [20, 19, 21],
    }  # fmt: skip
    found = sample(many, "ratio", 20.0, "seed")
    assert [one.subject.amount for one in found if one.why == "largest amount"] == [39, 38, 37]
    assert [one.subject.base for one in found if one.why == "largest base"] == [0, -1, -2]
    assert len(found) == 2 * OF_EACH + AT_RANDOM


def test_equal_subjects_are_told_in_their_own_order() -> None:
    """Equals come by name, then by day, whatever order they arrived in."""
    many = [Subject(name, D(2026, 1, day), 1.0, 1.0, True) for name in "ba" for day in (2, 1)]
    assert [(one.subject.subject, one.subject.observed_on.day) for one in sample(many, "days", 1.0, "s")[:3]] == [
        ("a", 1), ("a", 2), ("b", 1),
    ]  # fmt: skip


def test_an_explanation_shows_the_strongest_influences_only() -> None:
    """Eight at most, of however many values; what a program is told has every part by name."""
    world = World()
    for number in range(180):
        world.case(f"c{number}", 21, 22 + number % 18, segments={"size": f"s{number % 18}"})
    world.connection.execute(STREAMS.ddl())
    found = explain(world.connection, FLOW_TIME, STREAM, PERIOD)
    fact = found.as_fact()
    assert len(found.influences) == len(fact["would_change_it_most"]) == 8
    assert (found.headline.summary.statistic, found.headline.summary.n) == (Statistic.P90, 180)
    assert (fact["headline"], fact["period"], fact["definition"]["unit"]) == ("p90", "middle", "days")
    assert list(fact["definition"]["statistics"]) == ["p50", "p85", "p90", "mean"]
    assert fact["accounts"] == [{
        "of": "cases in hand during the period", "total": 180, "counted": 180,
        "lines": [{"what": COUNTED, "count": 180, "is_counted": True}],
    }]  # fmt: skip
    assert fact["beyond_the_period"] == []
    assert {"why", "subject", "amount", "base"} < set(fact["sample"][0])
    assert {"method", "reason", "value", "n"} < set(fact["values"][0])
