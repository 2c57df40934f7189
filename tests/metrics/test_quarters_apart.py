"""What a quarter counts is its own: cases of the day after it, and repeats of cases of another, are not."""

from __future__ import annotations

from metrics.flow.flow_time_started import FLOW_TIME_STARTED
from metrics.periods import parse_period
from metrics.reports.quarters import DONE, parameters
from metrics.reports.rework_allowance import rows
from tests.metrics.builder import STREAM, World
from tests.metrics.coded_events import Log, Row, made_stream
from tests.metrics.log_tables import tables_of


def test_a_case_is_of_the_quarter_it_was_completed_in() -> None:
    """The last of March is in it, the first of April is not; nor is what ended otherwise, or elsewhere."""
    world = World().case("first", -3.0, -2.9).case("last", 1.0, 86.9).case("after", 1.0, 87.0)
    world.case("off", 1.0, 5.0, outcome_kind="cancelled").case("other", 1.0, 5.0, stream="other")
    found = world.connection.execute(
        f"SELECT case_id FROM ({DONE}) ORDER BY 1", parameters(STREAM, parse_period("2026-Q1"))
    )
    assert found.fetchall() == [("first",), ("last",)]


def test_repeats_of_another_quarter_are_not_removed_here() -> None:
    """A case of each quarter had one allowed repeat: one was removed in each."""
    stream = made_stream(rework={"allowed": [{"step": "A", "reason": "a reminder"}]})
    path: list[Row] = []
    for case, month in (("a", "01"), ("b", "04")):
        path += [(case, step, f"2026-{month}-05T{n:02d}:00") for n, step in enumerate(("A", "B", "A", "Done"))]
    found = [dict(row) for row in rows(tables_of(Log(stream, path)), stream)]
    assert [(row["period"], row["step"], row["removed_repeats"], row["touched_cases"]) for row in found] == [
        ("2026-Q1", "(all)", 1, 1), ("2026-Q1", "A", 1, 1), ("2026-Q2", "(all)", 1, 1), ("2026-Q2", "A", 1, 1),
    ]  # fmt: skip


def test_started_and_done_at_once_counts() -> None:
    """A case of no length took 0 days; one that ended before it began is left out."""
    world = World().case("at once", 5.0, 5.0).case("backwards", 5.0, 4.0).case("open", 5.0, last_event=6.0)
    assert world.amounts(FLOW_TIME_STARTED) == [0.0, 1.0]


def test_one_repeat_among_many_steps_is_seen() -> None:
    """Of 140 steps one was done twice, and a rejection came besides: one loop."""
    names = [*(f"s{n:03d}" for n in range(140)), "R", "s000"]
    events: list[Row] = [("c1", name, f"2026-01-05T00:{n // 60:02d}:{n % 60:02d}") for n, name in enumerate(names)]
    stream = made_stream(outcomes=[{"name": "ended", "last_event": True}], rework={"rejections": ["R"]})
    case = Log(stream, events).case()
    assert (case["loops"], case["rejections"], case["is_rework_free"]) == (1, 1, False)
