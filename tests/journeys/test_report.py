"""Reports from the command line: what was published, as it stands."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from metrics.reports.catalog import REPORTS
from tests.journeys.command_line import command, facts, measured
from tests.journeys.orders import rows, write_log, write_stream


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one published stream."""
    folder = tmp_path_factory.mktemp("reports")
    measured(folder / "home", (write_log(folder / "orders.csv", rows()), write_stream(folder)))
    return folder / "home"


def test_every_report_is_listed_with_its_row() -> None:
    """Without a name the command lists all reports and says what one row of each is."""
    listed = {fact["report"]: fact["one_row_is"] for fact in facts("report")}
    assert {report.table.name: report.table.one_row for report in REPORTS}.items() <= listed.items()


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.table.name)
def test_a_report_is_told_as_it_was_published(home: Path, report: object) -> None:
    """The objects are the rows of the published table, of its newest period (of each grain) where it has periods."""
    table = next(found.table for found in REPORTS if found is report)
    grain = "GROUP BY grain" if "grain" in table.column_names else ""
    newest = f"WHERE period IN (SELECT max(period) FROM {table.name} {grain})" if "period" in table.column_names else ""
    with duckdb.connect(str(home / "published" / "streamgauge.duckdb"), read_only=True) as connection:
        (count,) = connection.execute(f"SELECT count(*) FROM {table.name} {newest}").fetchall()[0]
    told = facts("report", table.name, "--home", home)
    assert len(told) == count
    assert all(tuple(fact) == table.column_names for fact in told)
    assert command("report", table.name, "--home", home).code == 0


def test_a_period_can_be_chosen(home: Path) -> None:
    """Rows of a named period only, and none of one without data."""
    first = min(fact["period"] for fact in facts("metrics", "--home", home, "--grain", "quarter"))
    assert {fact["period"] for fact in facts("report", "value_stream", "--home", home, "--period", first)} == {first}
    assert facts("report", "value_stream", "--home", home, "--period", "1999-Q1") == []
    assert "No data" in command("report", "value_stream", "--home", home, "--period", "1999-Q1").out


def test_what_is_not_there_is_refused_with_what_is(home: Path) -> None:
    """An unknown report or stream exits with 2 and names the nearest."""
    unknown = command("report", "value_straem", "--home", home)
    assert unknown.code == 2
    assert "value_stream" in unknown.err
    assert command("report", "value_stream", "--home", home, "--stream", "nope").code == 2
