"""Closed quarters at their borders: what has a dimension, what has no instant, what a restatement says of one event."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from metrics.closing.closed import Closed, as_closed, closed_effect, published
from metrics.closing.record import (
    ClosedQuarter,
    ClosedSum,
    ClosedSummary,
    dimensions_text,
    periods_in,
    plain_rows,
    read_quarter,
    table_row,
)
from metrics.closing.restate import (
    NOT_OF_DATA,
    Cause,
    Since,
    explained,
    is_same,
    otherwise_measured,
    restated_sums,
    restated_values,
)
from metrics.closing.take import definitions_now
from metrics.cost.cost_per_transaction import COST_PER_TRANSACTION
from metrics.effects.effect import Place, effect_between
from metrics.evaluate import Value, evaluate
from metrics.flow.flow_time import FLOW_TIME
from metrics.metric import Statistic, Summary, Verdict
from metrics.periods import parse_period
from metrics.published import METRIC_VALUES
from tests.metrics.builder import STREAM, World

Q1, Q2 = parse_period("2026-Q1"), parse_period("2026-Q2")
AT = dt.datetime(2026, 4, 9, 10)
BIG = {"size": "big"}
EMPTY = ClosedQuarter("made", Q1, AT, definitions_now(STREAM), {}, (), ())


def summary(value: float) -> Summary:
    """A median of many."""
    return Summary(Statistic.P50, value, value - 0.1, value + 0.1, 500, "test", value - 0.05, value + 0.05)


def kept(value: float, dimensions: str = "{}") -> ClosedSummary:
    """The median flow time of the first quarter, as it was closed."""
    return ClosedSummary("flow_time", "quarter", Q1.key, dimensions, summary(value))


def told(**since: object) -> str:
    """What a restatement of the first quarter says of why, after this happened."""
    row = {"stream": "made", "metric": "flow_time", "statistic": "p50", "grain": "quarter", "period": Q1.key,
           "dimensions": "{}", "n": 40, "unit": "days"}  # fmt: skip
    (found,) = restated_values([row | {"value": 2.0}], [row | {"value": 2.5}])
    return explained(found, EMPTY, {"flow_time": FLOW_TIME}, STREAM, Since(**since)).why  # type: ignore[arg-type]


def test_values_of_a_segment_are_published_beside_a_closed_quarter() -> None:
    """A closed quarter keeps no rows of segments, so that none of them is new; of the whole, what had no row is."""
    world = World()
    for number in range(60):
        world.case(f"c{number}", float(number), number + 1.0, segments={"size": "big"})
    closed = Closed((replace(EMPTY, summaries=(kept(9.0, '{"size": "big"}'),)),))
    whole = list(evaluate(world.connection, FLOW_TIME, STREAM, ("quarter",)))
    split = list(evaluate(world.connection, FLOW_TIME, STREAM, ("quarter",), ("size",)))
    assert {value.period for value in (*whole, *split)} == {Q1}
    assert list(published(whole, STREAM, closed)) == []
    assert list(published(split, STREAM, closed)) == split


def row(value: Value) -> dict[str, object]:
    """The row of a value as it is kept."""
    (found,) = plain_rows(METRIC_VALUES.column_names, [tuple(map(value.as_row().get, METRIC_VALUES.column_names))])
    return dict(found)


def test_a_row_without_its_value_is_not_told_as_closed() -> None:
    """Only where row and intervals were kept is a value the closed one; another is told as it is measured."""
    world = World()
    for number in range(60):
        world.case(f"c{number}", float(number), number + 1.0)
    median = next(iter(evaluate(world.connection, FLOW_TIME, STREAM, ("quarter",))))
    half = replace(EMPTY, rows={"metric_values": (row(median),)})
    assert list(published([median], STREAM, Closed((half,)))) == [median]
    (found,) = published([median], STREAM, Closed((replace(half, summaries=(kept(9.0),)),)))
    assert (found.summary, found.closed is None) == (summary(9.0), False)


def test_no_data_after_a_closed_quarter_is_no_data() -> None:
    """Whatever was closed before, by this definition or another, there is nothing to judge."""
    world = World().case("first", 1.0, 2.0).case("last", 200.0, 201.0)
    (second,) = (
        v for v in evaluate(world.connection, FLOW_TIME, STREAM, ("quarter",))
        if v.period == Q2 and v.summary.statistic is Statistic.P50
    )  # fmt: skip
    older = tuple(replace(definition, definition_version="0.9") for definition in EMPTY.definitions)
    for definitions in (EMPTY.definitions, older):
        closed = Closed((replace(EMPTY, definitions=definitions, summaries=(kept(3.0),)),))
        (found,) = published([second], STREAM, closed)
        assert (found.summary.value, found.verdict) == (None, Verdict.NO_DATA)


def test_everything_known_has_nothing_before_it() -> None:
    """A value over all that is known follows no closed quarter, and stays as it is judged."""
    world = World().case("a", 1.0, 2.0)
    found = list(evaluate(world.connection, FLOW_TIME, STREAM, ("all",)))
    assert list(published(found, STREAM, Closed((replace(EMPTY, summaries=(kept(3.0),)),)))) == found


def test_a_segment_is_held_against_its_own_closed_value() -> None:
    """Where the closed value of the segment was of another definition, nothing is said of its change."""
    older = tuple(replace(definition, definition_version="0.9") for definition in EMPTY.definitions)
    closed = Closed((replace(EMPTY, definitions=older, summaries=(kept(3.0, '{"size": "big"}'),)),))
    place = Place("segment", Q2.key, Q2.first_on, dimensions=BIG)
    effect = effect_between(STREAM, place, FLOW_TIME, summary(3.0), summary(2.0))
    assert effect.difference.verdict is Verdict.FASTER
    assert closed_effect(effect, STREAM, closed, Q1, BIG).difference.verdict is Verdict.NOT_JUDGED
    assert closed_effect(effect, STREAM, closed, Q1, {"size": "small"}) == effect
    assert closed_effect(effect, STREAM, closed, Q1) == effect


def test_dimensions_are_known_in_any_order() -> None:
    """A value of two dimensions is found again whichever is named first."""
    closed = Closed((replace(EMPTY, summaries=(kept(3.0, '{"release": "2", "size": "big"}'),)),))
    for dimensions in ({"size": "big", "release": "2"}, {"release": "2", "size": "big"}):
        assert as_closed(closed, FLOW_TIME, Q1, summary(9.0), dimensions) == summary(3.0)
    assert as_closed(closed, FLOW_TIME, Q1, summary(9.0)) == summary(9.0)
    assert dimensions_text({"b": 1, "a": 2}) == '{"a": 2, "b": 1}'


def test_a_quarter_without_events_has_no_instant() -> None:
    """That nothing was known of the newest event stays unknown, through the file and back."""
    unknown = replace(EMPTY, as_of=None)
    assert unknown.as_fact()["as_of"] is None
    assert read_quarter(unknown.as_fact()) == unknown
    assert read_quarter(EMPTY.as_fact()).as_of == AT


def test_the_digest_is_of_what_is_said() -> None:
    """Columns in another order say the same; any other value, day or table says something else."""
    row = {"metric": "flow_time", "value": 2.0}
    one = replace(EMPTY, rows={"metric_values": (row,), "comparisons": ()})
    other = replace(EMPTY, rows={"comparisons": (), "metric_values": (dict(reversed(row.items())),)})
    assert one.digest == other.digest
    changed = (
        replace(one, as_of=None), replace(one, quarter=Q2), replace(one, summaries=(kept(3.0),)),
        replace(one, rows={"metric_values": (row | {"value": 2.5},)}),
    )  # fmt: skip
    assert len({one.digest, *(each.digest for each in changed)}) == 5
    assert all(len(each.digest) == 64 for each in (one, *changed))


def test_a_quarter_that_ends_within_a_week_leaves_that_week_out() -> None:
    """Of a quarter that begins on a Wednesday the first week is left out; one of whole weeks holds all of its own."""
    weeks = [period for period in periods_in(parse_period("2025-Q4")) if period.grain == "week"]
    assert (weeks[0].first_on, weeks[-1].until_on) == (dt.date(2025, 10, 6), dt.date(2025, 12, 29))
    weeks = [period for period in periods_in(parse_period("2024-Q1")) if period.grain == "week"]
    assert (weeks[0].first_on, weeks[-1].until_on) == (dt.date(2024, 1, 1), dt.date(2024, 4, 1))


def test_words_stay_words() -> None:
    """Text of a kept row is text again, also where it could be read as a day or a number."""
    row = {"metric": "2026-01-01", "period": "2026", "first_on": "2026-01-01", "value": 2.0, "reason": None}
    assert table_row(METRIC_VALUES, row) == row | {"first_on": dt.date(2026, 1, 1)}


@pytest.mark.parametrize(
    "known", [{}, {"first_arrived_at": AT}, {"last_arrived_at": AT}], ids=["neither", "first", "last"]
)
def test_when_late_events_arrived_is_told_whole_or_not(known: dict[str, dt.datetime]) -> None:
    """Where the first or the last arrival is unknown no instant is told."""
    assert told(late_events=1, late_cases=1, **known) == "1 late event of 1 case"


def test_late_events_that_came_at_once_have_one_instant() -> None:
    """Two arrivals of the same minute are told as one, two of the same minute of two days as two."""
    assert told(late_events=1_000, late_cases=2, first_arrived_at=AT, last_arrived_at=AT.replace(second=59)) == (
        "1,000 late events of 2 cases, arrived 2026-04-09 10:00 (UTC)"
    )
    assert told(late_events=2, late_cases=1, first_arrived_at=AT, last_arrived_at=AT.replace(day=10)) == (
        "2 late events of 1 case, arrived 2026-04-09 10:00 to 2026-04-10 10:00 (UTC)"
    )


@pytest.mark.parametrize(("events", "words"), [(1, "1 event"), (2, "2 events"), (1_200, "1,200 events")])
def test_one_later_event_is_one(events: int, words: str) -> None:
    """Events after the quarter are counted in words that fit."""
    assert told(later_events=events).startswith(f"{words} after the quarter, ")


def test_nothing_since_is_nothing() -> None:
    """Nothing happened unless it is told, and then no restatement carries late events."""
    assert (Since().late_events, Since().late_cases, Since().later_events) == (0, 0, 0)
    assert told().startswith("nothing that is kept beside the numbers has changed")
    (found,) = restated_values([], [{
        "stream": "made", "metric": "m", "statistic": "p50", "grain": "week", "period": "2026-W03",
        "dimensions": "{}", "value": 1.0, "n": 3, "unit": "days",
    }])  # fmt: skip
    assert (found.late_events, found.late_cases) == (0, 0)


def test_what_but_data_changed_a_value() -> None:
    """Files of money are of money only; the stream file, other files and the code are of all; nothing is None."""
    changed = Since(stream_file="a", money_files="b", other_files="c", code="d")
    assert otherwise_measured(COST_PER_TRANSACTION, changed) == "a; b; c; d"
    assert otherwise_measured(FLOW_TIME, changed) == "a; c; d"
    assert otherwise_measured(FLOW_TIME, Since(code="d")) == "d"
    assert otherwise_measured(FLOW_TIME, Since(late_events=5, money_files="b")) is None


def test_sums_are_restated_by_class_and_depend_on_the_files_of_money() -> None:
    """In the order of their names, whenever they came; a rate card that changed is a reason for each."""
    people, idle, shared = (ClosedSum(name, "EUR", 1, 0, Decimal(1)) for name in ("people", "idle", "shared"))
    found = list(restated_sums(replace(EMPTY, costs=(people, shared)), (shared, idle)))
    assert [one.dimensions for one in found] == ['{"cost_class": "idle"}', '{"cost_class": "people"}']
    since = Since(money_files="rates.csv changed")
    told = [explained(one, EMPTY, {"flow_time": FLOW_TIME}, STREAM, since) for one in found]
    assert {one.why for one in told} == {"rates.csv changed"}


def test_each_value_of_a_segment_is_restated_by_itself() -> None:
    """Values that differ in nothing but the segment are two: only the one that moved is restated."""
    rows = [
        {"stream": "made", "metric": "m", "statistic": "p50", "grain": "quarter", "period": Q1.key, "n": 9,
         "unit": "days", "dimensions": f'{{"size": "{size}"}}', "value": value}
        for size, value in (("big", 2.0), ("small", 1.0))
    ]  # fmt: skip
    assert list(restated_values(rows, rows)) == []
    now = [rows[0] | {"value": 3.0}, rows[1]]
    assert [(found.dimensions, found.difference) for found in restated_values(rows, now)] == [('{"size": "big"}', 1.0)]


@pytest.mark.parametrize(("moved", "same"), [(0.95, True), (1.05, False), (-0.95, True), (-1.05, False)])
def test_a_millionth_of_a_millionth_is_rounding(moved: float, same: bool) -> None:
    """Of a million millions one is the rounding of the machine, and more is a difference."""
    assert is_same(1e12, 1e12 + moved) is same


def test_what_is_measured_is_one_thing_and_what_happened_another() -> None:
    """Events that came late or went on are data; files and code are not; a definition is told by itself."""
    assert set(Cause) - set(NOT_OF_DATA) == {Cause.LATE, Cause.LATER, Cause.DEFINITION}
