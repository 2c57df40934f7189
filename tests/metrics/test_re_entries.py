"""Re-entries: a stage entered three times, what an entry is, what is unknown, and a plain loop over random logs."""

from __future__ import annotations

import datetime as dt
import random
import statistics
from typing import Any

import pytest

from metrics.reports.re_entries import rows
from tests.metrics.coded_events import Fact, Log, Row, made_stream

STREAM = made_stream(trigger={"steps": ["A"]}, outcomes=[{"name": "done", "steps": ["D"]}])
FIRST = dt.datetime(2026, 1, 5)
HOUR = 1 / 24


def at(day: float) -> str:
    """An instant so many days after Monday 2026-01-05."""
    return (FIRST + dt.timedelta(minutes=round(day * 1440))).isoformat()


def visit(name: str, started: float | None, ended: float | None, case: str = "c") -> list[Row]:
    """The events of one visit, in days; None is not told."""
    told = {"activity_id": f"{case} {name} {started} {ended}"}
    return [
        (case, name, at(day), told | {"lifecycle": phase})
        for phase, day in (("start", started), ("complete", ended))
        if day is not None
    ]


def report(*told: list[Row], ends: float = 60.0) -> dict[str, dict[str, Any]]:
    """Rows of the report by step, over a log of these visits of a case that is triggered on day 0 and ends."""
    around: list[Row] = [("c", "A", at(0)), ("c", "D", at(ends))]
    log = Log(STREAM, [*around, *(row for one in told for row in one)])
    return {str(row["step"]): dict(row) for row in rows(log.contract(), STREAM)}


def test_a_stage_entered_three_times() -> None:
    """A stage entered three times: 8 days inside, 33 days span; two numbers with two names."""
    row = report(
        visit("B", 1, 4), visit("C", 4, 5), visit("B", 14, 17), visit("C", 18, 19), visit("B", 32, 34)
    )["B"]  # fmt: skip
    assert (row["inside_hours_p50"] * HOUR, row["span_hours_p50"] * HOUR) == (pytest.approx(8), pytest.approx(33))
    assert (row["inside_hours_mean"] * HOUR, row["span_hours_mean"] * HOUR) == (pytest.approx(8), pytest.approx(33))
    assert (row["cases"], row["visits"], row["entries"], row["re_entered_cases"]) == (1, 3, 3, 1)
    assert (row["entries_per_case"], row["re_entered_share"], row["period"]) == (3.0, 1.0, "2026-Q1")


def test_a_visit_of_no_length_is_known() -> None:
    """Begun and ended at one instant it adds nothing to the time inside, which is known all the same."""
    row = report(visit("B", 1, 1), visit("C", 4, 5), visit("B", 14, 17))["B"]
    assert (row["entries"], row["measured_cases"], row["spanned_cases"]) == (2, 1, 1)
    assert (row["inside_hours_p50"] * HOUR, row["span_hours_p50"] * HOUR) == (pytest.approx(3), pytest.approx(16))


def test_median_and_mean_are_of_cases() -> None:
    """Three re-entered cases of 2, 4 and 9 days inside: median 4, mean 5; a case entered once is in neither."""
    told = [*visit("B", 1, 50, "once"), ("once", "A", at(0)), ("once", "D", at(60))]
    for case, inside in (("x", 2), ("y", 4), ("z", 9)):
        told += [("" + case, "A", at(0)), *visit("B", 1, inside, case), *visit("C", 10, 11, case)]
        told += [*visit("B", 20, 21, case), (case, "D", at(60))]
    row = {str(r["step"]): dict(r) for r in rows(Log(STREAM, told).contract(), STREAM)}["B"]
    assert (row["cases"], row["re_entered_cases"], row["measured_cases"], row["spanned_cases"]) == (4, 3, 3, 3)
    assert row["re_entered_share"] == 0.75
    assert row["inside_hours_p50"] * HOUR == pytest.approx(4)
    assert row["inside_hours_mean"] * HOUR == pytest.approx(5)
    assert row["span_hours_p50"] * HOUR == pytest.approx(20)


@pytest.mark.parametrize(
    ("told", "entries"),
    [
        ([visit("B", 1, 2), visit("B", 3, 4)], 1),  # at once again: it never left
        ([visit("B", 1, 2), visit("C", 2, 3), visit("B", 4, 5)], 2),
        ([visit("B", 1, 5), visit("C", 2, 3), visit("B", 4, 6)], 1),  # the first visit still runs
        ([visit("B", 1, 4), visit("C", 2, 3), visit("B", 4, 6)], 2),  # it has just ended
        ([visit("B", 1, 2), visit("C", 2, 3), visit("B", 4, 5), visit("B", 6, 7)], 2),
        ([visit("B", 1, None), visit("C", 2, 3), visit("B", 4, 5)], 2),  # never told to end: taken as left
        ([visit("B", 1, 9), visit("B", 2, 3), visit("C", 4, 5), visit("B", 6, 7)], 1),
        ([visit("B", 1, 2)], 1),
    ],
)
def test_what_an_entry_is(told: list[list[Row]], entries: int) -> None:
    """A case enters again when it had left: another step was begun, and no visit runs."""
    row = report(*told)["B"]
    assert (row["entries"], row["re_entered_cases"]) == (entries, int(entries > 1))
    assert row["visits"] == sum(one[0][1] == "B" for one in told)
    assert (row["span_hours_p50"] is None) == (row["spanned_cases"] == 0)
    assert entries > 1 or row["spanned_cases"] == row["measured_cases"] == 0
    assert entries > 1 or row["span_hours_p50"] is row["span_hours_mean"] is row["inside_hours_mean"] is None


def test_overlapping_visits_are_united() -> None:
    """Two visits at once are one stay: inside never exceeds the span."""
    row = report(visit("B", 1, 5), visit("B", 3, 6), visit("B", 4, 5), visit("C", 7, 8), visit("B", 9, 10))["B"]
    assert (row["inside_hours_p50"] * HOUR, row["span_hours_p50"] * HOUR) == (pytest.approx(6), pytest.approx(9))


def test_instants_have_a_span_only() -> None:
    """Where no start is told nobody knows how long it was inside: NULL, never 0; the span is known."""
    row = report([("c", "B", at(1))], [("c", "C", at(2))], [("c", "B", at(4))])["B"]
    assert (row["re_entered_cases"], row["measured_cases"], row["spanned_cases"]) == (1, 0, 1)
    assert row["inside_hours_p50"] is row["inside_hours_mean"] is None
    assert row["span_hours_p50"] * HOUR == pytest.approx(3)


@pytest.mark.parametrize("half", [(10, None), (None, 10), (10, 9.5)])
def test_half_told_is_unknown_inside(half: tuple[float | None, float | None]) -> None:
    """One visit without a start or an end, or with them the wrong way round, makes the time inside unknown."""
    row = report(visit("B", 1, 2), visit("C", 3, 4), visit("B", *half))["B"]
    assert (row["re_entered_cases"], row["measured_cases"]) == (1, 0)
    assert row["spanned_cases"] == int(half == (None, 10))
    assert row["inside_hours_p50"] is None


def test_never_entered_again() -> None:
    """A step nobody came back to counts none, and has no hours: they stand in value_stream."""
    row = report(visit("B", 1, 2))["B"]
    assert (row["re_entered_cases"], row["re_entered_share"], row["entries_per_case"]) == (0, 0.0, 1.0)
    assert row["inside_hours_p50"] is row["span_hours_p50"] is None


def test_only_within_the_flow() -> None:
    """Visits begun before the trigger or after the outcome are no entries of this flow; at its ends they are."""
    outside = (visit("B", -2, -1), visit("B", 61, 62), visit("C", -1, -0.5), visit("C", 60.5, 61))
    found = report(visit("B", 5, 6), *outside)
    assert (found["B"]["visits"], "C" in found) == (1, False)
    assert report(visit("B", 0, 6), visit("B", 60, 62))["B"]["visits"] == 2


def test_open_and_backward_cases_are_left_out() -> None:
    """Cases that have not ended, or ended before their trigger, have no row."""
    log = Log(STREAM, [("o", "A", at(0)), *visit("B", 1, 2, "o"), ("b", "D", at(1)), ("b", "A", at(2))])
    assert list(rows(log.contract(), STREAM)) == []
    assert list(rows(Log(STREAM, [("n", "D", at(1))]).contract(), STREAM)) == []


def test_a_case_that_took_no_time_counts() -> None:
    """A case that ends in the instant of its trigger passed its steps; a visit without length is 0 hours inside."""
    log = Log(STREAM, [("c", "A", at(0)), ("c", "D", at(0))])
    assert {row["step"]: row["cases"] for row in rows(log.contract(), STREAM)} == {"A": 1, "D": 1}
    row = report(visit("B", 1, 1), visit("C", 2, 3), visit("B", 4, 4))["B"]
    assert (row["measured_cases"], row["inside_hours_p50"], row["span_hours_p50"]) == (1, 0.0, pytest.approx(72))


def test_cases_count_in_the_quarter_they_end_in() -> None:
    """A case that ends on the first instant of a quarter belongs to it."""
    border = (dt.datetime(2026, 4, 1) - FIRST).days
    assert report(visit("B", 1, 2), ends=border)["B"]["period"] == "2026-Q2"
    assert report(visit("B", 1, 2), ends=border - 0.01)["B"]["period"] == "2026-Q1"


def random_log(seed: int) -> list[Row]:
    """Six cases that wander between three steps; some visits are half told, some overlap."""
    chance, made = random.Random(seed), []
    for number in range(6):
        case = f"c{number}"
        made.append((case, "A", at(0)))
        for _ in range(chance.randint(0, 7)):
            begun = chance.randint(-1, 40) / 2
            told = (begun, begun + chance.randint(0, 6) / 2)
            half = chance.choices(((0, 0), (1, 0), (0, 1)), (14, 1, 1))[0]
            hidden = [None if hide else day for hide, day in zip(half, told, strict=True)]
            made += visit(chance.choice("BBC"), hidden[0], hidden[1], case)
        if chance.random() < 0.8:
            made.append((case, "D", at(18)))
    return made


def naive(steps: list[Fact], cases: list[Fact]) -> dict[str, dict[str, Any]]:
    """The oracle: each case walked visit by visit, keeping who is inside."""
    found: dict[str, dict[str, Any]] = {}
    for case in cases:
        if case["finished_at"] is None or case["finished_at"] < case["triggered_at"]:
            continue
        stays: dict[str, list[tuple[Any, Any]]] = {}
        entries: dict[str, int] = {}
        before = None
        for one in (s for s in steps if s["case_id"] == case["case_id"]):
            entered = one["started_at"] or one["ended_at"]
            if entered is None or not case["triggered_at"] <= entered <= case["finished_at"]:
                continue
            earlier = stays.setdefault(one["step"], [])
            is_inside = any((ended or started) > entered for started, ended in earlier if (ended or started))
            if not earlier or (before != one["step"] and not is_inside):
                entries[one["step"]] = entries.get(one["step"], 0) + 1
            earlier.append((one["started_at"], one["ended_at"]))
            before = one["step"]
        for name, spells in stays.items():
            row = found.setdefault(name, {"cases": 0, "visits": 0, "entries": 0, "inside": [], "span": [], "back": 0})
            row["cases"] += 1
            row["visits"] += len(spells)
            row["entries"] += entries[name]
            if entries[name] > 1:
                row["back"] += 1
                row["inside"] += [] if any(None in spell for spell in spells) else [_union(spells)]
                ends = [ended for _, ended in spells]
                row["span"] += [] if None in ends else [_hours(max(ends) - min(s or e for s, e in spells))]
    return found


def _union(spells: list[tuple[Any, Any]]) -> float:
    """Hours covered by any of the spells, half hour by half hour."""
    half = dt.timedelta(minutes=30)
    first, last = min(s for s, _ in spells), max(e for _, e in spells)
    return sum(any(s <= first + k * half < e for s, e in spells) for k in range((last - first) // half)) / 2


def _hours(length: dt.timedelta) -> float:
    return length.total_seconds() / 3600


@pytest.mark.parametrize("seed", range(20))
def test_oracle(seed: int) -> None:
    """Counts, medians and means of random logs are those of a walk from visit to visit; inside is within the span."""
    log = Log(STREAM, random_log(seed))
    found = {str(row["step"]): dict(row) for row in rows(log.contract(), STREAM)}
    expected = naive(log.steps(), log.cases())
    assert found.keys() == expected.keys()
    for name, wanted in expected.items():
        row = found[name]
        assert (row["cases"], row["visits"], row["entries"], row["re_entered_cases"]) == (
            wanted["cases"], wanted["visits"], wanted["entries"], wanted["back"],
        )  # fmt: skip
        for what, count in (("inside", "measured_cases"), ("span", "spanned_cases")):
            hours = wanted[what]
            assert row[count] == len(hours)
            assert row[f"{what}_hours_p50"] == (pytest.approx(statistics.median(hours)) if hours else None)
            assert row[f"{what}_hours_mean"] == (pytest.approx(statistics.fmean(hours)) if hours else None)


def test_the_oracle_sees_what_it_should() -> None:
    """The random logs hold re-entered cases whose time inside is known, and some of which it is not."""
    told = [naive(log.steps(), log.cases()) for log in (Log(STREAM, random_log(seed)) for seed in range(20))]
    back = sum(row["back"] for found in told for row in found.values())
    known = sum(len(row["inside"]) for found in told for row in found.values())
    assert 10 < known < back
