"""Incidents of the whole stream, from events: seen in the failure rate, told, or both."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.coded_events import Fact, Log, Row, made_stream, of

MIDNIGHT = dt.datetime(2026, 1, 5)
WATCH = {
    "name": "errors", "steps": ["Try"], "failing_outcomes": ["error"], "severity": 1, "quiet_windows": 2,
    "baseline_windows": 24,
}  # fmt: skip
STAGES = ("onset_at", "detected_at", "contained_at", "steady_at")
NEVER = 10_000


def _at(hours: float) -> str:
    """So many hours after the calm day of each log."""
    return (MIDNIGHT + dt.timedelta(hours=24 + hours)).isoformat()


def _calm(first: int, until: int) -> list[Row]:
    """A case each ten minutes that passes at once, between two hours."""
    return [_try(f"calm{minute}", minute / 60, "success") for minute in range(first * 60, until * 60, 10)]


def _try(case: str, hours: float, outcome: str, kind: str = "system", step: str = "Try") -> Row:
    return (case, step, _at(hours), {"outcome": outcome, "performer_kind": kind})


def _told(stage: str, hours: float, name: str = "INC-1", case: str | None = None, **attributes: Any) -> Row:
    told = {"failure_id": name, "failure_stage": stage, "attributes": attributes or None}
    return (case or f"failure:{name}", None, _at(hours), told)


def _outage(*passed: tuple[float, str], first: int = 0) -> list[Row]:
    """A calm day, then six cases that fail in the first hour, each passing at its hour by its kind, then calm."""
    rows = _calm(-24, first)
    for number, (hours, kind) in enumerate(passed):
        rows.append(_try(f"bad{number}", first + number / 10, "error"))
        if hours < NEVER:
            rows.append(_try(f"bad{number}", hours, "success", kind))
    return rows + _calm(first + 1, first + 6)


def _incidents(rows: list[Row], *watches: dict[str, Any], **stream: Any) -> list[Fact]:
    told = {"incidents": {"watch": list(watches or (WATCH,))}} | stream
    return Log(made_stream(**told), rows).failures(is_sorted=True)


def _hours(facts: list[Fact], *names: str) -> list[tuple[Any, ...]]:
    """Columns of incidents, instants as hours after the calm day."""
    begin = MIDNIGHT + dt.timedelta(hours=24)
    return [
        tuple((value - begin) / dt.timedelta(hours=1) if isinstance(value, dt.datetime) else value for value in row)
        for row in ([fact[name] for name in names] for fact in facts)
    ]


SIX = ((0.9, "system"),) * 6


def test_an_outage_that_nobody_told_is_seen() -> None:
    """It begins with the first window outside, is noticed at its end, and is contained where quiet ones begin."""
    (found,) = _incidents(_outage(*SIX))
    assert _hours([found], *STAGES) == [(0, 1, 1, 3)]
    assert (found["failure_id"], found["rule"], found["level"]) == ("errors:2026-01-06T00:00Z", "errors", "stream")
    assert (found["severity"], found["affected_cases"], found["case_id"], found["episode"]) == (1, 6, None, 1)
    assert (found["triaged_at"], found["remediated_at"]) == (None, None)
    assert (found["detected_on"], found["steady_on"]) == (dt.date(2026, 1, 6), dt.date(2026, 1, 6))


def test_a_calm_log_has_none() -> None:
    """Where nothing is out of the ordinary nothing is found."""
    assert _incidents(_calm(-24, 6)) == []
    assert _incidents([*_calm(-24, 6), _try("one", 0.5, "error")]) == []


def test_it_is_steady_only_when_the_backlog_has_drained() -> None:
    """The last case that failed meanwhile passes the step: that instant, if it comes after the rate was proven."""
    (late,) = _incidents(_outage(*SIX[1:], (4.25, "system")))
    assert _hours([late], *STAGES) == [(0, 1, 1, 4.25)]
    (stuck,) = _incidents(_outage(*SIX[1:], (NEVER, "")))
    assert _hours([stuck], *STAGES) == [(0, 1, 1, None)]
    assert (stuck["is_auto_healed"], stuck["affected_cases"], stuck["steady_on"]) == (None, 6, None)


def test_a_case_that_ended_is_no_backlog() -> None:
    """A case that failed leaves the backlog at its outcome, too; one that had ended before never joined it."""
    outcomes = [{"name": "done", "steps": ["Done"]}, {"name": "off", "kind": "cancelled", "steps": ["Call off"]}]
    rows = _outage(*SIX[1:], (NEVER, ""))
    off = _try("bad5", 3.5, "success", step="Call off")
    assert _hours(_incidents([*rows, off], outcomes=outcomes), "steady_at") == [(3.5,)]
    over = _try("bad5", -1, "success", step="Done")
    assert _hours(_incidents([*rows, over], outcomes=outcomes), "steady_at") == [(3,)]


def test_another_step_is_no_way_past_the_failed_one() -> None:
    """A case passes by the step that failed, not by another one that is watched too."""
    rows = [*_outage(*SIX[1:], (NEVER, "")), _try("bad5", 2.5, "success", step="Ask")]
    assert _hours(_incidents(rows, WATCH | {"steps": ["Try", "Ask"]}), "steady_at") == [(None,)]


def test_steps_that_are_failures_themselves() -> None:
    """Where rejections are watched, a case is past one when it comes to another step of the watch."""
    rows = [
        (case, "Refuse" if told["outcome"] == "error" else "Accept", at, told) for case, _, at, told in _outage(*SIX)
    ]
    rule = {"name": "refused", "steps": ["Refuse", "Accept"], "failing_steps": ["Refuse"], "quiet_windows": 2}
    assert _hours(_incidents(rows, rule | {"baseline_windows": 24}), *STAGES) == [(0, 1, 1, 3)]


@pytest.mark.parametrize(
    ("last", "healed"), [("system", True), ("agent", True), ("human", False), ("external", False), (None, None)]
)
def test_it_healed_by_itself_unless_a_person_helped(last: str | None, healed: bool | None) -> None:
    """Every case was brought past the step by a machine; one by a stranger and nobody knows."""
    rows = [*_outage(*SIX[1:], (NEVER, "")), ("bad5", "Try", _at(2), {"outcome": "success", "performer_kind": last})]
    assert of(_incidents(rows), "is_auto_healed") == [healed]


def test_a_window_is_judged_only_when_it_is_over() -> None:
    """While the newest event lies within a window it may still change; an event at its very end ends it."""
    rows = [row for row in _outage(*SIX) if row[2] < _at(1)]
    assert _incidents(rows) == []
    (found,) = _incidents([*rows, _try("x", 1, "success")])
    assert _hours([found], *STAGES) == [(0, 1, None, None)]


def test_windows_are_counted_from_1970() -> None:
    """Whole hours of UTC, whenever the log begins: an outage in the middle of a window is told from its beginning."""
    rows = _calm(-48, -24) + _outage(*((2.5, "system"),) * 9, first=1)
    found = _incidents(rows, WATCH | {"window_hours": 2, "quiet_windows": 1})
    assert _hours(found, *STAGES) == [(0, 2, 2, 4)]


def test_what_was_seen_and_told_is_one_incident() -> None:
    """The told one stands with all it tells, and gets the onset and the number of cases it could not know."""
    told = [_told("detected", 0.5, severity=2), _told("triaged", 0.6), _told("contained", 1.2), _told("steady", 5.5)]
    (found,) = _incidents([*_outage(*SIX), *told])
    assert (found["failure_id"], found["rule"], found["severity"], found["affected_cases"]) == ("INC-1", "event", 2, 6)
    assert _hours([found], *STAGES) == [(0, 0.5, 1.2, 5.5)]


def test_what_is_told_of_its_beginning_stands() -> None:
    """A told onset is not replaced, and a containment that nobody told is filled."""
    (found,) = _incidents([*_outage(*SIX), _told("onset", 0.2), _told("detected", 0.5), _told("steady", 5.5)])
    assert _hours([found], *STAGES) == [(0.2, 0.5, 1, 5.5)]


def test_what_became_known_too_late_fills_nothing() -> None:
    """An incident that was told to be over before its window was stays as it was told."""
    (found,) = _incidents([*_outage(*SIX), _told("detected", 0.5), _told("steady", 0.7)])
    assert _hours([found], *STAGES) == [(None, 0.5, None, 0.7)]
    assert found["affected_cases"] is None
    (found,) = _incidents([*_outage(*SIX), _told("detected", 0), _told("steady", 1)])
    assert _hours([found], *STAGES, "affected_cases") == [(0, 0, None, 1, None)]
    (found,) = _incidents([*_outage(*SIX), _told("detected", 0.5), _told("steady", 3)])
    assert _hours([found], *STAGES, "affected_cases") == [(0, 0.5, 1, 3, 6)]
    (found,) = _incidents([*_outage(*SIX), _told("detected", -0.5), _told("steady", 9)])
    assert _hours([found], *STAGES) == [(None, -0.5, 1, 9)]


def test_an_incident_told_elsewhere_is_another_one() -> None:
    """Detected more than a window before, or after the rate was proven, it is no part of what was seen."""
    for hours, count in ((-1, 2), (-0.9, 1), (3, 1), (3.01, 2)):
        assert len(_incidents([*_outage(*SIX), _told("detected", hours)])) == count


def test_a_failure_of_one_case_is_no_incident() -> None:
    """What was told inside one case does not take the place of what hit all."""
    found = _incidents([*_outage(*SIX), _told("detected", 0.5, case="bad0")])
    assert sorted(of(found, "rule", "level", "case_id", "affected_cases")) == [
        ("errors", "stream", None, 6), ("event", "item", "bad0", 1),
    ]  # fmt: skip


def test_a_told_incident_can_be_closed_by_the_test() -> None:
    """Where the stream file says so, it is steady when the rate is proven and the backlog is gone."""
    closing = WATCH | {"closes_told": True}
    (seen,) = _incidents([*_outage(*SIX[1:], (4.25, "system")), _told("detected", 0.5)], closing)
    assert _hours([seen], *STAGES) == [(0, 0.5, 1, 4.25)]
    (calm,) = _incidents([*_calm(-24, 6), _told("detected", 0.5)], closing)
    assert _hours([calm], *STAGES) == [(None, 0.5, 1, 3)]
    (open_still,) = _incidents([*_outage(*SIX), _told("detected", 0.5)])
    assert _hours([open_still], "steady_at") == [(None,)]


def test_the_earlier_end_counts() -> None:
    """Of the told end and the tested one the earlier stands, so no later event moves what is closed."""
    closing = WATCH | {"closes_told": True}
    later = [_told("detected", 0.5), _told("contained", 3.5), _told("steady", 5)]
    assert _hours(_incidents([*_outage(*SIX), *later], closing), *STAGES) == [(0, 0.5, 1, 3)]
    at_once = [_told("detected", 0.5), _told("contained", 3)]
    assert _hours(_incidents([*_outage(*SIX), *at_once], closing), *STAGES) == [(0, 0.5, 3, 3)]
    earlier = [_told("detected", 0.5), _told("steady", 2)]
    assert _hours(_incidents([*_outage(*SIX), *earlier], closing), *STAGES) == [(0, 0.5, None, 2)]


def test_two_watches_fill_an_incident_once() -> None:
    """Seen by two watches it is still one incident; the watch that closes it is the one that fills it."""
    other = WATCH | {"name": "others", "closes_told": True, "quiet_windows": 3}
    (found,) = _incidents([*_outage(*SIX), _told("detected", 0.5)], WATCH, other)
    assert _hours([found], *STAGES) == [(0, 0.5, 1, 4)]
    assert sorted(of(_incidents(_outage(*SIX), WATCH, other), "rule")) == ["errors", "others"]


def test_a_seen_incident_is_put_down_to_a_release_by_its_watch() -> None:
    """The window of the watch counts from the release to the end of the window in which it was seen."""
    releases = [{"version": "9", "at": "2026-01-05T23:30Z"}]
    for hours, found in ((1.5, "9"), (1.49, None)):
        watch = WATCH | {"release_hours": hours}
        assert of(_incidents(_outage(*SIX), watch, releases=releases), "caused_by_release") == [found]


def test_the_order_of_the_events_changes_nothing() -> None:
    """The same is found whether events stream through in ledger order or are ordered anew."""
    stream = made_stream(incidents={"watch": [WATCH]})
    log = Log(stream, [*_outage(*SIX), _told("detected", 0.5, name="INC-2"), _told("detected", 4)])
    assert log.failures(is_sorted=True) == log.failures()


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), cut=st.floats(0, 1))
def test_the_log_cut_at_any_time_gives_the_same_closed_incidents(seed: int, cut: float) -> None:
    """Later events may close what is open; they never move, add or remove what was closed before them."""
    rows = _random_log(seed)
    until = sorted(row[2] for row in rows)[int(cut * (len(rows) - 1))]
    watches = (WATCH | {"closes_told": seed % 2 == 0}, WATCH | {"name": "wide", "window_hours": 3, "quiet_windows": 1})
    whole, part = _incidents(rows, *watches), _incidents([row for row in rows if row[2] <= until], *watches)
    assert _closed(part, until) == _closed(whole, until)
    assert len(_closed(part, until)) == sum(fact["steady_at"] is not None for fact in part)


def test_the_random_logs_have_something_to_move() -> None:
    """Among them are incidents seen and told, open and closed."""
    found = [fact for seed in range(4) for fact in _incidents(_random_log(seed), WATCH | {"closes_told": True})]
    assert {(fact["rule"], fact["steady_at"] is None) for fact in found} >= {
        ("errors", False), ("errors", True), ("event", False),
    }  # fmt: skip


def _closed(facts: list[Fact], until: str) -> list[tuple[Any, ...]]:
    ended = [fact for fact in facts if fact["steady_at"] and fact["steady_at"] <= dt.datetime.fromisoformat(until)]
    return sorted(of(ended, "failure_id", *STAGES, "affected_cases", "is_auto_healed"), key=str)


def _random_log(seed: int) -> list[Row]:
    """A calm day and two with outages of any length, cases that pass late or never, and incidents told now and then."""
    draw, rows, is_bad = random.Random(seed), _calm(-24, 0), False
    for step in range(48 * 6):
        hours = step / 6
        if draw.random() < 1 / 30:
            is_bad = not is_bad
            if draw.random() < 0.3:
                rows.append(_told("detected", hours + draw.choice([-0.5, 0.3, 2.0]), name=f"INC-{step}"))
                if draw.random() < 0.5:
                    rows.append(_told("steady", hours + draw.choice([0.4, 3.0, 9.0]), name=f"INC-{step}"))
        failed = draw.random() < (0.8 if is_bad else 0.01)
        rows.append(_try(f"case{step}", hours, "error" if failed else "success"))
        if failed and draw.random() < 0.97:
            rows.append(_try(f"case{step}", hours + draw.choice([0.1, 1.0, 4.0]), "success"))
    return rows
