"""Taking the record of a quarter: whether it may be closed, and what of the published tables goes into it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pyarrow as pa
import pytest

from metrics.catalog import CATALOG
from metrics.closing.closed import OPEN, Closed
from metrics.closing.record import CLOSING_GRAINS, ClosedQuarter, ClosedSum
from metrics.closing.take import definitions_now, immature_in, kept_reports, sums_of, take_quarter, why_not_closed
from metrics.errors import MetricError
from metrics.evaluate import evaluate
from metrics.evidence.rows import key_of
from metrics.periods import parse_period
from metrics.published import COMPARISONS, COST_BY_CLASS, EVIDENCE, METRIC_VALUES
from metrics.tables import Table
from tests.metrics.builder import STREAM, World

Q1 = parse_period("2026-Q1")  # days −3 to 86 of the made world


def insert(world: World, table: Table, rows: list[dict[str, object]]) -> None:
    """Add rows by the names of their columns."""
    world.connection.register("told", pa.Table.from_pylist(rows))
    world.connection.execute(f"INSERT INTO {table.name} BY NAME SELECT * FROM told")
    world.connection.unregister("told")


@pytest.fixture(scope="module")
def made() -> World:
    """A world of thirty big and 29 small cases in the first quarter, and its values as published."""
    world = World()
    for size, cases in (("big", 30), ("small", 29)):
        for number in range(cases):
            world.case(f"{size}{number}", float(number), number + 1.0, segments={"size": size})
    world.case("later", 88.0, 89.0, segments={"size": "big"})
    for table in (METRIC_VALUES, COMPARISONS, EVIDENCE, *kept_reports()):
        world.connection.execute(table.ddl())
    for metric in CATALOG:
        found = evaluate(world.connection, metric, STREAM, CLOSING_GRAINS)
        insert(world, METRIC_VALUES, [value.as_row() for value in found])
    return world


@pytest.fixture
def measured(made: World) -> Iterator[World]:
    """The same for one test: what it changes is taken back."""
    made.connection.execute("BEGIN")
    yield made
    made.connection.execute("ROLLBACK")


def change(label: str, kind: str) -> dict[str, object]:
    """A row of comparisons."""
    return {"stream": "made", "kind": kind, "label": label, "metric": "flow_time", "statistic": "p50",
            "dimensions": "{}"}  # fmt: skip


def keys(record: ClosedQuarter, table: Table, *names: str) -> Iterator[tuple[object, ...]]:
    """Columns of the rows that were kept of a table."""
    return (tuple(row[name] for name in names) for row in record.rows[table.name])


@pytest.mark.parametrize(
    ("begun", "newest", "words"),
    [
        (86.0, 86.5, None), (86.0, 85.5, None), (85.0, 85.5, "2026-Q1 ends after the newest data of made (2026-03-30)"),
        (-9.0, -3.0, "ends after the newest data of made (2026-01-01)"), (-9.0, -3.001, "made has no data in 2026-Q1"),
        (87.0, 90.0, "made has no data in 2026-Q1"),
    ],
)  # fmt: skip
def test_a_quarter_is_closed_when_its_last_day_has_data(begun: float, newest: float, words: str | None) -> None:
    """From the first event of its last day on it is whole; what ended before it or began after it has no data in it."""
    found = why_not_closed(World().case("a", begun, last_event=newest).connection, STREAM, Q1)
    assert found is None if words is None else words in str(found)


def test_a_stream_without_cases_has_nothing_to_close() -> None:
    """No case is no data, and only quarters are closed."""
    assert "no data in 2026-Q1" in str(why_not_closed(World().connection, STREAM, Q1))
    assert "2026-03 is a month" in str(why_not_closed(World().connection, STREAM, parse_period("2026-03")))


def test_what_may_still_move_is_told_by_metric() -> None:
    """Each metric once with its last day, in the order of names; neither months nor other quarters or streams."""
    world = World().case("a", 1.0, 100.0)  # until 2026-04-14
    world.connection.execute(METRIC_VALUES.ddl())
    told = [
        ("made", "rework_rate", "share", "quarter", "2026-Q1", "2026-05-01"),
        ("made", "first_time_right", "share", "quarter", "2026-Q1", "2026-04-15"),
        ("made", "first_time_right", "count", "quarter", "2026-Q1", "2026-05-02"),
        ("made", "boomerang_rate", "share", "quarter", "2026-Q1", "2026-04-14"),
        ("made", "handoff_ratio", "ratio", "month", "2026-03", "2026-05-01"),
        ("made", "flow_time", "p50", "quarter", "2026-Q2", "2026-08-01"),
        ("other", "flow_time", "p50", "quarter", "2026-Q1", "2026-08-01"),
    ]
    insert(world, METRIC_VALUES, [
        {"stream": stream, "metric": metric, "statistic": statistic, "grain": grain, "period": period,
         "dimensions": "{}", "matures_on": dt.date.fromisoformat(day)}
        for stream, metric, statistic, grain, period, day in told
    ])  # fmt: skip
    found = immature_in(world.connection, STREAM, Q1)
    assert found == [("first_time_right", "2026-05-02"), ("rework_rate", "2026-05-01")]
    assert immature_in(world.connection, STREAM, parse_period("2026-03")) == []


def test_changes_of_the_quarter_are_kept(measured: World) -> None:
    """What it is the later side of, whole, by segment and against the baseline; not a release that bears its name."""
    kinds = ("period", "segment", "baseline", "release", "placebo", "pair")
    rows = [change(label, kind) for label in ("2026-Q1", "2026-Q2") for kind in kinds]
    rows += [change("2026-Q1", "segment") | {"dimensions": f'{{"size": "{size}"}}'} for size in ("small", "big")]
    insert(measured, COMPARISONS, rows)
    record = take_quarter(measured.connection, STREAM, Q1, OPEN)
    assert list(keys(record, COMPARISONS, "kind", "label", "dimensions")) == [
        ("baseline", "2026-Q1", "{}"), ("period", "2026-Q1", "{}"), ("segment", "2026-Q1", '{"size": "big"}'),
        ("segment", "2026-Q1", '{"size": "small"}'), ("segment", "2026-Q1", "{}"),
    ]  # fmt: skip


def test_reports_of_the_quarter_and_of_what_lies_in_it_are_kept(measured: World) -> None:
    """Rows of the quarter and of its months with their ids; those of other quarters are not closed with it."""
    rows: list[dict[str, object]] = [
        {"stream": "made", "period": period, "cost_class": name}
        for period in ("2025-Q4", "2026-Q2", "2026-Q1", "2026-03") for name in ("people", "idle")
    ]  # fmt: skip
    insert(measured, COST_BY_CLASS, rows)
    insert(measured, EVIDENCE, [
        {"stream": "made", "table_name": "cost_by_class", "row_key": key_of(COST_BY_CLASS, row),
         "evidence_id": f"sg-{row['period']}-{row['cost_class']}"}
        for row in rows
    ])  # fmt: skip
    record = take_quarter(measured.connection, STREAM, Q1, OPEN)
    kept = [("2026-03", "idle"), ("2026-03", "people"), ("2026-Q1", "idle"), ("2026-Q1", "people")]
    assert list(keys(record, COST_BY_CLASS, "period", "cost_class")) == kept
    assert {told for (told,) in keys(record, EVIDENCE, "evidence_id")} == {f"sg-{key}-{name}" for key, name in kept}


def test_what_is_known_of_everything_is_of_no_quarter(measured: World) -> None:
    """All that is known may lie within one quarter, and goes on: weeks, months and the quarter are closed."""
    insert(measured, METRIC_VALUES, [
        {"stream": "made", "metric": "flow_time", "statistic": "p50", "grain": "all", "period": "all",
         "dimensions": "{}", "first_on": dt.date(2026, 1, 5), "until_on": dt.date(2026, 3, 31)}
    ])  # fmt: skip
    record = take_quarter(measured.connection, STREAM, Q1, OPEN)
    assert {grain for (grain,) in keys(record, METRIC_VALUES, "grain")} == {"week", "month", "quarter"}
    assert {day for (day,) in keys(record, METRIC_VALUES, "first_on") if str(day) < "2026-01-01"} == set()


def test_costs_of_a_quarter_are_summed_to_the_last_decimal() -> None:
    """By class, of its days and its stream; a class of which nothing has a price has no amount."""
    world = World().cost("0.100001", day=-3.0).cost("2", day=86.9).cost(None, day=50.0)
    world.cost("9", day=87.0).cost("9", day=-4.0).cost("9", day=50.0, stream="other")
    world.cost(None, day=50.0, cost_class="idle", currency="USD")
    assert sums_of(world.connection, STREAM, Q1) == (
        ClosedSum("idle", "USD", 1, 1, None), ClosedSum("people", "EUR", 3, 1, Decimal("2.100001")),
    )  # fmt: skip


def test_evidence_of_kept_rows_is_kept(measured: World) -> None:
    """A closed number keeps its id; the ids of other quarters and tables are not closed with it."""
    insert(measured, COMPARISONS, [change("2026-Q1", "period"), change("2", "release")])
    value = {"metric": "flow_time", "statistic": "p50", "grain": "quarter", "dimensions": "{}"}
    rows = [
        ("sg-kept", METRIC_VALUES, value | {"period": "2026-Q1"}),
        ("sg-later", METRIC_VALUES, value | {"period": "2026-Q2"}),
        ("sg-change", COMPARISONS, change("2026-Q1", "period")),
        ("sg-release", COMPARISONS, change("2", "release")),
    ]
    insert(measured, EVIDENCE, [
        {"stream": "made", "table_name": table.name, "row_key": key_of(table, row), "evidence_id": told}
        for told, table, row in rows
    ])  # fmt: skip
    record = take_quarter(measured.connection, STREAM, Q1, OPEN)
    assert {told for (told,) in keys(record, EVIDENCE, "evidence_id")} == {"sg-kept", "sg-change"}


def test_segments_with_thirty_observations_are_kept(measured: World) -> None:
    """The next quarter's segments are compared from thirty on, so as many are enough to be kept; one less is not."""
    record = take_quarter(measured.connection, STREAM, Q1, OPEN)
    kept = {(s.metric, s.summary.statistic, s.dimensions) for s in record.summaries if s.dimensions != "{}"}
    assert {dimensions for _, _, dimensions in kept} == {'{"size": "big"}'}
    assert {statistic for metric, statistic, _ in kept if metric == "flow_time"} == {"p50", "p90"}


@pytest.mark.parametrize("change", ["SET value = value + 1", "SET n = n + 1", "SET period = '2025-Q1'"])
def test_what_was_not_measured_last_is_not_closed(change: str, measured: World) -> None:
    """A number that is not what the facts give now, or is missing, was left by a run that was cut off."""
    take_quarter(measured.connection, STREAM, Q1, OPEN)
    measured.connection.execute(
        f"UPDATE metric_values {change} WHERE metric = 'flow_time' AND statistic = 'p50' AND period = '2026-Q1'"
    )
    with pytest.raises(MetricError, match="Run first: streamgauge run"):
        take_quarter(measured.connection, STREAM, Q1, OPEN)


def test_a_quarter_of_which_nothing_may_be_told_is_not_closed(measured: World) -> None:
    """Where it was closed without a single value there is none to take: an empty record says nothing."""
    nothing = ClosedQuarter("made", Q1, None, definitions_now(STREAM), {}, (), ())
    with pytest.raises(MetricError, match="Run first: streamgauge run"):
        take_quarter(measured.connection, STREAM, Q1, Closed((nothing,)))


def test_half_a_quarter_is_refused() -> None:
    """Whose quarter has not ended gets the reason and no record."""
    with pytest.raises(MetricError, match="ends after the newest data"):
        take_quarter(World().case("a", 1.0, 50.0).connection, STREAM, Q1, OPEN)
