"""What every metric must be, checked over all of them by reflection, so a new one is tested before it has a test."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import metrics
from metrics.catalog import CATALOG, HEADLINE, metric_by_key
from metrics.definition import HEADINGS, module_of, section_of
from metrics.errors import ContractError
from metrics.evaluate import summaries_of
from metrics.metric import Metric, Statistic
from metrics.observe import BOUNDS, observation_sql, observe, printed_sql
from metrics.tables import CONTRACT
from tests.metrics.builder import JANUARY, STREAM, World

UNITS = {"days", "working_days", "share", "ratio", "currency", "count"}
FITTING = {
    "days": {Statistic.P50, Statistic.P85, Statistic.P90, Statistic.MEAN},
    "working_days": {Statistic.P50, Statistic.P85, Statistic.P90, Statistic.MEAN},
    "share": {Statistic.SHARE},
    "ratio": {Statistic.RATIO},
    "currency": {Statistic.UNIT_COST},
    "count": {Statistic.COUNT},
}
every_metric = pytest.mark.parametrize("metric", CATALOG, ids=lambda metric: metric.key)


def _filled() -> World:
    """A world in which every metric observes something."""
    world = World().case("a", 1.0, 2.0, automated_handoffs=1, manual_handoffs=1).case("b", 1.0)
    world.steps("a", ("X", "system"), ("Y", "human")).parts("a", 6.0, human_wait=12.0, unexplained=6.0)
    world.worked("a", 1.0)
    return world.failure("f", 1.0, 3.0, onset=0.5, triaged=1.5, contained=1.75, remediated=2.0).cost("5")


def _columns(world: World, sql: str) -> dict[str, str]:
    parameters = {name: value for name, value in (("stream", "made"), ("as_of", None)) if f"${name}" in sql}
    rows = world.connection.execute(f"DESCRIBE {sql}", parameters).fetchall()
    return {row[0]: row[1] for row in rows}


def test_every_metric_in_the_room_is_in_the_catalogue() -> None:
    """A Metric record anywhere in metrics/ is in the catalogue, once."""
    found = set()
    for entry in pkgutil.walk_packages(metrics.__path__, "metrics."):
        module = importlib.import_module(entry.name)
        found |= {value.key for value in vars(module).values() if isinstance(value, Metric)}
    keys = [metric.key for metric in CATALOG]
    assert sorted(keys) == sorted(found)
    assert len(keys) == len(set(keys))


def test_the_headline_is_the_five() -> None:
    """The five metrics that the product promises come first."""
    assert [metric.key for metric in HEADLINE] == [
        "flow_time", "failure_containment_time", "handoff_ratio", "first_time_right", "cost_per_transaction",
    ]  # fmt: skip


def test_an_unknown_key_suggests_the_nearest() -> None:
    """A typing error is answered with the nearest metric."""
    with pytest.raises(ContractError, match="flow_time"):
        metric_by_key("flowtime")


@every_metric
def test_its_file_bears_its_key(metric: Metric) -> None:
    """The file is named by the key, the constant by the key in capitals."""
    assert getattr(module_of(metric), metric.key.upper()) is metric


@every_metric
def test_its_words_are_in_order(metric: Metric) -> None:
    """Version, unit, statistics and sentence follow the house."""
    assert re.fullmatch(r"\d+\.\d+\.\d+", metric.version)
    assert metric.unit in UNITS
    assert set(metric.statistics) <= FITTING[metric.unit]
    assert metric.sentence.endswith(".")
    assert "\n" not in metric.sentence + metric.label


@every_metric
def test_its_docstring_has_every_heading_in_order(metric: Metric) -> None:
    """The docstring opens with a sentence and holds each heading once, filled, in the house's order."""
    text = module_of(metric).__doc__ or ""
    places = [[m.start() for m in re.finditer(rf"^{heading} ", text, re.MULTILINE)] for heading in HEADINGS]
    assert all(len(found) == 1 for found in places), [
        h for h, found in zip(HEADINGS, places, strict=True) if len(found) != 1
    ]
    assert places == sorted(places)
    assert all(section_of(metric, heading) for heading in HEADINGS)
    assert text.splitlines()[0].endswith((".", ":"))


@every_metric
def test_it_reads_what_it_says(metric: Metric) -> None:
    """`needs` are contract tables, its SQL reads these and no other."""
    names = {table.name for table in CONTRACT}
    assert set(metric.needs) <= names
    read = {name for name in names if re.search(rf"\b(?:FROM|JOIN)\s+{name}\b", metric.sql)}
    assert read == set(metric.needs)


@every_metric
def test_its_columns_have_the_shape_of_all_metrics(metric: Metric) -> None:
    """Subject, day, amount, base and completeness, and each dimension it names."""
    columns = _columns(World(), metric.sql)
    assert columns["subject"] == "VARCHAR"
    assert columns["observed_on"] == "DATE"
    assert columns["complete"] == "BOOLEAN"
    assert {"amount", "base", *metric.dimensions} <= set(columns)
    numbers = {"amount", "base"} & set(columns)
    assert all(re.match(r"DOUBLE|BIGINT|INTEGER|DECIMAL|HUGEINT", columns[name]) for name in numbers)
    shaped = _columns(World(), observation_sql(metric, STREAM))
    assert shaped.pop("day") in ("INTEGER", "BIGINT")
    bounds = dict.fromkeys(BOUNDS if metric.bounded_by else (), "DOUBLE")
    assert shaped == {"amount": "DOUBLE", "base": "DOUBLE", "complete": "BOOLEAN"} | bounds
    assert bool(metric.bounded_by) == ("least_amount" in metric.sql)


@every_metric
def test_nothing_in_gives_nothing_out(metric: Metric) -> None:
    """Empty tables give no observation and no value, each with a reason."""
    found = World().observations(metric)
    assert len(found) == 0
    for summary in summaries_of(metric, found):
        assert summary.value is None
        assert summary.reason


@every_metric
def test_a_filled_world_gives_a_value(metric: Metric) -> None:
    """Where there is something to see, it is seen, and other streams are not."""
    world = _filled()
    assert len(world.observations(metric))
    for table in metric.needs:
        world.connection.execute(f"UPDATE {table} SET stream = 'other'")
    assert len(world.observations(metric)) == 0


@every_metric
def test_it_can_be_split_by_every_dimension(metric: Metric) -> None:
    """Each dimension it names splits its observations, and one it does not know is refused with what it knows."""
    world = _filled()
    for name in metric.dimensions:
        assert observe(world.connection, metric, STREAM, (name,))
    with pytest.raises(ContractError, match="has no dimension of that name"):
        observe(world.connection, metric, STREAM, ("colour",))


@every_metric
def test_splitting_loses_nothing(metric: Metric) -> None:
    """The groups of a split hold what the whole holds, unless the split is one by which the metric repeats cases."""
    world = _filled()
    free = [name for name in metric.dimensions if metric.unless_split is None or name != metric.unless_split[0]]
    whole = len(world.observations(metric))
    for name in free:
        groups = observe(world.connection, metric, STREAM, (name,))
        assert sum(len(group.within(JANUARY)) for group in groups) == whole


@every_metric
def test_its_printed_sql_runs_as_printed(metric: Metric) -> None:
    """The SQL in the technical notes runs without parameters, and gives the rows that were counted."""
    world = _filled()
    sql = printed_sql(metric, STREAM)
    assert "$" not in sql
    rows = world.connection.execute(sql).fetchall()
    assert len(rows) >= len(world.observations(metric))


@every_metric
def test_the_order_of_rows_changes_nothing(metric: Metric) -> None:
    """The same rows in another order give the same values to the last bit."""
    one, other = _filled(), World()
    for table in CONTRACT:
        rows = one.connection.execute(f"SELECT * FROM {table.name}").fetchall()
        marks = ", ".join("?" for _ in table.columns)
        for row in reversed(rows):
            other.connection.execute(f"INSERT INTO {table.name} VALUES ({marks})", list(row))
    assert summaries_of(metric, one.observations(metric)) == summaries_of(metric, other.observations(metric))
