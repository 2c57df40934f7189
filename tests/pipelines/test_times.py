"""Times that lie, through the whole path: a log is imported, measured and published, and what it cannot say is said."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from pipelines.importing import import_logs
from pipelines.refresh import refresh
from pipelines.registry import load_all
from pipelines.settings import Settings
from pipelines.values import read_values

STREAM = """\
stream: made
name: Made
time_zone: Europe/Berlin
source: {columns: {case_id: case, step: step, event_at: at}, time_zone: Europe/Berlin%s}
trigger: {steps: [Order]}
outcomes: [{name: done, steps: [Done]}]
calendars: [{name: Ulm, hours: {mon-fri: ["08:00-16:00"]}, holidays: DE-BW}]
"""
Rows = list[tuple[str, str, str]]


class Published:
    """What was published of a log."""

    def __init__(self, folder: Path, rows: Rows, source: str = "") -> None:
        log, stream = folder / "log.csv", folder / "stream.yaml"
        log.write_text("case,step,at\n" + "".join(",".join(row) + "\n" for row in rows), "utf-8")
        stream.write_text(STREAM % source, "utf-8")
        self.home = Settings(home=folder / "home", threads=1)
        self.receipt = import_logs(self.home, [log], stream)[1]
        refresh(self.home, load_all(self.home))

    def values(self, metric: str, statistic: str = "mean") -> Mapping[str, object]:
        """One value over everything, as the command line tells it."""
        (value,) = (v for v in read_values(self.home, metric=metric, period="all") if v.summary.statistic == statistic)
        return value.as_fact()

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Rows of the published copy."""
        with duckdb.connect(str(self.home.published_database), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def failing(self) -> dict[str, int]:
        """Checks that did not hold, with their rows."""
        return dict(self.rows("SELECT check_name, failing_rows FROM check_results WHERE NOT passed"))  # type: ignore[arg-type]


def _log(*cases: tuple[str, str, str]) -> Rows:
    return list(itertools.chain.from_iterable([(name, "Order", a), (name, "Done", b)] for name, a, b in cases))


def test_a_log_of_dates(tmp_path: Path) -> None:
    """Told to the day, a wait has bounds on either clock; the order of two times of one day is said to be unknown."""
    told = _log(("a", "2026-06-08", "2026-06-10"), ("b", "2026-06-12", "2026-06-16"), ("c", "2026-06-15", "2026-06-15"))
    made = Published(tmp_path, told, ", precision: day")
    value = made.values("flow_time")
    assert (value["n"], value["least"], value["value"], value["most"]) == (3, 1.0, 2.0, 3.0)
    worked = made.values("working_time")
    assert (worked["n"], worked["value"], worked["clock"]) == (3, pytest.approx(4 / 3), "calendar Ulm")
    # least: Tuesday alone; Monday alone (Saturday and Sunday count nothing); none, less the Monday they share
    assert worked["least"] == pytest.approx((1 + 1 - 1) / 3)
    assert worked["most"] == pytest.approx((3 + 3 + 1) / 3)
    assert made.failing() == {"order_of_trigger_and_outcome_is_known": 1}


def test_a_dated_outcome_after_an_exact_trigger(tmp_path: Path) -> None:
    """Payments dated by the day: one on the day of the trigger is kept, not called a negative duration."""
    told = _log(("a", "2026-06-08T15:00:00", "2026-06-08"), ("b", "2026-06-08T15:00:00", "2026-06-09"))
    made = Published(tmp_path, told, ", precision_by_step: {Done: day}")
    value = made.values("flow_time")
    assert (value["n"], value["least"], value["most"]) == (2, pytest.approx(-0.125), pytest.approx(0.875))
    assert made.failing() == {"order_of_trigger_and_outcome_is_known": 1}
    assert made.rows("SELECT measured_cases, ended_cases FROM streams") == [(2, 2)]


def test_dates_across_the_change_to_summer_time(tmp_path: Path) -> None:
    """Sunday 29 March 2026 has 23 hours in Berlin: a case of that date and the next ends at most 47 hours after."""
    made = Published(tmp_path, _log(("a", "2026-03-29", "2026-03-30")), ", precision: day")
    value = made.values("flow_time")
    assert (value["least"], value["most"]) == (0.0, pytest.approx(47 / 24))


def test_a_negative_duration_is_flagged(tmp_path: Path) -> None:
    """An exact outcome before its exact trigger is in a check and in no number, on either clock; never clamped to 0."""
    told = _log(
        ("a", "2026-06-09T12:00:00", "2026-06-09T11:00:00"), ("b", "2026-06-09T10:00:00", "2026-06-09T12:00:00")
    )
    made = Published(tmp_path, told)
    assert (made.values("flow_time")["n"], made.values("flow_time")["value"]) == (1, pytest.approx(2 / 24))
    assert (made.values("working_time")["n"], made.values("working_time")["value"]) == (1, 0.25)
    assert made.failing() == {"cases_end_after_they_begin": 1}


def test_the_order_of_the_file_is_not_that_of_time(tmp_path: Path) -> None:
    """Rows in any order give the same cases; equal times are settled by the event, not by its line."""
    told = [
        *_log(("a", "2026-06-08T09:00:00", "2026-06-08T12:00:00"), ("b", "2026-06-08T09:00:00", "2026-06-08T09:00:00"))
    ]
    told += [("b", "Check", "2026-06-08T09:00:00"), ("a", "Check", "2026-06-08T10:00:00")]
    cases = []
    for number, rows in enumerate((told, told[::-1], told[3:] + told[:3])):
        folder = tmp_path / str(number)
        folder.mkdir()
        cases.append(Published(folder, rows).rows("SELECT * FROM cases") + Published(folder, rows).rows("FROM steps"))
    assert cases[0] == cases[1] == cases[2]
    assert len(cases[0]) == 2 + 6


def test_times_of_no_clock(tmp_path: Path) -> None:
    """1970 is a clock that was never set and 1948 a typing error: kept aside with the reason, in no number."""
    told = _log(
        ("a", "2026-06-08T09:00:00", "2026-06-08T12:00:00"), ("b", "1970-01-01T00:00:00", "1948-05-05T00:00:00")
    )
    made = Published(tmp_path, told)
    assert made.receipt.quarantined == 2
    assert set(made.receipt.reasons) == {"time before 1990: 1969-12-31", "time before 1990: 1948-05-04"}
    assert made.values("flow_time")["n"] == 1


@pytest.mark.parametrize("name", ["NA", "null", "None", "nan"])
def test_a_case_called_nothing(name: str, tmp_path: Path) -> None:
    """A case called NA or null is a case of that name, from the file to the published copy."""
    made = Published(tmp_path, _log((name, "2026-06-08T09:00:00", "2026-06-08T12:00:00")))
    assert made.rows("SELECT case_id, working_us / 3.6e9 FROM working_times") == [(name, 3.0)]


def test_without_a_calendar(tmp_path: Path) -> None:
    """Without a calendar in the file working time is no data, with that reason, on the command line and published."""
    stream = tmp_path / "stream.yaml"
    made = Published(tmp_path, _log(("a", "2026-06-08T09:00:00", "2026-06-08T12:00:00")))
    assert made.values("working_time")["value"] == pytest.approx(3 / 8)
    stream.write_text("\n".join((STREAM % "").splitlines()[:-1]) + "\n", "utf-8")
    import_logs(made.home, [tmp_path / "log.csv"], stream)
    refresh(made.home, load_all(made.home))
    value = made.values("working_time")
    assert (value["value"], value["verdict"]) == (None, "No data: no calendar in the stream file")
    assert made.rows("SELECT count(*) FROM working_times") == made.rows("SELECT count(*) FROM working_spells") == [(0,)]
    reasons = made.rows("SELECT DISTINCT reason FROM metric_values WHERE metric = 'working_time'")
    assert reasons == [("no calendar in the stream file",)]


def test_cases_older_than_the_calendar(tmp_path: Path) -> None:
    """A case from before the holidays of its calendar are known has no working time; a check counts it."""
    told = _log(
        ("old", "1990-06-11T09:00:00", "1990-06-11T12:00:00"), ("a", "2026-06-08T09:00:00", "2026-06-08T12:00:00")
    )
    made = Published(tmp_path, told)
    assert made.values("working_time")["n"] == 1
    assert made.failing() == {"calendars_reach_all_cases": 1}
