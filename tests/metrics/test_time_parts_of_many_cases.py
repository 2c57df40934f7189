"""Time parts of cases that run at the same time: each is swept by itself."""

from __future__ import annotations

from metrics.facts.time_parts import time_parts_sql
from tests.metrics.coded_events import Log, Row, made_stream

STREAM = made_stream(trigger={"steps": ["A"]}, outcomes=[{"name": "done", "steps": ["D"]}])
HOUR_US = 3_600_000_000


def test_one_case_says_nothing_of_another() -> None:
    """Three cases an hour after each other, each worked on for its second hour: an hour of touch in three, each."""
    rows: list[Row] = []
    for case in range(3):
        for step, begun, ended in (("A", 8, 8), ("B", 9, 10), ("D", 11, 11)):
            told = {"performer_kind": "human", "activity_id": f"{case}{step}"}
            rows.append((f"c{case}", step, f"Mon {case + begun:02d}:00", told | {"lifecycle": "start"}))
            rows.append((f"c{case}", step, f"Mon {case + ended:02d}:00", told | {"lifecycle": "complete"}))
    log = Log(STREAM, rows)
    for is_sorted in (True, False):
        found = log.facts(time_parts_sql(log.query(is_sorted=is_sorted)), "case_id")
        assert [(row["flow_us"], row["touch_us"], row["unexplained_us"]) for row in found] == [
            (3 * HOUR_US, HOUR_US, 2 * HOUR_US)
        ] * 3
        assert [(row["timed_steps"], row["untimed_steps"]) for row in found] == [(3, 0)] * 3


def test_work_of_no_length_hands_on_at_its_instant() -> None:
    """From a step that began and ended at nine to the end of what others did at ten: an hour of waiting for them."""
    rows: list[Row] = []
    for step, kind, told in (
        ("A", "human", (("start", 8), ("complete", 8))), ("B", "human", (("start", 9), ("complete", 9))),
        ("C", "external", (("complete", 10),)), ("D", "human", (("start", 11), ("complete", 11))),
    ):  # fmt: skip
        rows += [
            ("c0", step, f"Mon {hour:02d}:00", {"performer_kind": kind, "activity_id": step, "lifecycle": phase})
            for phase, hour in told
        ]
    log = Log(STREAM, rows)
    (found,) = log.facts(time_parts_sql(log.query()))
    assert (found["external_wait_us"], found["unexplained_us"]) == (HOUR_US, 2 * HOUR_US)


def test_work_told_backwards_takes_nothing_from_other_work() -> None:
    """An hour of touch beside a step that ended an hour before it began is an hour of touch all the same."""
    rows: list[Row] = []
    for step, begun, ended in (("A", 8, 8), ("B", 9, 10), ("C", 10, 9), ("D", 11, 11)):
        told = {"performer_kind": "human", "activity_id": step}
        rows.append(("c0", step, f"Mon {begun:02d}:00", told | {"lifecycle": "start"}))
        rows.append(("c0", step, f"Mon {ended:02d}:00", told | {"lifecycle": "complete"}))
    log = Log(STREAM, rows)
    (found,) = log.facts(time_parts_sql(log.query()))
    assert (found["touch_us"], found["unexplained_us"], found["untimed_steps"]) == (HOUR_US, 2 * HOUR_US, 1)
