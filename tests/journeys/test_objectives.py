"""Objectives from the command line: counted as they are published, and in words."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.journeys.command_line import command, facts, measured
from tests.journeys.orders import rows, write_log, write_stream

TARGETS = (
    "\ntargets:\n  flow_time: {p90: 4 days}\n  working_time: {p90: 1 working day}\n  first_time_right: {share: 95 %}\n"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose stream has three targets."""
    folder = tmp_path_factory.mktemp("objectives")
    stream = write_stream(folder)
    stream.write_text(stream.read_text("utf-8").split("\ntargets:")[0] + TARGETS, "utf-8")
    measured(folder / "home", (write_log(folder / "orders.csv", rows()), stream))
    return folder / "home"


def test_misses_are_counted_from_the_cases(home: Path) -> None:
    """Subjects and misses of every quarter are what a plain query over the published cases counts."""
    with duckdb.connect(str(home / "published" / "streamgauge.duckdb"), read_only=True) as connection:
        quarters = connection.execute("SELECT DISTINCT period, first_on, until_on FROM objectives").fetchall()
        counted = {
            period: connection.execute(
                "SELECT count(*), count_if(finished_at - triggered_at > INTERVAL 4 DAY) FROM cases "
                "WHERE outcome_kind = 'completed' AND finished_on >= ? AND finished_on < ?",
                [first_on, until_on],
            ).fetchall()[0]
            for period, first_on, until_on in quarters
        }
    for period, (ended, late) in counted.items():
        told = facts("objectives", "--home", home, "--period", period)
        (flow,) = [fact for fact in told if fact["metric"] == "flow_time"]
        assert (flow["subjects"], flow["misses"]) == (ended, late)
        assert flow["budget_left"] == pytest.approx(0.1 * ended - late)


def test_it_is_said_in_words(home: Path) -> None:
    """A person reads the promise, who missed it, and what is left."""
    shown = command("objectives", "--home", home)
    assert shown.code == 0
    assert "90% within 4 days" in shown.out
    assert "90% within 1 working day\n" in shown.out
    assert "missed it" in shown.out
    assert command("objectives", "--home", home, "--stream", "nope").code == 2
