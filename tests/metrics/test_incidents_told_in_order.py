"""Incidents that events told come out of a watch in the order in which they were detected."""

from __future__ import annotations

from metrics.facts.watch.incidents import watch_failures
from tests.metrics.coded_events import Log, Row, made_stream

WATCH = {
    "name": "errors", "steps": ["Try"], "failing_outcomes": ["error"], "severity": 1, "quiet_windows": 2,
    "baseline_windows": 24, "closes_told": True,
}  # fmt: skip


def told(name: str, stage: str, at: str, case: str | None = None) -> Row:
    return (case or f"failure:{name}", None, at, {"failure_id": name, "failure_stage": stage})


def test_the_oldest_comes_first() -> None:
    """By detection, then by name; one of a single case, or one never detected, is no incident of the stream."""
    calm: list[Row] = [
        (f"c{n}", "Try", f"2026-01-05T{n // 2:02d}:{n % 2 * 30:02d}", {"outcome": "success"}) for n in range(48)
    ]
    rows = [told("late", "detected", "Mon 12:00"), told("b", "detected", "Mon 08:00"),
            told("a", "detected", "Mon 08:00"), told("x", "steady", "Mon 08:00"),
            told("y", "detected", "Mon 08:00", "c1")]  # fmt: skip
    log = Log(made_stream(incidents={"watch": [WATCH]}), [*calm, *rows])
    found = list(watch_failures(log.connection, log.query()))
    assert [(one.failure_id, one.is_told) for one in found] == [("a", True), ("b", True), ("late", True)]
