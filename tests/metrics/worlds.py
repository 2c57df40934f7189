"""Random worlds for oracles: rows of cases, failures and costs as plain tuples that a loop can read, too."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.metrics.builder import World

KINDS = (None, "completed", "completed", "completed", "rejected", "cancelled", "abandoned")
few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
days = st.integers(0, 60 * 1440).map(lambda minutes: minutes / 1440)
counts = st.integers(0, 3)
# triggered, finished (may lie before the trigger), outcome kind, four kinds of rework, automated and manual handoffs
case_rows = st.lists(
    st.tuples(days, days, st.sampled_from(KINDS), st.tuples(counts, counts, counts, counts, counts), counts, counts),
    min_size=1,
    max_size=25,
)
failure_rows = st.lists(st.tuples(days, st.none() | days, st.none() | days), min_size=1, max_size=25)
STAGES = ("onset", "detected", "triaged", "contained", "remediated", "steady")
StagedRow = dict[str, float | None]
staged_rows: st.SearchStrategy[list[StagedRow]] = st.lists(
    st.fixed_dictionaries({stage: days if stage == "detected" else st.none() | days for stage in STAGES}),
    min_size=1,
    max_size=25,
)
CauseRow = str
CAUSES = {"link": ("2.4", "link"), "window": ("2.4", "window"), "none": (None, "link"), "unknown": (None, None)}
cause_rows = st.lists(st.sampled_from(sorted(CAUSES)), min_size=1, max_size=12)
CaseRow = tuple[float, float, str | None, tuple[int, int, int, int, int], int, int]
FailureRow = tuple[float, float | None, float | None]


def world_of_cases(rows: list[CaseRow]) -> World:
    """A world with these cases; a kind of None is an open case."""
    world = World()
    for number, (triggered, finished, kind, rework, automated, manual) in enumerate(rows):
        self_loops, loops, rejections, corrections, reopens = rework
        world.case(
            f"c{number}", triggered, None if kind is None else finished, outcome_kind=kind, self_loops=self_loops,
            loops=loops, rejections=rejections, corrections=corrections, reopens=reopens, automated_handoffs=automated,
            manual_handoffs=manual,
        )  # fmt: skip
    return world


def world_of_failures(rows: list[FailureRow]) -> World:
    """A world with these failures: detected, remediated, steady."""
    world = World()
    for number, (detected, remediated, steady) in enumerate(rows):
        world.failure(f"f{number}", detected, steady, remediated=remediated)
    return world


def world_of_stages(rows: list[StagedRow]) -> World:
    """A world with these failures, each with the days of its stages."""
    world = World()
    for number, row in enumerate(rows):
        told = {stage: day for stage, day in row.items() if stage != "detected"}
        assert row["detected"] is not None
        world.failure(f"f{number}", row["detected"], **told)
    return world


def world_of_causes(rows: list[CauseRow]) -> World:
    """A world with a failure for each of these causes."""
    world = World()
    for number, row in enumerate(rows):
        release, by = CAUSES[row]
        world.failure(f"f{number}", 1.0, 2.0, caused_by_release=release, attributed_by=by)
    return world


def share(hits: list[bool]) -> float | None:
    """The share of True; None of nothing."""
    return sum(hits) / len(hits) if hits else None
