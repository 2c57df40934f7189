"""Logs of waits in minutes of one Monday, and what the report of wait causes says of them."""

from __future__ import annotations

from typing import Any

from metrics.reports.wait_causes import rows
from metrics.stream import Stream
from tests.metrics.coded_events import Log, Row, made_stream

STREAM = made_stream(trigger={"steps": ["A"]}, outcomes=[{"name": "done", "steps": ["D"]}])
MINUTE_US = 60_000_000
PHASES = ("schedule", "start", "complete")


def step(case: str, name: str, who: str | None, *told: int | None, kind: str = "human") -> list[Row]:
    """The events of one step at minutes of Monday: scheduled, started, ended; None is not told."""
    common = {"performer_kind": kind, "activity_id": f"{case} {name} {told}"} | ({"performer": who} if who else {})
    return [
        (case, name, f"Mon {at // 60:02d}:{at % 60:02d}", common | {"lifecycle": phase})
        for phase, at in zip(PHASES, told, strict=True)
        if at is not None
    ]


def report(*told: list[Row], stream: Stream = STREAM) -> list[dict[str, Any]]:
    """Rows of the report over a log of these steps."""
    log = Log(stream, [row for rows_of_step in told for row in rows_of_step])
    return [dict(row) for row in rows(log.contract(), stream)]


def minutes(found: list[dict[str, Any]], name: str = "B") -> dict[str, float | None]:
    """Minutes by cause before one step; causes of 0 and those nobody can judge left out. They sum to the wait."""
    of_step = {row["cause"]: row["cause_us"] for row in found if row["step"] == name}
    (total,) = {row["total_us"] for row in found if row["step"] == name}
    assert sum(us or 0 for us in of_step.values()) == total
    return {cause: us / MINUTE_US for cause, us in of_step.items() if us}


def a_case(case: str, name: str = "B", who: str | None = "bo", *told: int | None, ends: int = 600) -> list[Row]:
    """A case begun and handed on by the system until minute 60, a step of somebody, and its end."""
    first, last = step(case, "A", "sys", None, 50, 60, kind="system"), step(case, "D", "sys", None, None, ends)
    return [*first, *step(case, name, who, *told), *last]
