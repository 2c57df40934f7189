"""Wait causes of several performers, streams, flows and quarters: each is judged by itself."""

from __future__ import annotations

from metrics.reports.wait_causes import rows
from tests.metrics.coded_events import Log, Row
from tests.metrics.wait_logs import STREAM, a_case, minutes, report, step


def in_one_go(who: str, name: str, at: int) -> list[list[Row]]:
    """Three cases that come a minute apart from 60 on, begun at one instant after a pause of 16 minutes."""
    told = [a_case(f"{who} before", "X", who, None, at - 20, at - 16)]
    for number in range(3):
        case = f"{who} {number}"
        told.append([
            *step(case, "A", "sys", None, 50, 60 + number, kind="system"), *step(case, name, who, None, at, at + 1),
            *step(case, "D", "sys", None, None, 600),
        ])  # fmt: skip
    return told


def test_each_performer_has_batches_of_their_own() -> None:
    """Bo's cases waited 2 + 1 + 0 minutes for a batch and so did Al's, whoever of them comes first in the log."""
    found = report(*in_one_go("bo", "B", 200), *in_one_go("al", "C", 300))
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


def test_another_stream_changes_nothing() -> None:
    """Cases of the same names in another stream, in the same tables, add no wait and no work."""
    log = Log(STREAM, [*a_case("c", "B", "bo", None, 120, 130), *a_case("other", "X", "bo", None, 80, 100)])
    connection = log.contract()
    before = list(rows(connection, STREAM))
    for table in ("steps", "cases"):
        connection.execute(f"INSERT INTO {table} SELECT * REPLACE ('another' AS stream) FROM {table}")
    assert list(rows(connection, STREAM)) == before


def test_quarters_come_in_order() -> None:
    """The oldest is told first."""
    found = report([("c", "A", "Mon 01:00"), ("c", "B", "Mon 02:00")],
                   [("d", "A", "2026-04-07T01:00"), ("d", "B", "2026-04-07T02:00")])  # fmt: skip
    assert [row["period"] for row in found] == ["2026-Q1", "2026-Q2"]
