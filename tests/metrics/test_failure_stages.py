"""The report of stages: what each took and how many had it, quarter by quarter; the same as the metrics say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from metrics.catalog import metric_by_key
from metrics.metric import Statistic
from metrics.published import FAILURE_STAGES
from metrics.reports.failure_stages import STAGES, rows
from tests.metrics.builder import STREAM, World, median
from tests.metrics.worlds import StagedRow, few, staged_rows, world_of_stages


def _stages(world: World, period: str = "2026-Q1", level: str = "all", severity: str = "all") -> dict[str, Any]:
    found = [dict(row) for row in rows(world.connection, STREAM)]
    assert all(set(row) == set(FAILURE_STAGES.column_names) for row in found)
    chosen = [row for row in found if (row["period"], row["level"], row["severity"]) == (period, level, severity)]
    assert [row["position"] for row in chosen] in ([], [1, 2, 3, 4, 5, 6])
    return {str(row["stage"]): (row["median_days"], row["n"]) for row in chosen}


def test_each_stage_has_its_median_and_its_n() -> None:
    """Medians are of those that know both instants, and say how many these are."""
    world = World().case("newest", 1.0, 40.0)
    world.failure("a", 2.0, 8.0, onset=1.0, triaged=2.5, contained=3.0, remediated=4.0, severity=1)
    world.failure("b", 2.0, 4.0).failure("c", 2.0, 5.0)
    assert _stages(world) == {
        "detection": (1.0, 1), "triage": (0.5, 1), "spread": (1.0, 1), "remediation": (2.0, 1),
        "containment": (3.0, 3), "restoration": (7.0, 1),
    }  # fmt: skip
    assert _stages(world, severity="3")["containment"] == (2.5, 2)
    assert _stages(world, level="item", severity="1")["containment"] == (6.0, 1)
    assert _stages(world, level="stream") == {}


def test_a_stage_is_dated_by_its_end() -> None:
    """Noticed in one quarter and over in the next: detection stands in the first, containment in the second."""
    world = World().case("newest", 1.0, 100.0).failure("a", 80.0, 90.0, onset=79.0)
    first, second = _stages(world), _stages(world, "2026-Q2")
    assert (first["detection"], first["containment"]) == ((1.0, 1), (None, 0))
    assert (second["detection"], second["containment"]) == ((None, 0), (10.0, 1))


def test_a_stage_of_no_time_is_one() -> None:
    """Noticed the instant it began: detected in no time, which counts; noticed before it began it is in no n."""
    world = World().case("newest", 1.0, 40.0).failure("a", 2.0, 4.0, onset=2.0).failure("b", 2.0, 4.0, onset=3.0)
    assert _stages(world)["detection"] == (0.0, 1)


def test_no_failures_are_no_data() -> None:
    """Nothing to measure is no median, never 0; a stream without cases has no rows."""
    assert set(_stages(World().case("newest", 1.0, 40.0)).values()) == {(None, 0)}
    assert _stages(World()) == {}


@few
@given(told=staged_rows)
def test_the_report_says_what_a_loop_and_the_metrics_say(told: list[StagedRow]) -> None:
    """Median and n of each stage against plain Python, and against the published metric of that name."""
    world = world_of_stages(told).case("newest", 1.0, 80.0)
    found = _stages(world)
    for stage, begin, until in STAGES:
        lengths = [
            row[until] - row[begin]  # type: ignore[operator]
            for row in told
            if row[begin] is not None and row[until] is not None and row[until] >= row[begin]  # type: ignore[operator]
        ]
        assert found[stage] == ((pytest.approx(median(lengths), abs=1e-9) if lengths else None), len(lengths))
        if stage != "restoration":  # the metric counts those of unknown onset besides, with bounds
            assert world.value(metric_by_key(f"failure_{stage}_time"), Statistic.P50) == (
                pytest.approx(found[stage][0], abs=1e-9)  # means of the two in the middle differ in the last digit
            )
