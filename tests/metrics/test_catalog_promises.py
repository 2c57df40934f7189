"""What a metric's record says of it is what its docstring says, what its SQL does, and no other stream's affair."""

from __future__ import annotations

import re

import pytest

from metrics.catalog import CATALOG
from metrics.definition import section_of
from metrics.evaluate import summaries_of
from metrics.metric import Better, Metric, Reading
from metrics.tables import CONTRACT
from tests.metrics.builder import World

every_metric = pytest.mark.parametrize("metric", CATALOG, ids=lambda metric: metric.key)
SHAPE = {"subject", "observed_on", "amount", "base", "complete", "segments"}
BOUNDS = {"least_amount", "least_base", "most_amount", "most_base"}
DATED = {  # by which reading a row dated by this day may be read; a failure counts where it was noticed, or is followed
    **dict.fromkeys(("finished_on", "steady_on", "remediated_on", "triaged_on", "contained_on"), (Reading.FINISHED,)),
    **dict.fromkeys(("incurred_on", "happened_on"), (Reading.HAPPENED,)),
    "triggered_on": (Reading.STARTED,), "detected_on": (Reading.STARTED, Reading.HAPPENED),
}  # fmt: skip
STAGES = {"onset": 0.5, "triaged": 1.5, "contained": 1.75}


def own() -> World:
    """A world in which every metric observes something."""
    world = (
        World().case("a", 1.0, 2.0, automated_handoffs=1, manual_handoffs=1).case("b", 1.0).case("c", 2.0, 5.0, loops=1)
    )
    world.steps("a", ("X", "system"), ("Y", "human")).parts("a", 6.0, human_wait=12.0, unexplained=6.0)
    world.steps("c", ("Y", "human"), ("X", "system"), ("Y", "human")).worked("a", 1.0).worked("c", 2.0)
    return (
        world.failure("f", 1.0, 3.0, remediated=2.0, **STAGES)
        .failure("g", 2.0)
        .cost("5")
        .cost("7", cost_class="licence")
    )


def others() -> World:
    """Other things that happened to cases of the same names."""
    world = World().case("a", 2.0, 9.0, automated_handoffs=7, loops=1).case("b", 1.0, 4.0, manual_handoffs=5)
    world.case("d", 3.0).case("e", 1.0, 2.0, outcome_kind="rejected").case("c", 2.0, 3.0)
    world.steps("a", ("P", "human"), ("Q", "human"), ("P", "human")).steps("b", ("P", "agent"), ("Q", "system"))
    world.parts("a", 1.0, human_wait=40.0, unexplained=60.0).parts("c", 2.0, queue=9.0).worked("a", 5.0)
    world.failure("f", 1.0, 9.0, remediated=8.0, onset=0.1, triaged=6.0, contained=7.0).failure("h", 2.0)
    return world.cost("99").cost(None, cost_class="compute").cost("3", case_id=None)


def add_others(world: World) -> None:
    """The same tables with the rows of another stream beside, under the same names."""
    other = others()
    for table in CONTRACT:
        rows = other.connection.execute(f"SELECT * REPLACE ('other' AS stream) FROM {table.name}").fetchall()
        marks = ", ".join("?" for _ in table.columns)
        for row in rows:
            world.connection.execute(f"INSERT INTO {table.name} VALUES ({marks})", list(row))


@every_metric
def test_another_stream_changes_nothing(metric: Metric) -> None:
    """With another stream's cases of the same names in the same tables, every value is what it was."""
    world = own()
    before = summaries_of(metric, world.observations(metric))
    add_others(world)
    assert summaries_of(metric, world.observations(metric)) == before


@every_metric
def test_the_other_stream_is_no_empty_threat(metric: Metric) -> None:
    """What the other stream holds would be seen: taken for its own, it changes what a metric observes."""
    world = own()
    before = world.observations(metric)
    add_others(world)
    for table in metric.needs:
        world.connection.execute(f"UPDATE {table} SET stream = 'made' WHERE stream = 'other'")
    assert sorted(world.observations(metric).amount.tolist()) != sorted(before.amount.tolist())


@every_metric
def test_the_better_direction_is_the_one_it_is_read_by(metric: Metric) -> None:
    """The docstring says under 'Read as' which way is better, and the record says the same."""
    said = re.search(r"(lower|higher) is better", section_of(metric, "Read as"))
    if said is None:
        assert metric.unit == "count"  # of which neither is better
    else:
        assert metric.better is Better(said[1])


@every_metric
def test_the_unit_is_the_one_it_is_told_in(metric: Metric) -> None:
    """The docstring begins its unit with the words of the record."""
    assert section_of(metric, "Unit").startswith(metric.unit.replace("_", " "))


@every_metric
def test_the_reading_is_that_of_the_day(metric: Metric) -> None:
    """A row dated by an end is read as finished, by a beginning as started, by anything else as happened."""
    for day in re.findall(r"(\w+_on) AS observed_on", metric.sql):
        assert metric.reading in DATED[day]


@every_metric
def test_what_it_tells_beside_is_a_dimension(metric: Metric) -> None:
    """Each column that is not of the shape of all metrics can be split by."""
    parameters = {name: value for name, value in (("stream", "made"), ("as_of", None)) if f"${name}" in metric.sql}
    columns = {row[0] for row in World().connection.execute(f"DESCRIBE {metric.sql}", parameters).fetchall()}
    assert columns - SHAPE - BOUNDS == set(metric.dimensions)
