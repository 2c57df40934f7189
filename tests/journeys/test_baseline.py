"""Freezing a baseline from the command line, and reading what later numbers are held against."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.command_line import command, facts, measured
from tests.journeys.orders import rows, write_log, write_stream


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose stream file names no baseline."""
    folder = tmp_path_factory.mktemp("baseline")
    measured(folder / "home", (write_log(folder / "orders.csv", rows()), write_stream(folder)))
    return folder / "home"


def test_freeze_show_and_report(home: Path) -> None:
    """Nothing is frozen at first; a period is frozen once; the next run publishes it, and quarters against it."""
    assert facts("baseline", "--home", home) == []
    assert "Nothing is frozen" in command("baseline", "--home", home).out
    assert "--period 2026-Q1" in command("baseline", "freeze", "--home", home).err
    frozen = facts("baseline", "freeze", "--period", "2025-03", "--home", home)
    assert (frozen["baseline"], frozen["version"], frozen["is_new"]) == ("2025-03", 1, True)
    assert facts("baseline", "freeze", "--period", "2025-03", "--home", home)["is_new"] is False
    assert "2025-03" in command("baseline", "--home", home).out
    measured(home)
    told = facts("report", "baselines", "--home", home)
    assert {row["baseline"] for row in told} == {"2025-03"}
    assert all(row["restated_by"] == 0 for row in told if row["value"] is not None)
    held = [row for row in facts("report", "comparisons", "--home", home) if row["kind"] == "baseline"]
    assert {row["label"] for row in held} == {"2025-Q2"}


def test_mistakes_are_told(home: Path) -> None:
    """An unknown action, stream or period, and a window that has not ended, exit with 2 and one sentence."""
    for arguments, words in (
        (("baseline", "frees"), "freeze"),
        (("baseline", "freeze", "--stream", "nope"), "nope"),
        (("baseline", "freeze", "--period", "spring"), "is not a period"),
        (("baseline", "freeze", "--period", "2025-Q2"), "ends after the newest data"),
    ):
        ended = command(*arguments, "--home", home)
        assert (ended.code, words in ended.err) == (2, True), ended.err
