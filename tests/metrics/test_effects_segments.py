"""Changes by segment: chosen by size, judged as a family."""

from __future__ import annotations

import pytest

from metrics.effects.effect import Place, effect_between
from metrics.effects.families import count_families, family_of, stand
from metrics.effects.segments import MOST_VALUES, segment_effects, told_statistics
from metrics.evaluate import evaluate
from metrics.flow.flow_time import FLOW_TIME
from metrics.metric import Better, Metric, Statistic, Summary, Verdict
from metrics.quality.first_time_right import FIRST_TIME_RIGHT
from tests.metrics.builder import STREAM, SUNDAY, World
from tests.metrics.effect_worlds import filled, world_of


def steady(_: int, value: str) -> float:
    """Two days for big ones, one for small ones, all year."""
    return 2.0 if value == "big" else 1.0


def test_every_value_is_compared_with_its_own_past() -> None:
    """Before and after are the values of the quarter split by the segment, as `evaluate` gives them."""
    world = world_of(steady, a_day=3)
    published = {
        (v.period.key, v.dimensions["size"], v.metric.key, v.summary.statistic.value): v.summary
        for metric in (FLOW_TIME, FIRST_TIME_RIGHT)
        for v in evaluate(world.connection, metric, STREAM, ("quarter",), ("size",))
    }
    found = list(segment_effects(world.connection, STREAM))
    assert {(e.metric.key, e.difference.after.statistic.value) for e in found} == {
        ("flow_time", "p50"), ("flow_time", "p90"), ("first_time_right", "share"), ("handoff_ratio", "ratio"),
    }  # fmt: skip
    for effect in found:
        key = (str(effect.place.dimensions["size"]), effect.metric.key, effect.difference.after.statistic.value)
        if effect.metric in (FLOW_TIME, FIRST_TIME_RIGHT):
            assert effect.difference.after == published[(effect.place.label, *key)]
    assert {(e.place.label, e.place.dimensions["size"]) for e in found} == {
        (quarter, size) for quarter in ("2026-Q2", "2026-Q3") for size in ("big", "small")
    }


def test_small_values_are_left_out_and_large_ones_capped() -> None:
    """Below 30 on either side a value is not compared, and of the others the 20 largest are."""
    cases = []
    for quarter, first in enumerate((0, 91)):  # January to March, April to June
        for value in range(MOST_VALUES + 3):
            for number in range(30 + value - (value == 5 and quarter == 1) * 6):
                day = first + number + 1.0
                cases.append((f"{quarter}-{value}-{number}", f"v{value:02}", day, day + 0.5, True))
    world = filled(cases)
    found = {e.place.dimensions["size"] for e in segment_effects(world.connection, STREAM) if e.metric is FLOW_TIME}
    assert found == {f"v{value:02}" for value in range(MOST_VALUES + 3)} - {"v05", "v00", "v01"}
    assert (SUNDAY.month, SUNDAY.day) == (1, 4)


def test_a_value_that_was_never_told_is_one_too() -> None:
    """Cases without the attribute are compared as such."""
    world = World()
    for number in range(160):
        world.case(f"c{number}", float(number), number + 0.5)
    assert {str(e.place.dimensions) for e in segment_effects(world.connection, STREAM)} == {"{'size': None}"}


@pytest.mark.parametrize(
    ("metric", "told"), [(FLOW_TIME, [Statistic.P50, Statistic.P90]), (FIRST_TIME_RIGHT, [Statistic.SHARE])]
)
def test_two_statistics_at_most(metric: Metric, told: list[Statistic]) -> None:
    """The first and the headline, once where they are the same."""
    assert list(told_statistics(metric)) == told


def _summary(value: float, half: float | None) -> Summary:
    if half is None:
        return Summary(Statistic.P50, value, None, None, 500, "test")
    return Summary(
        Statistic.P50, value, value - half, value + half, 500, "test", value - 0.65 * half, value + 0.65 * half
    )


def test_a_family_weakens_its_own_and_no_other() -> None:
    """One of forty segments just beyond its 95 % range is no discovery; alone, as a period, it keeps its word."""

    def effect(kind: str, change: float, half: float | None = 1.0, label: str = "2026-Q3"):  # type: ignore[no-untyped-def]
        place = Place(kind, label, SUNDAY.date())
        return effect_between(
            STREAM, place, FLOW_TIME, _summary(9.0, half), _summary(9.0 + change, half), meaningful=0.5
        )

    many = [effect("segment", -1.5), *(effect("segment", 0.1) for _ in range(39)), effect("segment", -3.0, None)]
    alone = [
        effect("segment", -1.5, label="2026-Q2"),
        effect("period", -1.5),
        *(effect("period", 0.1) for _ in range(39)),
    ]
    told = list(count_families([*many, *alone]))
    assert [e.difference.verdict for e in (many[0], told[0])] == [Verdict.FASTER, Verdict.UNCLEAR]
    assert told[0].standing is not None
    assert (told[0].standing.size, told[0].standing.is_discovery) == (40, False)
    assert told[40].standing is not None
    assert (told[40].standing.adjusted_p, told[40].standing.size) == (None, 40)
    assert told[41].difference.verdict is Verdict.FASTER
    assert told[42].difference.verdict is Verdict.FASTER
    assert told[42].standing is not None
    assert told[42].standing.is_discovery is False
    row = told[0].as_row()
    assert (row["family"], row["family_size"], row["is_discovery"]) == ("segments in 2026-Q3", 40, False)
    assert row["p"] == told[0].p


def test_families_by_kind() -> None:
    """Segments of a quarter are met together whatever the metric; releases metric by metric."""
    assert family_of("segment", "2026-Q3", "flow_time") == family_of("segment", "2026-Q3", "handoff_ratio")
    assert family_of("segment", "2026-Q3", "flow_time") != family_of("segment", "2026-Q2", "flow_time")
    assert family_of("release", "1", "flow_time") == family_of("release", "2", "flow_time")
    assert family_of("release", "1", "flow_time") != family_of("release", "1", "handoff_ratio")
    assert len({family_of(kind, "x", "y") for kind in ("release", "placebo", "rollout", "pre_trend")}) == 4
    assert [s.adjusted_p for s in stand("f", [None, 0.02, 0.01])] == [None, 0.02, 0.02]
    assert Better.LOWER is FLOW_TIME.better


def test_thirty_on_either_side_are_enough() -> None:
    """A value with thirty cases in both quarters is compared; one with 29 in either is not."""
    world = World()
    for size, counts in (("both", (30, 30)), ("fewer before", (29, 31)), ("fewer now", (31, 29))):
        for first, count in zip((1.0, 91.0), counts, strict=True):
            for number in range(count):
                world.case(f"{size}{first}{number}", first + number, first + number + 1, segments={"size": size})
    found = {e.place.dimensions["size"] for e in segment_effects(world.connection, STREAM) if e.metric is FLOW_TIME}
    assert found == {"both"}
