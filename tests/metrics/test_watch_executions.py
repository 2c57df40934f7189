"""What a watch counts: executions without an outcome, and the way out of those that failed."""

from __future__ import annotations

from typing import Any

import pytest

from metrics.facts.watch.executions import KINDS, failing_sql, windows_sql
from metrics.stream.incidents import Watch
from tests.metrics.coded_events import Log, Row, instant, made_stream

WATCH: dict[str, Any] = {"name": "errors", "steps": ["Try"], "failing_outcomes": ["error"], "severity": 1}
SYSTEM, HUMAN = 2, 1
ENDS = [{"name": "done", "steps": ["Done"]}, {"name": "off", "kind": "cancelled", "steps": ["Off"]}]


def ways(*told: tuple[str, str, str | None, str], case: str = "c1") -> list[tuple[int, int] | None]:
    """The way out of each failing execution: hour of Monday and kind; None while there is none."""
    rows: list[Row] = [
        (case, step, f"Mon {hour}:00", {"outcome": outcome, "performer_kind": kind})
        for step, hour, outcome, kind in told
    ]
    log = Log(made_stream(outcomes=ENDS), rows)
    watch = Watch.model_validate(WATCH)
    found = log.connection.execute(failing_sql(log.query(), watch)).fetchall()
    begins = (instant("Mon 00:00") - instant("1970-01-01")).total_seconds()
    return [None if way is None else (round((way // KINDS / 1e6 - begins) / 3600), way % KINDS) for _, _, way in found]


FAILED = ("Try", "01", "error", "system")


@pytest.mark.parametrize(
    ("then", "way"),
    [
        ([("Try", "03", "success", "human")], (3, HUMAN)),
        ([("Try", "03", None, "human")], (3, HUMAN)),  # an execution without an outcome did not fail
        ([("Try", "03", "error", "human")], None),
        ([("Ask", "03", "success", "human")], None),
        ([("Done", "03", None, "human")], (3, HUMAN)),
        ([("Done", "03", None, "human"), ("Off", "05", None, "system")], (3, HUMAN)),
        ([("Off", "04", None, "system"), ("Done", "05", None, "human")], (4, SYSTEM)),
        ([("Try", "03", "success", "human"), ("Done", "02", None, "system")], (2, SYSTEM)),
    ],
)
def test_the_first_way_out_counts(then: list[tuple[str, str, str | None, str]], way: tuple[int, int] | None) -> None:
    """The same step without a failure, or the first outcome of the case, whichever comes first."""
    assert ways(FAILED, *then)[0] == way


def test_a_case_that_had_ended_is_out_at_once() -> None:
    """What fails after the outcome of its case is no backlog: it is out by a machine at that instant."""
    assert ways(("Done", "00", None, "human"), FAILED) == [(1, SYSTEM)]


def test_windows_count_what_ended_in_them() -> None:
    """Executions of the watched steps by the hour, those without an outcome too; a border belongs to what it begins."""
    told = [("Try", "01:00", "error"), ("Try", "01:59", None), ("Ask", "01:30", "error"), ("Try", "02:00", "success"),
            ("Done", "02:10", "error")]  # fmt: skip
    rows: list[Row] = [("c1", step, f"Mon {at}", {"outcome": outcome}) for step, at, outcome in told]
    log = Log(made_stream(outcomes=ENDS), rows)
    found = log.connection.execute(windows_sql(log.query(), Watch.model_validate(WATCH))).fetchall()
    assert [(count, failing) for _, count, failing in found] == [(2, 1), (1, 0)]
    assert found[1][0] - found[0][0] == 3_600_000_000
