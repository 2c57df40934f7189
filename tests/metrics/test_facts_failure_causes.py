"""Whose fault a failure was, and who healed it: links, windows, nobody knows; machines, persons, strangers."""

from __future__ import annotations

from typing import Any

import pytest

from metrics.facts.failures import failures_sql
from metrics.failure.auto_healed_failures import AUTO_HEALED_FAILURES
from tests.metrics.coded_events import Fact, Log, Row, made_stream, of

RULE = {"name": "returned", "detected": ["Return"], "steady": ["Approve"], "release_hours": 24}
RELEASES = [{"version": "1", "at": "2026-01-05T00:00Z"}, {"version": "2", "at": "2026-01-06T12:00Z"}]
CAUSE = ("caused_by_release", "attributed_by")


def _told(failure: str, stage: str, at: str, case: str | None = None, **attributes: Any) -> Row:
    told = {"failure_id": failure, "failure_stage": stage, "attributes": attributes or None}
    return (case or f"failure:{failure}", None, at, told)


def _stream(**rule: Any) -> Any:
    hours = rule.get("release_hours", 24)
    return made_stream(failures=[RULE | rule], releases=RELEASES, incidents={"release_hours": hours})


def _failures(rows: list[Row], **rule: Any) -> list[Fact]:
    log = Log(_stream(**rule), rows)
    assert log.failures(is_sorted=True) == log.failures()
    return log.failures()


@pytest.mark.parametrize(
    ("at", "cause"),
    [
        ("2026-01-04T23:59:59.999999Z", (None, None)),
        ("2026-01-05T00:00Z", ("1", "window")),
        ("2026-01-06T00:00Z", ("1", "window")),
        ("2026-01-06T00:00:00.000001Z", (None, None)),
        ("2026-01-06T12:00Z", ("2", "window")),
    ],
)
def test_the_window_of_a_release(at: str, cause: tuple[str | None, str | None]) -> None:
    """Detected from the release on and at most so many hours after it, both ends included; of one item or told."""
    assert of(_failures([("c1", "Return", at)]), *CAUSE) == [cause]
    assert of(_failures([_told("f1", "detected", at)]), *CAUSE) == [cause]


def test_where_windows_overlap_the_later_release_counts() -> None:
    """The release made last before the failure is put down for it."""
    rows: list[Row] = [("c1", "Return", "2026-01-06T13:00Z")]
    assert of(_failures(rows, release_hours=48), *CAUSE) == [("2", "window")]


def test_without_a_window_nobody_knows() -> None:
    """A rule that names no hours puts nothing down to a release, whichever was in force."""
    stream = made_stream(failures=[RULE | {"release_hours": None}], releases=RELEASES)
    log = Log(stream, [("c1", "Return", "2026-01-05T01:00Z")])
    assert of(log.failures(), *CAUSE, "release") == [(None, None, "1")]


def test_a_link_beats_the_window() -> None:
    """What an event tells of the cause counts, with whichever stage it comes; of two the first that happened."""
    rows = [
        _told("f1", "detected", "2026-01-05T01:00Z"),
        _told("f1", "triaged", "2026-01-05T03:00Z", caused_by_release="0.9"),
        _told("f1", "steady", "2026-01-05T04:00Z", caused_by_release="2"),
    ]
    assert of(_failures(rows), *CAUSE) == [("0.9", "link")]
    assert of(_failures(rows[::-1]), *CAUSE) == [("0.9", "link")]


def test_a_link_can_say_that_no_release_was() -> None:
    """`none` is knowledge: no release, and attributed all the same."""
    rows = [_told("f1", "detected", "2026-01-05T01:00Z", caused_by_release="none")]
    assert of(_failures(rows), *CAUSE) == [(None, "link")]


@pytest.mark.parametrize("first", range(6))
@pytest.mark.parametrize("last", [3, 6])
def test_the_same_incident_stays_with_the_same_release_whatever_window_is_loaded(first: int, last: int) -> None:
    """Load any days around it, alone or with all that came before and after: each incident keeps its release."""
    days: list[list[Row]] = [
        [(f"c{day}", "Return", f"2026-01-0{day}T06:00Z"), _told(f"f{day}", "detected", f"2026-01-0{day}T13:00Z")]
        for day in range(4, 10)
    ]
    whole = {fact["failure_id"]: tuple(of([fact], *CAUSE)) for fact in _failures([row for day in days for row in day])}
    loaded = [row for day in days[min(first, last - 1) : last] for row in day]
    assert {cause for (cause,) in whole.values()} == {(None, None), ("1", "window"), ("2", "window")}
    for fact in _failures(loaded):
        assert tuple(of([fact], *CAUSE)) == whole[fact["failure_id"]]


def test_a_told_failure_happened_to_the_case_all_its_events_name() -> None:
    """One case, and it is of that item; two cases, or none, and it hit the stream."""
    rows = [
        _told("one", "detected", "Mon 09:00", case="c1"), _told("one", "steady", "Mon 10:00", case="c1"),
        _told("two", "detected", "Mon 09:00", case="c1"), _told("two", "steady", "Mon 10:00", case="c2"),
        _told("all", "detected", "Mon 09:00"),
    ]  # fmt: skip
    assert of(_failures(rows), "failure_id", "level", "case_id", "affected_cases", "episode") == [
        ("all", "stream", None, None, 1), ("one", "item", "c1", 1, 1), ("two", "stream", None, None, 1),
    ]  # fmt: skip


def _healed(*who: str | None, steps: tuple[str, ...] = ("Return", "Check", "Approve")) -> list[Any]:
    rows: list[Row] = [
        ("c1", step, f"Mon {hour:02d}:00", {"performer_kind": kind})
        for hour, (step, kind) in enumerate(zip(steps, who, strict=True))
    ]
    return of(_failures(rows), "is_auto_healed")


@pytest.mark.parametrize(
    ("who", "healed"),
    [
        (("human", "system", "agent"), True),
        (("system", "human", "system"), False),
        (("system", "system", "human"), False),
        (("system", "external", "system"), False),
        (("system", None, "system"), None),
        (("system", None, "human"), False),
        ((None, "system", "system"), True),
    ],
)
def test_an_item_heals_by_itself_when_no_person_takes_part(who: tuple[str | None, ...], healed: bool | None) -> None:
    """Every step after the failing one counts, also those no rule names, and the steady one; who failed does not."""
    assert _healed(*who) == [healed]


def test_what_persons_do_before_and_after_is_not_counted() -> None:
    """Only the time between counts, in every episode and every case."""
    steps = ("Ask", "Return", "Approve", "Ask", "Return", "Ask", "Approve", "Ask")
    who = ("human", "human", "system", "human", "human", "human", "system", "human")
    assert _healed(*who, steps=steps) == [True, False]
    rows: list[Row] = [
        (case, step, f"Mon {hour:02d}:00", {"performer_kind": kind})
        for case, kind in (("c1", "human"), ("c2", "system"), ("c3", "human"))
        for hour, step in enumerate(("Return", "Check", "Approve"))
    ]
    assert of(_failures(rows), "case_id", "is_auto_healed") == [("c1", False), ("c2", True), ("c3", False)]


def test_nobody_knows_of_an_open_one_who_will_heal_it() -> None:
    """While an episode is open nothing is said, whoever was busy so far."""
    assert _healed("system", "human", steps=("Return", "Check")) == [None]
    assert of(_failures([_told("f1", "detected", "Mon 09:00", auto_healed=True)]), "is_auto_healed") == [None]


@pytest.mark.parametrize(
    ("stage", "told", "healed"),
    [
        (None, {}, True), ("triaged", {}, False), ("remediated", {}, False), ("contained", {}, True),
        ("triaged", {"auto_healed": True}, True), (None, {"auto_healed": False}, False),
        (None, {"auto_healed": "perhaps"}, True),
    ],
)  # fmt: skip
def test_a_told_failure_healed_by_itself_when_nobody_triaged_or_repaired(
    stage: str | None, told: dict[str, Any], healed: bool
) -> None:
    """Without triage and repair nobody took part, unless an event says otherwise."""
    rows = [_told("f1", "detected", "Mon 09:00"), _told("f1", "steady", "Mon 12:00", **told)]
    rows += [] if stage is None else [_told("f1", stage, "Mon 10:00")]
    assert of(_failures(rows), "is_auto_healed") == [healed]


def test_what_is_told_first_of_the_healing_counts() -> None:
    """Of two words on who healed it the first that happened stands, so no later one changes it."""
    for first, second in ((True, False), (False, True)):
        rows = [
            _told("f1", "detected", "Mon 09:00", auto_healed=first),
            _told("f1", "steady", "Mon 12:00", auto_healed=second),
        ]
        assert of(_failures(rows), "is_auto_healed") == [first]


def test_example_of_a_retry() -> None:
    """The worked example of the metric, from events: a machine tries again and passes, three others need a person."""
    rule = {"name": "failed", "detected": ["Fail"], "steady": ["Pass"]}
    rows: list[Row] = [
        (f"c{number}", step, f"Mon {hour:02d}:00", {"performer_kind": "system" if number == 0 else "human"})
        for number in range(4)
        for hour, step in enumerate(("Fail", "Pass"))
    ]
    log = Log(made_stream(failures=[rule]), rows)
    log.connection.execute("CREATE TABLE failures AS " + failures_sql(log.query()))
    row = log.connection.execute(
        f"SELECT sum(amount) / sum(base) FROM ({AUTO_HEALED_FAILURES.sql})", {"stream": "made"}
    ).fetchone()
    assert row == (0.25,)
