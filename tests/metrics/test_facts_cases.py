"""Cases from steps: when the clock starts and stops, and under which release, segment and day."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import duckdb
import pytest

from metrics.tables import CASES
from pipelines.checks.laws import LAWS, count_failing
from tests.metrics.coded_events import Log, Row, instant, made_stream, of

BY_STEP: list[dict[str, Any]] = [
    {"name": "delivered", "steps": ["Deliver", "Hand over"]},
    {"name": "refused", "kind": "rejected", "steps": ["Refuse"]},
]
BY_END: list[dict[str, Any]] = [
    {"name": "lost", "kind": "abandoned", "last_steps": ["Remind"]},
    {"name": "stopped", "kind": "cancelled", "last_event": True},
]


def _log(*steps: str, **stream: Any) -> Log:
    """One case with these steps, an hour apart from Monday 09:00."""
    return Log(made_stream(**stream), [("c1", step, f"Mon {hour:02d}:00") for hour, step in enumerate(steps, 9)])


def _ended(*steps: str, outcomes: list[dict[str, Any]]) -> tuple[Any, ...]:
    case = _log(*steps, outcomes=outcomes).case()
    finished = case["finished_at"]
    return case["outcome"], case["outcome_kind"], None if finished is None else finished.hour


def test_the_earliest_outcome_wins() -> None:
    """Of several outcomes named by steps the first to occur ends the case, whatever its place in the file."""
    assert _ended("Order", "Refuse", "Deliver", outcomes=BY_STEP) == ("refused", "rejected", 10)
    assert _ended("Order", "Hand over", "Deliver", "Refuse", outcomes=BY_STEP) == ("delivered", "completed", 10)


def test_an_outcome_by_the_end_counts_where_no_step_did() -> None:
    """An outcome by last step or last event applies only to cases that no outcome step ended."""
    both = [*BY_END, *BY_STEP]
    assert _ended("Order", "Deliver", "Remind", outcomes=both) == ("delivered", "completed", 10)
    assert _ended("Order", "Deliver", outcomes=both) == ("delivered", "completed", 10)
    assert _ended("Order", "Remind", outcomes=both) == ("lost", "abandoned", 10)
    assert _ended("Order", "Remind", "Check", outcomes=both) == ("stopped", "cancelled", 11)


def test_a_case_without_outcome_is_open() -> None:
    """Nothing that ends a case: no finish, no outcome, and it stays in the table."""
    assert _ended("Order", "Remind", "Check", outcomes=[*BY_STEP, BY_END[0]]) == (None, None, None)
    assert _log("Order").case()["finished_on"] is None


def test_two_outcomes_at_one_instant() -> None:
    """Outcomes at the same instant are settled by their order in the stream file, not by chance."""
    rows: list[Row] = [("c1", "Order", "Mon 09:00"), ("c1", "Refuse", "Mon 10:00"), ("c1", "Deliver", "Mon 10:00")]
    assert Log(made_stream(outcomes=BY_STEP), rows).case()["outcome"] == "delivered"
    assert Log(made_stream(outcomes=BY_STEP[::-1]), rows).case()["outcome"] == "refused"


def test_the_clock_starts_at_the_first_trigger() -> None:
    """A case begins at the first of the trigger steps, not at its first event, unless the file says so."""
    by_step = _log("Draft", "Order", "Order", "Done", trigger={"steps": ["Order"]}).case()
    assert by_step["triggered_at"] == instant("Mon 10:00")
    assert _log("Draft", "Order", "Done").case()["triggered_at"] == instant("Mon 09:00")


def test_a_case_without_trigger_is_no_case() -> None:
    """A case that never showed its trigger is not measured, and the others are."""
    rows: list[Row] = [("c1", "Check", "Mon 09:00"), ("c2", "Order", "Mon 09:00"), ("c2", "Done", "Mon 11:00")]
    assert of(Log(made_stream(trigger={"steps": ["Order"]}), rows).cases(), "case_id") == ["c2"]


def test_a_negative_duration_is_kept_and_flagged() -> None:
    """A case that ends before it begins keeps both instants as told, and the law on cases counts it."""
    log = _log("Done", "Order", trigger={"steps": ["Order"]})
    case = log.case()
    assert (case["triggered_at"], case["finished_at"]) == (instant("Mon 10:00"), instant("Mon 09:00"))
    law = next(law for law in LAWS if law.name == "cases_end_after_they_begin")
    with duckdb.connect() as connection:
        connection.execute(CASES.ddl())
        names = ", ".join(f'"{name}"' for name in CASES.column_names)
        marks = ", ".join("?" for _ in CASES.column_names)
        connection.execute(f"INSERT INTO cases ({names}) VALUES ({marks})", [case[name] for name in CASES.column_names])
        assert count_failing(connection, law, "made") == 1


@pytest.mark.parametrize("name", ["NA", "null", "None", "", "0", "ü", "'; DROP TABLE events; --", "c1"])
def test_any_text_is_a_case_id(name: str) -> None:
    """A case called NA, null or anything else is a case of that name."""
    log = Log(made_stream(), [(name, "Order", "Mon 09:00"), (name, "Done", "Mon 10:00")])
    assert of(log.cases(), "case_id", "steps", "outcome") == [(name, 2, "done")]


def test_a_step_called_na_is_a_step() -> None:
    """A step named NA or NULL counts as any other."""
    assert _log("NA", "NULL", "Done").case()["steps"] == 3


ZONE = "Europe/Berlin"


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-03-28T22:59:59", dt.date(2026, 3, 28)), ("2026-03-28T23:00:00", dt.date(2026, 3, 29)),
        ("2026-03-29T21:59:59", dt.date(2026, 3, 29)), ("2026-03-29T22:00:00", dt.date(2026, 3, 30)),
        ("2026-10-24T22:00:00", dt.date(2026, 10, 25)), ("2026-10-25T22:59:59", dt.date(2026, 10, 25)),
        ("2026-10-25T23:00:00", dt.date(2026, 10, 26)), ("1998-03-29T00:30:00+01:00", dt.date(1998, 3, 29)),
    ],
)  # fmt: skip
def test_days_are_local_across_a_change_of_the_clock(at: str, day: dt.date) -> None:
    """The day of an instant is the one on the wall where the stream works, before and after the clocks change."""
    case = Log(made_stream(time_zone=ZONE), [("c1", "Order", at), ("c1", "Done", at)]).case()
    assert (case["triggered_on"], case["finished_on"]) == (day, day)


def test_mixed_offsets_are_instants() -> None:
    """Times told with different offsets are compared as instants: the night of the change has its extra hour."""
    rows: list[Row] = [("c1", "Order", "2026-10-25T02:30:00+02:00"), ("c1", "Done", "2026-10-25T02:30:00+01:00")]
    case = Log(made_stream(time_zone=ZONE), rows).case()
    assert case["finished_at"] - case["triggered_at"] == dt.timedelta(hours=1)
    assert case["finished_on"] == dt.date(2026, 10, 25)


HOSTILE = ["size", "a.b", "a b", 'a"b', "a'b", "a\\b", "$", "*", "[0]", "ü", "a$.b", "", "%", "a/b", "a~1b", "0"]


@pytest.mark.parametrize("name", HOSTILE)
def test_an_attribute_of_any_name_is_a_segment(name: str) -> None:
    """A segment reads exactly the attribute it names, whatever characters the name holds."""
    told = {"attributes": {name: "big", "other": "wrong", "a": {"b": "wrong"}}}
    stream = made_stream(segments={"size": {"attribute": name}})
    log = Log(stream, [("c1", "Order", "Mon 09:00", told), ("c1", "Done", "Mon 10:00", {"attributes": {name: "late"}})])
    assert json.loads(log.case()["segments"]) == {"size": "big"}


def test_a_segment_is_what_the_trigger_told() -> None:
    """The trigger's attribute counts, not that of an earlier or later event; one never told is null."""
    stream = made_stream(
        trigger={"steps": ["Order"]}, segments={"size": {"attribute": "size"}, "checks": {"count_of": "Check"}}
    )
    rows: list[Row] = [
        ("c1", "Draft", "Mon 08:00", {"attributes": {"size": "draft"}}),
        ("c1", "Order", "Mon 09:00", {"attributes": {"size": "big"}}),
        ("c1", "Check", "Mon 10:00", {"attributes": {"size": "small"}}),
        ("c1", "Check", "Mon 11:00"),
        ("c2", "Order", "Mon 09:00"),
    ]
    told = [json.loads(text) for text in of(Log(stream, rows).cases(), "segments")]
    assert told == [{"size": "big", "checks": "2"}, {"size": None, "checks": "0"}]


RELEASES = [
    {"version": "2", "at": "2026-01-05T12:00:00+02:00"}, {"version": "1", "at": "2026-01-05T08:00:00+00:00"},
]  # fmt: skip


def test_a_case_belongs_to_the_release_at_its_trigger() -> None:
    """The release in force counts at the trigger and at the finish; a straddler has two, a case before all has none."""
    rows: list[Row] = [
        ("before", "Order", "Mon 07:59"), ("before", "Done", "Mon 08:00"),
        ("inside", "Order", "Mon 08:00"), ("inside", "Done", "Mon 09:59"),
        ("over", "Order", "Mon 09:59"), ("over", "Done", "Mon 10:00"),
        ("still", "Order", "Mon 10:00"),
    ]  # fmt: skip
    found = of(Log(made_stream(releases=RELEASES), rows).cases(), "case_id", "release_at_trigger", "release_at_finish")
    assert found == [("before", None, "1"), ("inside", "1", "1"), ("over", "1", "2"), ("still", "2", None)]


def test_a_release_told_by_the_trigger_counts_where_none_is_listed() -> None:
    """Without a list of releases the one the trigger event told is the release of the case."""
    rows: list[Row] = [("c1", "Order", "Mon 09:00", {"release": "7"}), ("c1", "Done", "Mon 10:00", {"release": "8"})]
    assert Log(made_stream(), rows).case()["release_at_trigger"] == "7"
    assert Log(made_stream(releases=RELEASES), rows).case()["release_at_trigger"] == "1"
