"""The kind of a performer where only the stream file's list of steps knows it."""

from __future__ import annotations

import datetime as dt

import pytest

from metrics.stream.performer_registry import RegistryLine
from tests.metrics.coded_events import Log, Row, made_stream, of

MARCH = dt.date(2026, 3, 1)


def test_the_list_of_steps_says_who_usually_does_it() -> None:
    """A listed step with a kind gives it to whoever did it; one without, or one not listed, leaves it unknown."""
    stream = made_stream(steps=[{"name": "Sign", "performer_kind": "human"}, {"name": "Load"},
                                {"name": "Match", "performer_kind": "agent"}])  # fmt: skip
    rows: list[Row] = [
        ("c1", "Sign", "Mon 01:00"), ("c1", "Load", "Mon 02:00"), ("c1", "Match", "Mon 03:00"),
        ("c1", "Done", "Mon 04:00"), ("c1", "Sign", "Mon 05:00", {"performer_kind": "system"}),
    ]  # fmt: skip
    assert of(Log(stream, rows).steps(), "performer_kind") == ["human", "unknown", "agent", "unknown", "system"]


@pytest.mark.parametrize("phase", ["start", "schedule", "complete", None])
@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        (RegistryLine("ann", "human", valid_from=MARCH), ["unknown", "human"]),
        (RegistryLine("ann", "human", valid_to=MARCH), ["human", "unknown"]),
        (RegistryLine("ann", "human"), ["human", "human"]),
    ],
)
def test_the_registry_is_asked_for_the_day_of_the_step(phase: str | None, line: RegistryLine, kinds: list[str]) -> None:
    """A step without an end is dated by what it told; a line with one date only is open at the other side."""
    rows: list[Row] = [
        ("c1", "Check", day, {"performer": "ann", "lifecycle": phase, "activity_id": day})
        for day in ("2026-02-28", "2026-03-01")
    ]
    other: Row = ("c2", "Check", "2026-01-01", {"performer": "bob", "lifecycle": phase})
    assert of(Log(made_stream(), [*rows, other], (line,)).steps(), "performer_kind") == [*kinds, "unknown"]


def test_a_line_without_a_beginning_holds_before_1970() -> None:
    """Microseconds since 1970 are below zero then; the line has no first instant all the same."""
    rows: list[Row] = [("c1", "Check", "1969-07-20", {"performer": "ann"})]
    line = RegistryLine("ann", "human", valid_to=MARCH)
    assert of(Log(made_stream(), rows, (line,)).steps(), "performer_kind") == ["human"]
