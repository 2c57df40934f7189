"""What stands behind a number adds up, is the same every time, and can be had by hand."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given

from metrics.catalog import CATALOG
from metrics.cost.cost_per_transaction import COST_PER_TRANSACTION
from metrics.evaluate import evaluate_period
from metrics.explain.accounts import COUNTED, Account, account_of_period, accounts_of_stream, further_accounts
from metrics.explain.explanation import Explanation, explain
from metrics.explain.hand_sql import value_sql
from metrics.explain.influence import influences
from metrics.failure.failure_containment_time import FAILURE_CONTAINMENT_TIME
from metrics.flow.flow_time import FLOW_TIME
from metrics.flow.flow_time_started import FLOW_TIME_STARTED
from metrics.handoff.handoff_ratio import HANDOFF_RATIO
from metrics.metric import Metric
from metrics.periods import Period
from metrics.published import STREAMS
from metrics.quality.first_time_right import FIRST_TIME_RIGHT
from tests.metrics.builder import STREAM, World
from tests.metrics.worlds import CaseRow, case_rows, few, world_of_cases

# The days 20 to 40 of the made world: some cases end before, some after.
PERIOD = Period(dt.date(2026, 1, 24), dt.date(2026, 2, 13), "middle", "month")
FIRST, UNTIL = 20, 40
EVERY = pytest.mark.parametrize("metric", CATALOG, ids=lambda metric: metric.key)


def _world() -> World:
    """A hundred cases over sixty days, of every kind, with steps, failures and costs."""
    world = World()
    for number in range(100):
        begun = number * 0.6
        ended = None if number % 9 == 0 else begun + (number * 7 % 13) / 2
        kind = None if ended is None else "cancelled" if number % 7 == 0 else "completed"
        world.case(
            f"c{number}", begun, ended, outcome_kind=kind, segments={"size": "SML"[number % 3]},
            release_at_trigger=str(number // 40), automated_handoffs=number % 3, manual_handoffs=number % 4,
            unknown_handoffs=number % 2, loops=number % 5 == 0, allowed_repeats=number % 6 == 0,
        )  # fmt: skip
        world.steps(f"c{number}", ("ann", "human"), ("bob", "human"), ("ann", "human"), day=begun)
        world.failure(f"f{number}", begun, ended, remediated=ended, severity=number % 3)
        world.cost(f"{number}.25", day=begun, case_id=f"c{number}", cost_class=("people", "compute")[number % 2])
    world.connection.execute(STREAMS.ddl())
    return world


def _explain(world: World, metric: Metric = FLOW_TIME, period: Period = PERIOD) -> Explanation:
    return explain(world.connection, metric, STREAM, period)


def _lines(account: Account) -> dict[str, int]:
    return {line.what: line.count for line in account.lines}


# Accounts


@EVERY
def test_every_account_adds_up(metric: Metric) -> None:
    """Of every metric the lines of each account add up to the whole, and what is counted is n."""
    found = _explain(_world(), metric)
    for account in (*found.accounts, *found.beyond):
        assert sum(line.count for line in account.lines) == account.total
    assert found.accounts[0].counted == found.headline.summary.n


@few
@given(rows=case_rows)
def test_cases_in_hand_oracle(rows: list[CaseRow]) -> None:
    """The lines of flow time agree with a loop over the cases that were in hand during the period."""
    counted: Counter[str] = Counter()
    for begun, ended, kind, *_ in rows:
        if kind is None:
            if begun < UNTIL:
                counted["still open at the newest event"] += 1
        elif min(begun, ended) < UNTIL and ended >= FIRST:
            counted[_reason_of(begun, ended, kind)] += 1
    account = account_of_period(world_of_cases(rows).connection, FLOW_TIME, STREAM, PERIOD)
    assert _lines(account) == dict(counted)
    assert account.total == sum(counted.values())


def _reason_of(begun: float, ended: float, kind: str) -> str:
    if ended >= UNTIL:
        return "finished after the period"
    if kind != "completed":
        return f"ended otherwise: {kind}"
    return COUNTED if ended >= begun else "finished before it was triggered: the times are wrong"


def test_open_work_counts_as_at_least_this_long() -> None:
    """Where open work is counted its line says how, and belongs to the counted."""
    world = World().case("done", 20.5, 22.0).case("open", 21.0).case("off", 22.0, 23.0, outcome_kind="cancelled")
    account = account_of_period(world.connection, FLOW_TIME_STARTED, STREAM, PERIOD)
    assert _lines(account) == {
        COUNTED: 1,
        "counted as at least this long: still open at the newest event": 1,
        "counted as at least this long: ended otherwise: cancelled": 1,
    }
    assert account.counted == 3


def test_failures_in_hand() -> None:
    """An episode that is open, ends later or ends before it began is told beside those counted."""
    world = World().failure("a", 21, 22).failure("b", 21).failure("c", 30, 50).failure("d", 30, 29).failure("e", 1, 2)
    account = account_of_period(world.connection, FAILURE_CONTAINMENT_TIME, STREAM, PERIOD)
    assert _lines(account) == {
        COUNTED: 1, "not steady at the newest event": 1, "steady after the period": 1,
        "steady before it was detected: the times are wrong": 1,
    }  # fmt: skip


def test_handoffs_of_unknown_kind_are_told() -> None:
    """Unknown kinds of performer are a line of the handoffs, and a case without handoffs is not in n."""
    world = World().case("a", 20.0, 21.0, automated_handoffs=2, manual_handoffs=3, unknown_handoffs=4)
    world.case("b", 20.0, 21.0)
    cases, handoffs = _explain_accounts(world, HANDOFF_RATIO)
    assert _lines(cases) == {COUNTED: 1, "adds nothing to either sum": 1}
    assert _lines(handoffs) == {"automated": 2, "manual": 3, "unknown kind of performer: in neither sum": 4}
    assert (handoffs.total, handoffs.counted) == (9, 5)


def test_what_the_allow_list_overlooked_is_told() -> None:
    """Cases that are right only because a repeat is allowed are counted apart."""
    world = World().case("a", 20.0, 21.0).case("b", 20.0, 21.0, allowed_repeats=1).case("c", 20.0, 21.0, loops=1)
    _, allowed = _explain_accounts(world, FIRST_TIME_RIGHT)
    assert list(_lines(allowed).values()) == [1, 1, 1]
    assert allowed.of == "counted cases; without the list the share is 33.3 %"
    _, nothing = _explain_accounts(World().case("a", 20.0, 21.0), FIRST_TIME_RIGHT)
    assert nothing.of == "counted cases"


def test_cost_without_a_rate_is_told() -> None:
    """A row of cost that no rate covers is a line of its own, not counted."""
    world = World().case("c1", 20.0, 21.0).cost("5.00", day=21.0).cost(None, day=22.0, driver="other")
    cases, rows = _explain_accounts(world, COST_PER_TRANSACTION)
    assert _lines(cases) == {COUNTED: 1}
    assert _lines(rows) == {"people, measured": 1, "no rate or bill for the day: blocks the number": 1}
    assert rows.counted == 1


def _explain_accounts(world: World, metric: Metric) -> list[Account]:
    at = (world.connection, metric, STREAM, PERIOD)
    return [account_of_period(*at), *further_accounts(*at)]


def test_rows_of_no_known_population_are_the_whole() -> None:
    """A metric whose subjects are no cases, or have several rows each, gets its rows as the whole."""
    world = World().case("a", 20.0, 21.0).case("b", 20.0, 22.0)
    for subject in ("'x' || case_id", "'a'"):
        odd = replace(FLOW_TIME, sql=FLOW_TIME.sql.replace("case_id AS subject", f"{subject} AS subject"))
        account = account_of_period(world.connection, odd, STREAM, PERIOD)
        assert (account.of, account.total, account.counted) == ("rows of the period", 2, 2)


def test_what_is_in_no_number_of_the_stream() -> None:
    """Cases without a trigger and quarantined rows are told with their counts."""
    world = World()
    world.connection.execute(STREAMS.ddl())
    assert accounts_of_stream(world.connection, STREAM) == []
    world.connection.execute(
        "INSERT INTO streams (stream, cases, untriggered_cases, events, quarantined) VALUES ('made', 8, 2, 90, 10)"
    )
    cases, rows = accounts_of_stream(world.connection, STREAM)
    assert (cases.total, cases.counted, rows.total, rows.counted) == (10, 8, 100, 90)


# The number by hand


@EVERY
def test_the_query_by_hand_gives_the_values(metric: Metric) -> None:
    """One plain query gives n and every statistic as reported."""
    world = _world()
    n, *found = world.connection.execute(value_sql(metric, STREAM, PERIOD)).fetchall()[0]
    summaries = [value.summary for value in evaluate_period(world.connection, metric, STREAM, PERIOD)]
    values = [summary.value for summary in summaries]
    assert found == [None if value is None else pytest.approx(value, rel=1e-12) for value in values]
    assert {n} == {summary.n for summary in summaries}


@EVERY
def test_no_data_by_hand(metric: Metric) -> None:
    """Where nothing was observed the query gives NULL, and the explanation a reason, no sample and no influence."""
    world = World()
    world.connection.execute(STREAMS.ddl())
    n, *found = world.connection.execute(value_sql(metric, STREAM, PERIOD)).fetchall()[0]
    assert (n, set(found)) == (0, {None})
    nothing = _explain(world, metric)
    assert all(value.summary.value is None and value.summary.reason for value in nothing.values)
    assert (nothing.sample, nothing.influences, nothing.accounts[0].total) == ((), (), 0)


# What would change it most


def test_leaving_one_out_oracle() -> None:
    """The headline without a segment is that of the other cases alone, and its share that of its cases."""
    world = World()
    for number in range(90):
        world.case(f"c{number}", 21, 22 + number % 3 * 2, segments={"size": "SML"[number % 3]})
    found = [one for one in influences(world.connection, FLOW_TIME, STREAM, PERIOD) if one.dimension == "size"]
    assert {one.label: (one.without, one.n) for one in found} == {"S": (5, 30), "M": (5, 30), "L": (3, 30)}
    assert [one.label for one in found] == ["L", "M", "S"]
    assert {one.change for one in found} == {0, -2}
    assert all(one.share == pytest.approx(1 / 3) for one in found)


def test_too_few_left_say_nothing() -> None:
    """A part whose leaving out leaves fewer than thirty is passed over."""
    world = World()
    for number in range(60):
        world.case(f"c{number}", 21, 22, segments={"size": "S" if number < 31 else "L"})
    found = influences(world.connection, FLOW_TIME, STREAM, PERIOD)
    assert [(one.dimension, one.label) for one in found] == [("size", "L")]


def test_a_class_of_cost_has_no_share_of_n() -> None:
    """A class of cost is borne by no case of n: its share of the amount is told instead."""
    found = _explain(_world(), COST_PER_TRANSACTION).influences
    assert found == () or all(one.n is None for one in found)
    whole = Period(dt.date(2026, 1, 1), dt.date(2026, 3, 31), "whole", "quarter")
    found = _explain(_world(), COST_PER_TRANSACTION, whole).influences
    assert [(one.n, one.share) for one in found] == [(None, None)] * 2
    assert sum(one.amount_share or 0 for one in found) == pytest.approx(1)
