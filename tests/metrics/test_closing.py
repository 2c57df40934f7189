"""The record of a closed quarter reads back whole; values are told as closed; restatements have their reasons."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.catalog import CATALOG
from metrics.closing.closed import OPEN, Closed, closed_effect, published
from metrics.closing.record import (
    ClosedDefinition,
    ClosedQuarter,
    ClosedSum,
    ClosedSummary,
    periods_in,
    plain_rows,
    read_quarter,
    table_row,
)
from metrics.closing.restate import Cause, Restatement, Since, explained, is_same, restated_sums, restated_values
from metrics.closing.take import definitions_now, values_in
from metrics.cost.cost_per_transaction import COST_PER_TRANSACTION
from metrics.effects.periods import period_effects
from metrics.errors import MetricError
from metrics.evaluate import Value, evaluate
from metrics.flow.flow_time import FLOW_TIME
from metrics.metric import Metric, Verdict
from metrics.periods import parse_period
from metrics.published import CLOSED_QUARTERS, COST_BY_CLASS, METRIC_VALUES
from tests.metrics.builder import STREAM
from tests.metrics.effect_worlds import world_of

Q1, Q2 = parse_period("2026-Q1"), parse_period("2026-Q2")
METRICS = {metric.key: metric for metric in CATALOG}
AT = dt.datetime(2026, 4, 9, 10)


def values() -> list[Value]:
    """Flow time of three quarters that got faster after the first."""
    world = world_of(lambda day, _: 3.0 if day < 86 else 2.0, a_day=3, seed=4)
    return list(evaluate(world.connection, FLOW_TIME, STREAM, ("quarter",)))


VALUES = values()


def record(told: list[Value], costs: tuple[ClosedSum, ...] = ()) -> ClosedQuarter:
    """The first quarter, closed with these values."""
    of_quarter = [value for value in told if value.period == Q1]
    names = METRIC_VALUES.column_names
    rows = plain_rows(names, (tuple(map(value.as_row().get, names)) for value in of_quarter))
    summaries = tuple(ClosedSummary("flow_time", "quarter", Q1.key, "{}", value.summary) for value in of_quarter)
    return ClosedQuarter("made", Q1, AT, definitions_now(STREAM), {"metric_values": rows}, summaries, costs)


def row(value: float | None, n: int | None = 40, **more: object) -> dict[str, Any]:
    """A row of metric_values."""
    told = {"stream": "made", "metric": "flow_time", "statistic": "p50", "grain": "quarter", "period": Q1.key}
    return {**told, "dimensions": "{}", "value": value, "n": n, "unit": "days", **more}


def test_months_and_weeks_wholly_inside() -> None:
    """Of the first quarter of 2026: three months, the twelve weeks from Monday 5 January to 29 March, and itself."""
    found = periods_in(Q1)
    assert [period.key for period in found if period.grain == "month"] == ["2026-01", "2026-02", "2026-03"]
    weeks = [period for period in found if period.grain == "week"]
    assert (len(weeks), weeks[0].first_on, weeks[-1].until_on) == (12, dt.date(2026, 1, 5), dt.date(2026, 3, 30))
    assert found[-1] == Q1


def test_the_record_reads_back_whole() -> None:
    """As text and back it is the same, numbers to the last bit and money to the last decimal."""
    closed = record(
        VALUES, (ClosedSum("people", "EUR", 3, 1, Decimal("0.100001")), ClosedSum("idle", "EUR", 1, 1, None))
    )
    assert read_quarter(json.loads(json.dumps(closed.as_fact()))) == closed


def test_a_record_of_another_form_is_refused() -> None:
    """What lacks a part, or holds another one, is named as changed by hand."""
    fact = record(VALUES).as_fact()
    for change in ({"summaries": [{}]}, {"quarter": {}}, {"costs": [{"amount": "a lot"}]}):
        with pytest.raises(MetricError, match="changed by hand"):
            read_quarter({**fact, **change})


@given(st.floats(allow_nan=False), st.decimals(-(10**9), 10**9, places=6))
def test_rows_keep_every_digit(value: float, amount: Decimal) -> None:
    """A kept row gives the table the same value, amount, day and instant again."""
    told = ("made", Q1.key, "people", amount, value, AT)
    (kept,) = plain_rows(["stream", "period", "cost_class", "amount", "unit_cost", "gone"], [told])
    found = table_row(COST_BY_CLASS, json.loads(json.dumps(kept)))
    assert found == {"stream": "made", "period": Q1.key, "cost_class": "people", "amount": amount, "unit_cost": value}
    (kept,) = plain_rows(["first_on", "closed_at"], [(Q1.first_on, AT)])
    assert table_row(CLOSED_QUARTERS, kept) == {"first_on": Q1.first_on, "closed_at": AT}


def test_closed_values_are_published_as_closed() -> None:
    """The closed quarter keeps its row whatever is measured now, and the next is judged against it."""
    closed = Closed((record(VALUES),))
    moved = [replace(v, summary=replace(v.summary, value=99.0), verdict=Verdict.SLOWER) for v in VALUES]
    found = list(published(moved, STREAM, closed))
    before = [{**value.as_row(), "evidence_id": None} for value in VALUES if value.period == Q1]
    assert [value.as_row() for value in found if value.period == Q1] == before
    assert all(value.closed is not None and value.may_still is None for value in found if value.period == Q1)
    again = [value.verdict for value in published(VALUES, STREAM, closed)]
    assert again == [value.verdict for value in VALUES]
    (faster,) = (
        v.verdict for v in published(VALUES, STREAM, closed) if v.period == Q2 and v.summary.statistic == "p50"
    )
    assert faster is Verdict.FASTER
    assert list(published(VALUES, STREAM, OPEN)) == VALUES


def test_another_definition_is_not_held_against_it() -> None:
    """Where the closed value was of another version, or would be another one now, nothing is said of the change."""
    closed = record(VALUES)
    other = replace(closed, definitions=tuple(replace(d, definition_version="0.9") for d in closed.definitions))
    place = ("flow_time", "p50", "quarter", Q1.key)
    for kept, words in (
        (Closed((other,)), "frozen by definition 0.9"), (Closed((closed,), {place: "rates.csv changed"}), "rates.csv"),
    ):  # fmt: skip
        found = [v for v in published(VALUES, STREAM, kept) if v.summary.statistic == "p50"]
        assert [v.verdict for v in found if v.period == Q2] == [Verdict.NOT_JUDGED]
        p50s = [v for v in VALUES if v.summary.statistic == "p50"]
        (effect,) = (e for e in period_effects(STREAM, FLOW_TIME, p50s, kept) if e.place.label == Q2.key)
        assert effect.difference.verdict is Verdict.NOT_JUDGED
        assert effect.difference.value is None
        assert words in str(effect.reason)
        assert closed_effect(effect, STREAM, OPEN, Q1) == effect


def test_a_closed_period_gets_no_value_it_had_not() -> None:
    """A week in which nothing was known has no row later; a metric that is newer than the closing has its values."""
    closed = record([value for value in VALUES if value.summary.statistic != "p90"])
    found = list(published(VALUES, STREAM, Closed((closed,))))
    assert "p90" not in {value.summary.statistic for value in found if value.period == Q1}
    newer = replace(closed, definitions=tuple(d for d in closed.definitions if d.metric != "flow_time"))
    found = list(published(VALUES, STREAM, Closed((newer,))))
    assert "p90" in {value.summary.statistic for value in found if value.period == Q1}


def test_values_of_the_quarter() -> None:
    """Those of its periods, and no others."""
    assert {value.period for value in values_in(VALUES, Q1)} == {Q1}


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (1.0, 1.0, True), (1.0, 1.0 + 1e-13, True), (1.0, 1.0 + 1e-11, False), (None, None, True), (None, 0.0, False),
        (0.0, None, False), (0.0, 1e-13, True), (1e9, 1e9 + 1e-4, True), (1e9, 1e9 + 1, False),
    ],
)  # fmt: skip
def test_what_is_the_same_number(before: float | None, after: float | None, same: bool) -> None:
    """Rounding of the machine is no difference; no data and 0 are two things."""
    assert is_same(before, after) is same


def test_what_is_restated() -> None:
    """A moved value, one that came or went, and one in another unit; not one that only has more observations."""
    closed = [row(2.0), row(1.0, statistic="p90"), row(None, 0, statistic="mean"), row(7.0, statistic="p85")]
    now = [
        row(2.5, 41),
        row(1.0, 50, statistic="p90"),
        row(3.0, 1, statistic="mean"),
        row(7.0, unit="EUR", statistic="p85"),
    ]
    extra = row(1.5, 2, grain="week", period="2026-W03")
    found = {(r.statistic, r.grain): r for r in restated_values(closed, [*now, extra])}
    assert set(found) == {("p50", "quarter"), ("mean", "quarter"), ("p85", "quarter"), ("p50", "week")}
    moved = found["p50", "quarter"]
    assert (moved.closed_value, moved.value_now, moved.difference, moved.closed_n, moved.n_now) == (
        2.0,
        2.5,
        0.5,
        40,
        41,
    )
    assert (found["mean", "quarter"].closed_value, found["mean", "quarter"].difference) == (None, None)
    assert found["p85", "quarter"].difference is None
    assert (found["p50", "week"].closed_value, found["p50", "week"].value_now) == (None, 1.5)
    assert [r.value_now for r in restated_values([row(2.0)], [])] == [None]


def test_sums_are_exact() -> None:
    """A sum that moved by a millionth is restated by that; a class that came or went has no difference."""
    before = (ClosedSum("people", "EUR", 3, 0, Decimal("10.000001")), ClosedSum("idle", "EUR", 1, 0, Decimal(1)))
    after = (ClosedSum("people", "EUR", 4, 0, Decimal("10.000002")), ClosedSum("shared", "EUR", 2, 0, Decimal(3)))
    found = {json.loads(r.dimensions)["cost_class"]: r for r in restated_sums(record(VALUES, before), after)}
    assert found["people"].amount_difference == Decimal("0.000001")
    assert (found["people"].closed_n, found["people"].n_now) == (3, 4)
    assert (found["idle"].amount_now, found["idle"].amount_difference) == (None, None)
    assert (found["shared"].closed_amount, found["shared"].amount_now) == (None, Decimal(3))
    assert list(restated_sums(record(VALUES, before), before)) == []


LATE = Since(late_events=2, late_cases=1, first_arrived_at=AT, last_arrived_at=AT)


@pytest.mark.parametrize(
    ("since", "metric", "causes", "why"),
    [
        (LATE, FLOW_TIME, [Cause.LATE], "2 late events of 1 case, arrived 2026-04-09 10:00 (UTC)"),
        (replace(LATE, last_arrived_at=AT + dt.timedelta(days=1), late_cases=2), FLOW_TIME, [Cause.LATE],
         "2 late events of 2 cases, arrived 2026-04-09 10:00 to 2026-04-10 10:00 (UTC)"),
        (Since(later_events=3), FLOW_TIME, [Cause.LATER],
         "3 events after the quarter, of cases that went on: some are told otherwise now"),
        (Since(money_files="rates.csv changed"), COST_PER_TRANSACTION, [Cause.FILES], "rates.csv changed"),
        (replace(LATE, stream_file="stream file version 1 → 2: steps"), FLOW_TIME, [Cause.LATE, Cause.STREAM_FILE],
         "2 late events of 1 case, arrived 2026-04-09 10:00 (UTC); stream file version 1 → 2: steps"),
        (Since(other_files="who.csv changed", code="streamgauge 0.1 → 0.2"), FLOW_TIME, [Cause.FILES, Cause.CODE],
         "who.csv changed; streamgauge 0.1 → 0.2"),
    ],
)  # fmt: skip
def test_why(since: Since, metric: Metric, causes: list[Cause], why: str) -> None:
    """What has changed since of what the number depends on, in a fixed order; events are told where some were late."""
    found = explained(_restated(metric.key), record(VALUES), METRICS, STREAM, since)
    assert found.causes == ", ".join(causes)
    assert found.why == why
    assert found.late_events == (since.late_events if Cause.LATE in causes else 0)
    assert found.quarter == Q1.key


def test_rates_are_no_reason_for_time() -> None:
    """A number that is not made of money does not depend on rates; what is left is the code."""
    found = explained(_restated("flow_time"), record(VALUES), METRICS, STREAM, Since(money_files="rates.csv changed"))
    assert found.causes == Cause.CODE


def test_another_definition_is_a_reason() -> None:
    """Another version, or a metric that is no more, is told as the cause."""
    closed = record(VALUES)
    older = replace(closed, definitions=(ClosedDefinition("flow_time", "0.9", "", "days"),))
    found = explained(_restated("flow_time"), older, METRICS, STREAM, Since())
    assert (found.causes, found.why) == (
        Cause.DEFINITION,
        f"frozen by definition 0.9, which is {FLOW_TIME.version} now",
    )
    assert explained(_restated("flow_time"), closed, {}, STREAM, Since()).why.endswith("no longer in the catalogue")


def test_a_signature_is_of_everything() -> None:
    """Any other value, cause or file gives another digest; the same give the same."""
    told = _restated("flow_time")
    digest = told.signed("a")["digest"]
    assert told.signed("a")["digest"] == digest
    others = (replace(told, value_now=9.0), replace(told, causes="code"), replace(told, late_events=1))
    assert len({digest, told.signed("b")["digest"], *(other.signed("a")["digest"] for other in others)}) == 5


def _restated(metric: str) -> Restatement:
    return Restatement("made", "", "quarter", Q1.key, metric, "p50", "{}", "days", 2.0, 2.5, 0.5)
