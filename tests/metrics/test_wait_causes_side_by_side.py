"""Wait causes of several performers, streams, flows and quarters: each is judged by itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from metrics.reports.wait_causes import rows
from metrics.stream import Stream
from tests.metrics.coded_events import Log, Row
from tests.metrics.wait_logs import MINUTE_US, STREAM, a_case, minutes, report, step
from tests.metrics.working import add_spells

OPEN_HOURS = {"name": "office", "hours": {"mon-fri": ["00:30-01:15", "01:30-03:00"]}, "time_zone": "UTC"}


def in_one_go(who: str, name: str, cases: int = 3, spread: int = 0, pause: int = 16) -> list[list[Row]]:
    """Cases that come a minute apart from 60 on, begun at 200 after a pause; the last of them some minutes later."""
    told = [a_case(f"{who} before", "X", who, None, 196 - pause, 200 - pause)]
    for number in range(cases):
        case, begun = f"{who} {number}", 200 + (spread if number == cases - 1 else 0)
        told.append([
            *step(case, "A", "sys", None, 50, 60 + number, kind="system"),
            *step(case, name, who, None, begun, begun + 1), *step(case, "D", "sys", None, None, 600),
        ])  # fmt: skip
    return told


@pytest.mark.parametrize(
    ("cases", "spread", "pause", "batch"), [(3, 5, 15, 3.0), (2, 5, 15, None), (3, 6, 15, None), (3, 5, 14, None)]
)
def test_three_within_five_minutes_after_a_quarter_of_an_hour(
    cases: int, spread: int, pause: int, batch: float | None
) -> None:
    """Two are no batch, nor is what is begun six minutes apart or fourteen after other work."""
    assert minutes(report(*in_one_go("bo", "B", cases=cases, spread=spread, pause=pause))).get("batch") == batch


def test_each_performer_has_batches_of_their_own() -> None:
    """Bo's cases waited 2 + 1 + 0 minutes for a batch and so did Al's, at the same time."""
    found = report(*in_one_go("bo", "B"), *in_one_go("al", "C"))
    assert (minutes(found, "B")["batch"], minutes(found, "C")["batch"]) == (3.0, 3.0)


def test_how_much_somebody_can_do_at_once_is_their_own() -> None:
    """A carrier of three parcels is not busy with one, however long another works on one thing only."""
    parcels = [a_case(f"p{n}", "X", "van", None, 200 + n, 400) for n in range(3)]
    found = report(a_case("c", "B", "van", None, 120, 121), a_case("one", "X", "van", None, 70, 80),
                   a_case("long", "X", "al", None, 60, 590), *parcels)  # fmt: skip
    assert minutes(found) == {"unexplained": 60.0}


def test_a_step_that_took_no_time_has_an_end() -> None:
    """The next step waits from the instant on in which it was begun and ended."""
    found = report([*step("c", "A", "sys", None, 50, 60), *step("c", "C", "bo", None, 70, 70),
                    *step("c", "B", "bo", None, 90, 95)])  # fmt: skip
    assert minutes(found) == {"unexplained": 20.0}


def test_work_without_a_flow_keeps_busy_and_waits_for_nothing() -> None:
    """Work on a case that no trigger began is other work of its performer; what lies between its steps is no wait."""
    loose = [*step("loose", "X", "bo", None, 80, 100), *step("loose", "Y", "bo", None, 110, 115)]
    found = report(a_case("c", "B", "bo", None, 120, 130), loose)
    assert minutes(found) == {"queue": 25.0, "unexplained": 35.0}
    assert {row["step"] for row in found} == {"B", "D"}


@pytest.mark.parametrize("calendars", [[], [OPEN_HOURS]], ids=["no calendar", "a calendar"])
def test_another_stream_changes_nothing(calendars: list[dict[str, Any]]) -> None:
    """Cases of the same names in another stream, in the same tables, add no wait, no work and no calendar."""
    stream = Stream.model_validate(STREAM.model_dump() | {"calendars": calendars})
    log = Log(stream, [*a_case("c", "B", "bo", None, 120, 130), *a_case("other", "X", "bo", None, 80, 100)])
    connection = log.contract()
    add_spells(connection, stream, dt.date(2026, 1, 2), dt.date(2026, 1, 8))
    before = list(rows(connection, stream))
    for table in ("steps", "cases", "working_spells"):
        connection.execute(f"INSERT INTO {table} SELECT * REPLACE ('another' AS stream) FROM {table}")
    assert list(rows(connection, stream)) == before


def test_quarters_come_in_order() -> None:
    """The oldest is told first."""
    found = report([("c", "A", "Mon 01:00"), ("c", "B", "Mon 02:00")],
                   [("d", "A", "2026-04-07T01:00"), ("d", "B", "2026-04-07T02:00")])  # fmt: skip
    assert [row["period"] for row in found] == ["2026-Q1", "2026-Q2"]


def test_more_than_a_twentieth_of_overlap_is_capacity() -> None:
    """Two things at once for 11 of 200 minutes, 5.5 %, make a performer who can do two, and is busy with two only."""
    found = report(a_case("c", "B", "bo", None, 120, 120), a_case("x", "X", "bo", None, 60, 260),
                   a_case("y", "Y", "bo", None, 70, 81))  # fmt: skip
    assert minutes(found) == {"queue": 11.0, "unexplained": 49.0}


def test_a_handover_to_nobody_known_is_told_to_the_microsecond() -> None:
    """Without a performer and a calendar nothing is taken off the ten minutes until the step was handed over."""
    found = {row["cause"]: row for row in report(a_case("c", "B", None, 70, 120, 130)) if row["step"] == "B"}
    assert (found["handoff"]["cause_us"], found["unexplained"]["cause_us"]) == (10 * MINUTE_US, 50 * MINUTE_US)


def test_a_wait_may_end_after_all_work_in_the_log() -> None:
    """What its performer did before counts, though nothing that took time follows."""
    found = report([*step("c", "A", "bo", None, 50, 60), *step("c", "B", "bo", None, 120, 120)],
                   step("loose", "X", "bo", None, 80, 100))  # fmt: skip
    assert minutes(found) == {"queue": 20.0, "unexplained": 40.0}
