"""The report of changes taken apart: it ties to the comparisons, whatever the segment, the metric and the statistic."""

from __future__ import annotations

import math
from collections import defaultdict
from functools import lru_cache

import pytest

from metrics.catalog import HEADLINE
from metrics.cost.cost_per_transaction import COST_PER_TRANSACTION
from metrics.effects.periods import period_effects
from metrics.effects.releases import release_effects
from metrics.effects.segments import MOST_VALUES
from metrics.evaluate import evaluate
from metrics.failure.failure_containment_time import FAILURE_CONTAINMENT_TIME
from metrics.flow.flow_time import FLOW_TIME
from metrics.metric import Statistic
from metrics.published import BASELINES
from metrics.reports.mix_effects import dimensions_of, rows, take_apart
from tests.metrics.builder import JANUARY, STREAM, World
from tests.metrics.effect_worlds import AT, CHANGE_DAY, filled, stream_with, world_of

STREAM_WITH = stream_with({"version": "2", "at": AT})
Row = dict[str, object]


def growing(day: int, value: str) -> float:
    """Big ones take four days and get a little faster, small ones take one."""
    return (4.0 if day < CHANGE_DAY else 3.5) if value == "big" else 1.0


@lru_cache(maxsize=1)
def world() -> World:
    """A world of two sizes, of which the release made one faster; its big cases became rarer; failures of two kinds."""
    made = world_of(growing, a_day=4, seed=6)
    made.connection.execute(
        "DELETE FROM cases WHERE triggered_on >= DATE '2026-04-26' AND segments LIKE '%big%' AND case_id LIKE '%-1'"
    )
    for number in range(300):
        made.failure(f"f{number}", number * 0.6, number * 0.6 + 1 + number % 5, severity=1 + number % 2)
    return made


@lru_cache(maxsize=1)
def told() -> tuple[Row, ...]:
    """The rows of the report, the first quarter being the baseline."""
    froze(world(), "2026-01-01", "2026-04-01")
    return tuple(rows(world().connection, STREAM_WITH))


def froze(made: World, first_on: str | None = None, until_on: str | None = None, **told: object) -> World:
    """The table of baselines, with one row a headline metric where a window is given."""
    made.connection.execute(BASELINES.ddl().replace("CREATE", "CREATE OR REPLACE", 1))
    for metric in HEADLINE if first_on else ():
        row = {
            "stream": "made", "is_current": True, "metric": metric.key, "value": 1.0, "restated_by": 0.0,
            "first_on": first_on, "until_on": until_on, **told,
        }  # fmt: skip
        marks = ", ".join("?" for _ in row)
        made.connection.execute(f"INSERT INTO baselines ({', '.join(row)}) VALUES ({marks})", list(row.values()))
    return made


def _key(row: Row) -> tuple[object, ...]:
    return tuple(row[name] for name in ("kind", "label", "metric", "statistic", "dimension"))


def test_the_parts_tie_to_the_comparison() -> None:
    """within + mix + interaction is the difference that is published, to 1e-9, for every dimension."""
    published = {}
    for metric in HEADLINE:
        quarters = list(evaluate(world().connection, metric, STREAM_WITH, ("quarter",)))
        published.update(
            {("period", e.place.label, metric.key, e.difference.after.statistic.value): e.difference.value
             for e in period_effects(STREAM_WITH, metric, quarters)}
        )  # fmt: skip
    published.update(
        {("release", e.place.label, e.metric.key, e.difference.after.statistic.value): e.difference.value
         for e in release_effects(world().connection, STREAM_WITH) if e.place.kind == "release"}
    )  # fmt: skip
    totals = [row for row in told() if row["part"] == "total"]
    assert {row["kind"] for row in totals} == {"period", "release", "baseline"}
    assert len(totals) > 30
    for row in (row for row in totals if row["kind"] != "baseline"):
        parts = math.fsum(float(row[name] or 0) for name in ("within", "mix", "interaction"))  # type: ignore[arg-type]
        assert parts == pytest.approx(published[_key(row)[:4]], abs=1e-9)
        assert row["difference"] == pytest.approx(parts, abs=1e-9)


def test_the_change_since_the_baseline_is_that_from_its_window() -> None:
    """The quarter after a frozen quarter is taken apart as it is against that quarter; so are later ones."""
    by_kind = {(row["kind"], *_key(row)[1:], row["part"], row["segment"]): row for row in told()}
    same = [key for key in by_kind if key[:2] == ("baseline", "2026-Q2")]
    assert same
    for key in same:
        assert by_kind[key] | {"kind": "period"} == by_kind["period", *key[1:]]
    assert {key[1] for key in by_kind if key[0] == "baseline"} == {"2026-Q2", "2026-Q3"}


@pytest.mark.parametrize(
    "moved", [{"value_now": 1.0}, {"restated_by": 0.1}, {"restated_by": None}, {"is_current": False}]
)
def test_a_window_that_moved_ties_to_nothing(moved: dict[str, object]) -> None:
    """Observations that are no longer the frozen ones, another definition or another version are not taken apart."""
    made = froze(world_of(growing, a_day=1), "2026-01-01", "2026-04-01", **moved)
    assert "baseline" not in {row["kind"] for row in rows(made.connection, STREAM)}


@pytest.mark.parametrize(
    ("second", "is_held_against"),
    [("1.0 AS restated_by", False), ("NULL AS value, NULL AS restated_by", True), ("0.0 AS restated_by", True)],
)
def test_a_window_is_as_it_was_with_all_its_statistics(second: str, is_held_against: bool) -> None:
    """One that moved is enough to make it another; one that had no value, and has none, moved nowhere."""
    cases = [(f"c{n}", ("big", "small")[n % 2], 5.0 + n, 7.0 + n % 3 + n, True) for n in range(150)]
    made = froze(filled(cases), "2026-01-01", "2026-04-01", statistic="p50")
    made.connection.execute(f"INSERT INTO baselines SELECT * REPLACE ('p90' AS statistic, {second}) FROM baselines")
    assert ("baseline" in {row["kind"] for row in rows(made.connection, STREAM)}) is is_held_against


def test_the_values_tie_to_the_total() -> None:
    """Where the parts of segment values are told they sum to the total, and their shares to 1."""
    totals = {_key(row): row for row in told() if row["part"] == "total"}
    parts: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in told():
        if row["part"] != "total":
            parts[_key(row)].append(row)
    assert set(parts) == set(totals)
    for key, values in parts.items():
        for name in ("within", "mix"):
            if all(row[name] is not None for row in values):
                assert math.fsum(row[name] for row in values) == pytest.approx(totals[key][name], abs=1e-9)  # type: ignore[misc]
        assert math.fsum(row["before_share"] for row in values) == pytest.approx(1)  # type: ignore[misc]


def test_the_release_shows_what_is_true() -> None:
    """Big cases became rarer, which is mix, and a little faster, which is within; both shorten the mean."""
    (total,) = [
        row for row in told()
        if _key(row) == ("period", "2026-Q3", "flow_time", "mean", "size") and row["part"] == "total"
    ]  # fmt: skip
    assert total["largest"] == "big"
    (change,) = [
        row for row in told()
        if _key(row) == ("release", "2", "flow_time", "p85", "size") and row["part"] == "total"
    ]  # fmt: skip
    assert -1.6 < float(change["within"]) < -0.2  # type: ignore[arg-type]
    assert float(change["mix"]) < 0  # type: ignore[arg-type]
    assert change["interaction"] is None


def test_failures_are_taken_apart_by_their_own_dimensions() -> None:
    """They have no segment of cases; rule and severity serve, and over a quarter the release."""
    found = {row["dimension"] for row in told() if row["metric"] == "failure_containment_time"}
    assert found == {"rule", "severity", "release"}
    assert dimensions_of(FAILURE_CONTAINMENT_TIME, STREAM_WITH, by_release=False) == ("rule", "severity")
    assert dimensions_of(FLOW_TIME, STREAM_WITH, by_release=True) == ("size", "release")
    assert dimensions_of(COST_PER_TRANSACTION, STREAM_WITH, by_release=True) == ()


def test_many_values_are_told_as_the_largest_and_the_others() -> None:
    """The 20 largest have a row each, what is left has one; an untold value is one like any other."""
    cases = []
    for value in range(MOST_VALUES + 5):
        for number in range(4 + value):
            name = None if value == MOST_VALUES + 4 else f"v{value:02}"
            for first in (5.0, 95.0):
                begun = first + number
                cases.append((f"{value}-{number}-{first}", name, begun, begun + 1 + value / 10 + first / 100, True))
    found = [
        r
        for r in rows(froze(filled(cases)).connection, STREAM)
        if r["metric"] == "flow_time" and r["statistic"] == "mean"
    ]
    assert [r["part"] for r in found].count("value") == MOST_VALUES
    assert [r["part"] for r in found].count("others") == 1
    values = {r["segment"] for r in found if r["part"] == "value"}
    assert None in values
    assert values.isdisjoint({"v00", "v01", "v02", "v03", "v04"})
    assert next(r for r in found if r["part"] == "total")["difference"] == pytest.approx(0.9)


def test_a_blocked_cost_is_not_taken_apart() -> None:
    """Work without a rate blocks the value, so there is no change to explain."""
    priced = World().case("c1", 1.0, 2.0).cost("5").observations(COST_PER_TRANSACTION, JANUARY)
    blocked = World().case("c1", 1.0, 2.0).cost(None).observations(COST_PER_TRANSACTION, JANUARY)
    assert take_apart(COST_PER_TRANSACTION, [priced], [priced], Statistic.UNIT_COST) is not None
    assert take_apart(COST_PER_TRANSACTION, [priced], [blocked], Statistic.UNIT_COST) is None


def test_nothing_is_taken_apart_where_nothing_is() -> None:
    """A stream without cases has no row; nor has a quarter without any."""
    assert list(rows(froze(World()).connection, STREAM_WITH)) == []
    gap = froze(World().case("early", 1.0, 2.0).case("late", 200.0, 201.0))
    assert [r for r in rows(gap.connection, STREAM) if r["label"] == "2026-Q2"] == []
