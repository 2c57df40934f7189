"""Reports where an instant, a day or one visit more decides."""

from __future__ import annotations

from typing import Any

import pytest

from metrics.periods import parse_period
from metrics.reports import accuracy, exceptions, handoff_matrix, phantom_audit, quarters, re_entries, work_in_progress
from metrics.stream import Stream
from tests.metrics.builder import STREAM, World
from tests.metrics.coded_events import Log, Row, made_stream
from tests.metrics.log_tables import tables_of

ENDS = [{"name": "done", "steps": ["D"]}, {"name": "off", "kind": "cancelled", "steps": ["X"]},
        {"name": "no", "kind": "rejected", "steps": ["Y"]}]  # fmt: skip
Q1 = parse_period("2026-Q1")
Told = dict[str, Any]


def log(*told: tuple[str, str, str], **stream: Any) -> Log:
    """Steps at instants of Monday, (case, step, hour:minute), in a stream in which R rejects."""
    rows: list[Row] = [(case, step, f"Mon {at}", {"sequence": n}) for n, (case, step, at) in enumerate(told)]
    return Log(made_stream(**{"outcomes": ENDS, "rework": {"rejections": ["R"]}} | stream), rows)


def classes(of: Log) -> dict[tuple[str, str], Told]:
    return {(str(row["class"]), str(row["step"])): dict(row) for row in exceptions.rows(tables_of(of), of.stream)}


def test_no_wait_is_no_exception() -> None:
    """A step at the very instant of the one before waited for nothing; one that came after waited."""
    found = classes(log(("c", "A", "08:00"), ("c", "B", "08:00"), ("c", "D", "09:00")))
    assert {key for key in found if key[0] == "wait"} == {("wait", "D")}


def test_a_reversal_comes_after_the_outcome() -> None:
    """Called off at the very instant it was done it is not reversed; by another such step later it is."""
    found = classes(log(("c", "A", "08:00"), ("c", "D", "09:00"), ("c", "X", "09:00"), ("c", "Y", "10:00")))
    assert {key for key in found if key[0] == "reversal"} == {("reversal", "Y")}


def test_work_at_the_instant_of_the_outcome_reopens_nothing() -> None:
    """Other work at the instant of the outcome is before it; the first later step names the reopening."""
    found = classes(log(("c", "A", "08:00"), ("c", "D", "09:00"), ("c", "B", "09:00"), ("c", "C", "10:00")))
    assert {key for key in found if key[0] == "reopen"} == {("reopen", "C")}


def test_what_ends_with_the_case_is_a_visit_of_it() -> None:
    """A visit at the instant of the outcome counts; its output was used as it came unless it was done again."""
    of = log(("c", "A", "08:00"), ("c", "B", "09:00"), ("c", "D", "09:00"), ("c", "B", "10:00"))
    told = quarters.parameters(of.stream, Q1, with_counts=True)
    found = tables_of(of).execute(f"SELECT step, is_accepted FROM ({quarters.VISITS}) ORDER BY position", told)
    assert found.fetchall() == [("A", True), ("B", False), ("D", True)]


@pytest.mark.parametrize(
    ("steps", "accepted"),
    [("ABCD", "TTTT"), ("ABRD", "TFTT"), ("ABBD", "TFTT"), ("ABCBD", "TFTTT"), ("ARRD", "FFTT")],
)
def test_output_is_accepted_unless_it_is_refused_or_done_again(steps: str, accepted: str) -> None:
    """The visit before a rejection was refused; so was one whose step was done again, at once or later."""
    of = log(*(("c", step, f"{n:02d}:00") for n, step in enumerate(steps, 1)))
    told = quarters.parameters(of.stream, Q1, with_counts=True)
    found = tables_of(of).execute(f"SELECT is_accepted FROM ({quarters.VISITS}) ORDER BY position", told).fetchall()
    assert "".join("T" if is_accepted else "F" for (is_accepted,) in found) == accepted


def visited(of: Log, *others: tuple[str, int]) -> str:
    """Whether each visit of the cases was accepted; `others` are rejections of another stream: case and position."""
    tables = tables_of(of)
    for case, position in others:
        tables.execute(
            "INSERT INTO steps SELECT * REPLACE ('other' AS stream, $position AS position, 'rejection' AS rework_kind) "
            "FROM steps WHERE case_id = $case AND position = 1",
            {"case": case, "position": position},
        )
    told = quarters.parameters(of.stream, Q1, with_counts=True)
    found = tables.execute(f"SELECT is_accepted FROM ({quarters.VISITS}) ORDER BY case_id, position", told).fetchall()
    return "".join("T" if is_accepted else "F" for (is_accepted,) in found)


def test_rejections_of_another_stream_refuse_nothing() -> None:
    """A case of the same id was sent back elsewhere after its last step: ours was accepted, and counts once."""
    again = log(*(("c", step, f"{n:02d}:00") for n, step in enumerate("ABBD", 1)))
    assert visited(again, ("c", 5)) == "TFTT"
    once = log(*(("c", step, f"{n:02d}:00") for n, step in enumerate("ABD", 1)))
    assert visited(once, ("c", 2), ("c", 4)) == "TTT"


def test_a_case_of_nothing_but_rejections_was_refused_until_the_last() -> None:
    """Sent back twice, and nothing else is known of it: the first was refused, the second stands."""
    of = log(("c", "R", "08:00"), ("c", "R", "09:00"), outcomes=[{"name": "ended", "last_event": True}])
    assert visited(of) == "FT"


def test_a_quarter_without_cases_is_passed_over() -> None:
    """Accuracy of the first and the third quarter is told, of the second, in which nothing ended, is not."""
    rows: list[Row] = []
    for case, month in (("a", "01"), ("b", "07")):
        rows += [(case, step, f"2026-{month}-05T{n:02d}:00") for n, step in enumerate("ABD")]
    of = Log(made_stream(outcomes=ENDS), rows)
    assert [row["period"] for row in accuracy.rows(tables_of(of), of.stream)] == ["2026-Q1", "2026-Q3"]


def test_a_case_of_no_length_was_there() -> None:
    """Triggered and ended at one instant it arrived and ended; it was in hand for no time."""
    world = World().case("a", 1.0, 1.0).case("b", 1.0, 2.0)
    (week,) = (row for row in work_in_progress.rows(world.connection, STREAM) if row["grain"] == "week")
    assert (week["arrivals"], week["endings"], week["flow_days"]) == (2, 2, 0.5)


def test_an_audit_counts_from_the_first_day_to_the_last() -> None:
    """An open case of the first day of the second quarter is the second's."""
    world = World().case("a", 86.9).case("b", 87.0).case("c", 20.0, 21.0, last_event=90.0)
    found = {row["period"]: row["open_cases"] for row in phantom_audit.rows(world.connection, STREAM)}
    assert (found["2026-Q1"], found["2026-Q2"]) == (1, 1)


STAGED = made_stream(trigger={"steps": ["A"]}, outcomes=[{"name": "done", "steps": ["D"]}])


def visits(*told: tuple[str, str, int, int], stream: Stream = STAGED) -> dict[str, Told]:
    """Re-entries by step of visits (case, step, start, end), in hours of Monday, around which each case lives a day."""
    rows: list[Row] = []
    for case in dict.fromkeys(case for case, *_ in told):
        rows += [(case, "A", "Mon 00:00"), (case, "D", "Mon 23:00")]
    for case, step, start, end in told:
        common = {"activity_id": f"{case}{step}{start}"}
        rows += [(case, step, f"Mon {start:02d}:00", common | {"lifecycle": "start"}),
                 (case, step, f"Mon {end:02d}:00", common | {"lifecycle": "complete"})]  # fmt: skip
    return {str(row["step"]): dict(row) for row in re_entries.rows(Log(stream, rows).contract(), stream)}


def test_only_what_was_entered_again_is_measured() -> None:
    """One case entered a stage twice, for 1 + 3 hours; another was there once, for 9: it moves no length."""
    row = visits(("c", "B", 1, 2), ("c", "C", 2, 3), ("c", "B", 4, 7), ("d", "B", 1, 10))["B"]
    assert (row["cases"], row["entries"], row["re_entered_cases"], row["measured_cases"]) == (2, 3, 1, 1)
    assert (row["inside_hours_p50"], row["inside_hours_mean"], row["span_hours_p50"]) == (4.0, 4.0, 6.0)


def test_what_ends_as_a_quarter_begins_is_of_it() -> None:
    """A case that ended at the midnight between two quarters is of the second; the older one is told first."""
    rows: list[Row] = [
        ("a", "A", "2026-03-31T10:00"), ("a", "D", "2026-04-01T00:00"), ("b", "A", "2026-01-05T10:00"),
        ("b", "D", "2026-01-05T11:00"),
    ]  # fmt: skip
    found = [(row["period"], row["step"]) for row in re_entries.rows(Log(STAGED, rows).contract(), STAGED)]
    assert found == [("2026-Q1", "A"), ("2026-Q1", "D"), ("2026-Q2", "A"), ("2026-Q2", "D")]


def test_a_visit_of_no_length_was_left_as_it_was_entered() -> None:
    """Started and ended at one instant it lasted 0 hours, which is known; told backwards it is not."""
    row = visits(("c", "B", 1, 1), ("c", "C", 2, 3), ("c", "B", 4, 6))["B"]
    assert (row["measured_cases"], row["inside_hours_p50"], row["span_hours_p50"]) == (1, 2.0, 5.0)
    row = visits(("c", "B", 2, 1), ("c", "C", 2, 3), ("c", "B", 4, 6))["B"]
    assert (row["entries"], row["measured_cases"], row["inside_hours_p50"]) == (2, 0, None)


def test_transfers_to_a_human_come_from_a_machine() -> None:
    """Of four handoffs one goes from a system, one from an agent to a human."""
    who = (("s1", "system"), ("h1", "human"), ("h2", "human"), ("a1", "agent"), ("h3", "human"))
    world = World().case("c", 1.0, 2.0).steps("c", *who)
    found = [dict(row) for row in handoff_matrix.rows(world.connection, STREAM)]
    (total,) = [row for row in found if row["step"] is None and row["performer_kind"] is None]
    assert (total["pairs"], total["handoffs"], total["automated_to_human"], total["manual"]) == (4, 4, 2, 4)
