"""Wait causes: each cause by hand, their order, what cannot be judged, and what a wait is."""

from __future__ import annotations

import datetime as dt

import pytest

from metrics.reports.wait_causes import BASES, CAUSES, rows
from metrics.stream import Stream
from metrics.waits.batches import FEWEST_CASES, PAUSE_MINUTES, WITHIN_MINUTES
from metrics.waits.causes import causes_sql
from metrics.windows import windows_of
from tests.metrics.coded_events import Log, Row
from tests.metrics.wait_logs import MINUTE_US, STREAM, a_case, minutes, report, step
from tests.metrics.working import add_spells


def test_example() -> None:
    """Waits 60 minutes: 10 until it is handed over, 20 while Bo is at other work, 30 that nobody can explain."""
    found = report(a_case("c", "B", "bo", 70, 120, 130), a_case("other", "X", "bo", None, 80, 100))
    assert minutes(found) == {"handoff": 10.0, "queue": 20.0, "unexplained": 30.0}
    by_cause = {row["cause"]: row for row in found if row["step"] == "B"}
    assert tuple(by_cause) == CAUSES
    assert {row["waits"] for row in by_cause.values()} == {1}
    assert (by_cause["queue"]["cause_share"], by_cause["queue"]["mean_hours"]) == (pytest.approx(1 / 3), 20 / 60)
    assert (by_cause["queue"]["basis"], by_cause["queue"]["period"]) == (BASES["queue"][0], "2026-Q1")


def test_work_of_others_is_no_queue() -> None:
    """Only the performer who began the step counts: that somebody else was busy explains nothing."""
    found = report(a_case("c", "B", "bo", None, 120, 130), a_case("other", "X", "al", None, 80, 100))
    assert minutes(found) == {"unexplained": 60.0}


def test_queue_comes_before_handoff() -> None:
    """While the performer is busy it is their queue, also before the work was handed over."""
    found = report(a_case("c", "B", "bo", 100, 120, 130), a_case("other", "X", "bo", None, 55, 90))
    assert minutes(found) == {"queue": 30.0, "handoff": 10.0, "unexplained": 20.0}


def test_a_handoff_needs_a_change() -> None:
    """Where the same one goes on there is nothing to hand over, whenever it was scheduled."""
    found = report([*step("c", "A", "bo", None, 50, 60), *step("c", "B", "bo", 100, 120, 130)])
    assert minutes(found) == {"unexplained": 60.0}


def test_a_schedule_after_the_start_hands_over_no_more_than_the_wait() -> None:
    """A schedule told after the start is cut at the start."""
    assert minutes(report(a_case("c", "B", "bo", 125, 120, 130))) == {"handoff": 60.0}


def test_many_things_at_once_are_no_queue() -> None:
    """A carrier who has three parcels at once most of the time is busy with three, not with one."""
    parcels = [a_case(f"p{n}", "X", "van", None, 200 + n, 400) for n in range(3)]
    found = report(a_case("c", "B", "van", None, 120, 121), a_case("one", "X", "van", None, 70, 80), *parcels)
    assert minutes(found) == {"unexplained": 60.0}


@pytest.mark.parametrize(("double", "queue"), [(5, 60.0), (6, 6.0)])
def test_a_little_overlap_is_no_capacity(double: int, queue: float) -> None:
    """Two things at once for 5 % of the working time do not make a performer who can do two."""
    log = report(
        a_case("c", "B", "bo", None, 120, 120), a_case("x", "X", "bo", None, 60, 160),
        a_case("y", "Y", "bo", None, 70, 70 + double),
    )  # fmt: skip
    assert minutes(log).get("queue") == queue


def batch_of(
    count: int = FEWEST_CASES, spread: int = 0, pause: int = PAUSE_MINUTES, late: int = 0, name: str = "B"
) -> list[list[Row]]:
    """Cases that come a minute apart from 60 on, begun by Bo from 200 on, who was last at work a pause before."""
    told = [a_case("earlier", "X", "bo", None, 200 - pause - 1, 200 - pause)]
    for number in range(count):
        at = 200 + (spread if number == count - 1 else 0)
        case = f"b{number}"
        given = 60 + number if number < count - late else 200
        told.append([
            *step(case, "A", "sys", None, 50, given, kind="system"), *step(case, name, "bo", None, at, at + 1),
            *step(case, "D", "sys", None, None, 600),
        ])  # fmt: skip
    return told


def batch_minutes(told: list[list[Row]]) -> float | None:
    """Minutes put down to batches before B."""
    return minutes(report(*told)).get("batch")


def test_a_batch_waits_for_its_last_member() -> None:
    """Three cases that come at 60, 61 and 62 and are begun in one go at 200 waited 2 + 1 + 0 minutes for the batch."""
    assert batch_minutes(batch_of()) == 3.0


@pytest.mark.parametrize(
    ("told", "batch"),
    [
        (batch_of(count=FEWEST_CASES - 1), None),
        (batch_of(spread=WITHIN_MINUTES), 3.0),
        (batch_of(spread=WITHIN_MINUTES + 1), None),
        (batch_of(pause=PAUSE_MINUTES - 1), None),
        (batch_of(count=FEWEST_CASES, late=1), None),  # comes when the first is begun: nobody waited for it
        (batch_of(count=FEWEST_CASES + 1, late=1), 3.0),
        (batch_of()[1:], None),  # nobody knows what Bo did before
    ],
)
def test_what_is_no_batch(told: list[list[Row]], batch: float | None) -> None:
    """Too few, too far apart, without a pause, not yet there, or at the beginning of the log: no batch."""
    assert batch_minutes(told) == batch


def test_another_step_is_another_batch() -> None:
    """Three cases of two steps begun in one go are no batch of either."""
    assert batch_minutes([*batch_of(count=2), *batch_of(count=1, name="C")[1:]]) is None


def test_one_case_three_times_is_no_batch() -> None:
    """A batch is of cases: one case that is begun again and again is none."""
    again = [row for n in range(3) for row in step("b", "B", "bo", 100 + n, 200 + n, None)]
    told = report(a_case("e", "X", "bo", None, 70, 80), [*step("b", "A", "sys", None, 50, 60), *again])
    assert minutes(told).get("batch") is None


def test_a_member_is_in_its_flow() -> None:
    """A case that had its outcome before the batch was begun waited for nothing, and makes no batch of the others."""
    *others, last = batch_of()
    over = [*(row for row in last if row[1] != "D"), *step(f"b{FEWEST_CASES - 1}", "D", "sys", None, None, 150)]
    assert batch_minutes([*others, over]) is None


def test_batch_comes_before_queue() -> None:
    """What was kept for a batch is the batch's, also while the performer was at other work."""
    log = batch_of()
    log.append(a_case("x", "X", "bo", None, 61, 121))
    assert minutes(report(*log)) == {"batch": 2 + 1.0, "queue": 3 * (59 + 1.0), "unexplained": 3 * (200 - 121 - 1.0)}


def test_who_is_not_told_cannot_be_judged() -> None:
    """Without a performer, batch and queue are unknown with what is missing, never 0; absence is without a calendar."""
    found = {row["cause"]: row for row in report(a_case("c", "B", None, 70, 120, 130)) if row["step"] == "B"}
    for cause in ("absence", "batch", "queue"):
        row = found[cause]
        assert (row["judged_waits"], row["cause_us"], row["cause_share"], row["mean_hours"]) == (0, None, None, None)
        assert row["basis"] == BASES[cause][1]
    assert found["handoff"]["cause_us"] + found["unexplained"]["cause_us"] == 60 * MINUTE_US


def test_a_handoff_without_a_schedule_cannot_be_judged() -> None:
    """After a change of who is responsible nobody knows when the step was handed over, unless it was scheduled."""
    found = {row["cause"]: row for row in report(a_case("c", "B", "bo", None, 120, 130)) if row["step"] == "B"}
    assert (found["handoff"]["cause_us"], found["handoff"]["basis"]) == (None, BASES["handoff"][1])
    assert found["unexplained"]["cause_us"] == 60 * MINUTE_US


def test_instants_tell_no_wait() -> None:
    """A log of instants has one row a step that says what is missing, and no number."""
    log = report([("c", "A", "Mon 01:00"), ("c", "B", "Mon 02:00"), ("c", "D", "Mon 03:00")])
    assert [(row["step"], row["cause"], row["waits"], row["untold_waits"]) for row in log] == [
        ("B", "unexplained", 0, 1), ("D", "unexplained", 0, 1)
    ]  # fmt: skip
    assert {(row["cause_us"], row["total_us"], row["cause_share"], row["mean_hours"], row["basis"]) for row in log} == {
        (None, None, None, None, "no start is told")
    }


def waits_of(*told: list[Row]) -> dict[str, tuple[int, int, float | None]]:
    """By step: waits, untold waits, and minutes of wait."""
    return {
        row["step"]: (
            row["waits"],
            row["untold_waits"],
            None if row["total_us"] is None else row["total_us"] / MINUTE_US,
        )
        for row in report(*told)
    }


@pytest.mark.parametrize(
    ("told", "waits"),
    [
        (step("c", "B", "bo", None, 90, 95), (1, 0, 30.0)),
        (step("c", "B", "bo", None, 60, 95), (1, 0, 0.0)),
        (step("c", "B", "bo", 20, 90, 95), (1, 0, 30.0)),  # scheduled while the step before was worked on
        (step("c", "B", "bo", None, 55, 95), None),  # begun while the step before was worked on
        (step("c", "B", "bo", None, None, 95), (0, 1, None)),
        (step("c", "B", "bo", 70, None, None), None),  # not begun: it may still wait
        (step("c", "B", "bo", None, 40, 45), None),  # before the trigger
        (step("c", "B", "bo", None, 601, 605), None),  # after the outcome
        (step("c", "B", "bo", None, 600, 605), (1, 0, 0.0)),  # in the minute of the outcome, after D by its end
    ],
)
def test_what_is_a_wait(told: list[Row], waits: tuple[int, int, float | None] | None) -> None:
    """From the end of the step before to the start, within the flow; what is half told is untold."""
    around = [*step("c", "A", "sys", None, 50, 60), *step("c", "D", "sys", None, None, 600)]
    assert waits_of([*around, *told]).get("B") == waits


def test_where_the_step_before_told_no_end() -> None:
    """Then the wait begins with the schedule; without one it is untold. An end before its start is no end."""
    for before in ((None, 55, None), (None, 55, 52)):
        first = [*step("c", "A", "sys", None, 40, 50), *step("c", "C", "bo", *before)]
        assert waits_of([*first, *step("c", "B", "bo", 80, 90, 95)])["B"] == (1, 0, 10.0)
        assert waits_of([*first, *step("c", "B", "bo", None, 90, 95)])["B"] == (0, 1, None)


def test_the_first_step_waits_from_its_schedule() -> None:
    """A case whose trigger was scheduled waited for it; one that was not has no wait before its first step."""
    assert waits_of(step("c", "A", "bo", 10, 30, 40)) == {"A": (1, 0, 20.0)}
    assert waits_of(step("c", "A", "bo", None, 30, 40)) == {}


def test_a_wait_is_cut_at_the_trigger() -> None:
    """What waited before the trigger waited for nothing of this flow."""
    before = [*step("c", "B", "bo", None, 10, 20), *step("c", "A", "sys", 30, 50, 60)]
    assert waits_of(before)["A"] == (1, 0, 20.0)


def test_waits_belong_to_the_quarter_they_end_in() -> None:
    """A wait over a border counts in the quarter in which the step was begun, in local time."""
    stream = STREAM.model_copy(update={"time_zone": "Europe/Berlin"})
    rows_ = [("c", "A", "2026-03-31T20:00:00"), *(
        ("c", "B", f"2026-03-31T{at}:00", {"lifecycle": phase, "activity_id": "b"})
        for at, phase in (("22:00", "start"), ("22:10", "complete"))
    )]  # fmt: skip
    assert {row["period"] for row in report(rows_, stream=stream)} == {"2026-Q2"}
    assert {row["period"] for row in report(rows_)} == {"2026-Q1"}


def test_no_cases() -> None:
    """Without a triggered case there is no row."""
    assert report(step("c", "B", "bo", 70, 80, 90)) == []


CLOSED = """
kept AS (SELECT * FROM (VALUES ('c', 1), ('b0', 1), ('b1', 1), ('b2', 1)) AS k(case_id, calendar_no)),
away AS (
    SELECT 1 AS calendar_no, epoch_us(TIMESTAMP '2026-01-05 00:00' + to_minutes(f)) AS from_us,
        epoch_us(TIMESTAMP '2026-01-05 00:00' + to_minutes(u)) AS until_us
    FROM (VALUES (61, 62), (75, 85), (100, 110)) v(f, u)
)"""


def closed_minutes(*told: list[Row]) -> dict[str, float]:
    """Minutes by cause before B, where nobody works in three spells of the day."""
    log = Log(STREAM, [row for rows_of_step in told for row in rows_of_step])
    connection = log.contract()
    (quarter,) = windows_of(connection, STREAM, ("quarter",))
    asked = {"stream": "made", "periods": [quarter.period.key], "borders": [quarter.from_us]}
    (found,) = [row for row in connection.sql(causes_sql(CLOSED), params=asked).to_arrow_table().to_pylist()
                if row["step"] == "B"]  # fmt: skip
    us = {cause: found[f"{cause}_us"] for cause in CAUSES[:-1]}
    us["unexplained"] = found["total_us"] - sum(us.values())
    return {cause: length / MINUTE_US for cause, length in us.items() if length}


def test_absence_comes_first() -> None:
    """Outside the calendar nobody is busy, nothing is handed over, and no batch is waited for."""
    assert closed_minutes(
        a_case("c", "B", "bo", 70, 120, 130), a_case("other", "X", "bo", None, 80, 95)
    ) == {"absence": 21.0, "handoff": 9.0, "queue": 10.0, "unexplained": 20.0}  # fmt: skip
    assert closed_minutes(*batch_of())["batch"] == 1.0  # of [60, 62] and [61, 62] without the minute from 61


def test_a_calendar_is_kept_by_people_and_by_their_cases_alone() -> None:
    """A machine works at night, and a case of another site keeps another calendar, or none that is known."""
    machine = [*step("c", "A", "sys", None, 50, 60), *step("c", "B", "bot", None, 120, 130, kind="system")]
    assert closed_minutes(machine) == {"unexplained": 60.0}
    assert closed_minutes(a_case("elsewhere", "B", "bo", None, 120, 130)) == {"unexplained": 60.0}


def test_absence_needs_no_performer() -> None:
    """Nobody works while nobody works, whoever it was."""
    assert closed_minutes(a_case("c", "B", None, None, 120, 130)) == {"absence": 21.0, "unexplained": 39.0}


OPEN_HOURS = {"name": "office", "hours": {"mon-fri": ["00:30-01:15", "01:30-03:00"]}, "time_zone": "UTC"}


def with_spells(stream: Stream, log: Log) -> list[dict[str, object]]:
    """Rows of the report where the stream's own calendar was made into working spells."""
    connection = log.contract()
    add_spells(connection, stream, dt.date(2026, 1, 2), dt.date(2026, 1, 8))
    return [dict(row) for row in rows(connection, stream)]


def test_the_calendar_of_the_stream_file_tells_absence() -> None:
    """Work ready at 01:00 and begun at 02:00 waits for a quarter of an hour in which nobody works, and says so."""
    stream = Stream.model_validate(STREAM.model_dump() | {"calendars": [OPEN_HOURS]})
    found = with_spells(stream, Log(stream, a_case("c", "B", "bo", None, 120, 130)))
    assert minutes(found)["absence"] == 15.0
    assert {row["basis"] for row in found if row["cause"] == "absence"} == {"the working calendar of the case"}


def test_beyond_what_a_calendar_knows_nobody_is_away() -> None:
    """Days before the first spell of a calendar, and after its last, are no absence: nobody declared them."""
    later = OPEN_HOURS | {"since": "2026-01-06"}
    stream = Stream.model_validate(STREAM.model_dump() | {"calendars": [later]})
    found = with_spells(stream, Log(stream, a_case("c", "B", "bo", None, 120, 130)))
    assert minutes(found) == {"unexplained": 60.0}
