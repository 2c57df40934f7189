"""Wait causes where a wait begins or ends while nobody works, of several waits, and of a first step."""

from __future__ import annotations

import pytest

from metrics.reports.wait_causes import BASES
from metrics.waits.causes import causes_sql
from metrics.windows import windows_of
from tests.metrics.coded_events import Log
from tests.metrics.wait_logs import MINUTE_US, STREAM, a_case, report, step


@pytest.mark.parametrize(
    ("away", "absence"),
    [((50, 70), 10.0), ((110, 200), 10.0), ((50, 200), 60.0), ((70, 80), 10.0), ((40, 60), 0.0), ((120, 130), 0.0)],
)
def test_only_what_lies_within_the_wait_is_absence(away: tuple[int, int], absence: float) -> None:
    """From minute 60 to 120: away at its beginning, at its end, throughout, in between, before or after."""
    closed = f"""
kept AS (SELECT 'c' AS case_id, 1 AS calendar_no),
away AS (SELECT 1 AS calendar_no, epoch_us(TIMESTAMP '2026-01-05 00:00' + to_minutes({away[0]})) AS from_us,
    epoch_us(TIMESTAMP '2026-01-05 00:00' + to_minutes({away[1]})) AS until_us)"""
    log = Log(STREAM, a_case("c", "B", "bo", None, 120, 130))
    connection = log.contract()
    (quarter,) = windows_of(connection, STREAM, ("quarter",))
    asked = {"stream": "made", "periods": [quarter.period.key], "borders": [quarter.from_us]}
    found = connection.sql(causes_sql(closed), params=asked).to_arrow_table().to_pylist()
    assert [row["absence_us"] / MINUTE_US for row in found if row["step"] == "B"] == [absence]


def test_a_mean_is_of_all_waits() -> None:
    """Waits of 60 and 120 minutes, of which 0 and 30 were a queue: a quarter of an hour each, in the mean."""
    found = report(a_case("c", "B", "bo", None, 120, 130), a_case("d", "B", "al", None, 180, 190),
                   a_case("other", "X", "al", None, 70, 100))  # fmt: skip
    by_cause = {row["cause"]: row for row in found if row["step"] == "B"}
    assert (by_cause["queue"]["waits"], by_cause["queue"]["mean_hours"]) == (2, 0.25)
    assert by_cause["unexplained"]["mean_hours"] == pytest.approx(1.25)
    assert (by_cause["queue"]["basis"], by_cause["absence"]["basis"]) == (BASES["queue"][0], BASES["absence"][1])


@pytest.mark.parametrize(("scheduled", "untold"), [(40, 1), (None, 0)])
def test_a_first_step_waits_from_its_schedule(scheduled: int | None, untold: int) -> None:
    """Scheduled, and nobody told when it was begun: a wait that is not told; without a schedule there is none."""
    found = report([*step("c", "A", "sys", scheduled, None, 60, kind="system"), *step("c", "B", "bo", None, 70, 80),
                    *step("c", "D", "sys", None, None, 600)])  # fmt: skip
    assert (
        sum(row["untold_waits"] or 0 for row in found if row["step"] == "A" and row["cause"] == "unexplained") == untold
    )
