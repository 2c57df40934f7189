"""Closing a quarter from the command line, and what is told of it afterwards."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from metrics.closing.restate import Cause
from metrics.reports.catalog import REPORTS
from pipelines.settings import Settings
from tests.journeys.command_line import ROOT, command, facts
from tests.pipelines.closed_home import QUARTER, home_of, orders


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two quarters, none of them closed."""
    folder = tmp_path_factory.mktemp("close")
    return home_of(folder, orders()).home


def test_close_show_and_run(home: Path) -> None:
    """Nothing is closed at first; a quarter is closed once; status, run and report tell it; no restatement is there."""
    assert facts("close", "--home", home) == []
    assert "No quarter is closed" in command("close", "--home", home).out
    closed = facts("close", QUARTER, "--by", "head of finance", "--why", "the books", "--home", home)
    assert (closed["quarter"], closed["closed_by"], closed["is_new"]) == (QUARTER, "head of finance", True)
    assert facts("close", QUARTER, "--home", home)["is_new"] is False
    assert "closed already" in command("close", QUARTER, "--home", home).out
    assert "by head of finance: the books" in " ".join(command("close", "--home", home).out.split())
    (status,) = facts("status", "--home", home)
    assert [told["quarter"] for told in status["closed"]] == [QUARTER]
    assert f"{QUARTER} closed since" in command("status", "--home", home).out
    assert facts("run", "--home", home)["success"]
    (told,) = facts("report", "closed_quarters", "--home", home)
    assert (told["quarter"], told["restated"], told["digest"]) == (QUARTER, 0, closed["digest"])
    assert facts("report", "restatements", "--home", home) == []
    explained = facts("explain", "flow_time", "--period", QUARTER, "--home", home)
    assert all(value["is_closed"] for value in explained["values"])
    assert "The quarter is closed" in command("explain", "flow_time", "--period", QUARTER, "--home", home).out
    page = Settings(home=home).pages / "orders" / QUARTER / "restatements.html"
    assert page.exists() or facts("review", "--period", QUARTER, "--home", home)
    assert "This quarter is closed, and no number of it is restated" in page.read_text("utf-8")


def test_mistakes_are_told(home: Path) -> None:
    """An unknown stream or period, a month, and a quarter that has not ended, exit with 2 and one sentence."""
    for arguments, words in (
        (("close", "spring"), "is not a period"), (("close", QUARTER, "--stream", "nope"), "nope"),
        (("close", "2025-02"), "is a month"), (("close", "2025-Q2"), "ends after the newest data"),
    ):  # fmt: skip
        ended = command(*arguments, "--home", home)
        assert (ended.code, words in " ".join(ended.err.split())) == (2, True), ended.err


def test_the_page_for_finance_is_true(home: Path) -> None:
    """Every command of docs/close.md runs as it stands there, for a quarter and files of this home."""
    text = (ROOT / "docs" / "close.md").read_text("utf-8")
    lines = re.findall(r"^\$ streamgauge (.+)$", text, re.MULTILINE)
    assert len(lines) == 7
    for line in lines:
        told = [word.replace("2026-Q3", QUARTER) for word in shlex.split(line)]
        words = [str(home.parent / word) if word.endswith((".yaml", ".csv")) else word for word in told]
        ended = command(*words, "--home", home)
        assert ended.code == 0, (line, ended.err)


def test_the_page_for_finance_names_every_cause_and_table() -> None:
    """Each cause of a restatement is explained; the reports that are not closed are those that it speaks of."""
    text = (ROOT / "docs" / "close.md").read_text("utf-8")
    assert all(f"| {cause.value} |" in text for cause in Cause)
    open_reports = {report.table.name for report in REPORTS if not report.closes}
    claims = {"benefits", "benefit_bridge", "benefit_conflicts"}
    assert open_reports == {"work_in_progress", "failures_by_severity", *claims}
