"""Failures told by events: one incident over many cases is one episode, however many workers read the ledger."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pipelines.settings import Settings
from tests.pipelines.small_stream import Calls

STAGES = ("onset", "detected", "triaged", "contained", "remediated", "steady")


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_an_incident_over_many_cases_is_one_episode(tmp_path: Path, threads: int) -> None:
    """Stages told with different cases, which lie in different buckets, come together in one row."""
    calls = Calls(tmp_path).call("c0", "2026-01-05T09:00:00Z")
    calls.settings = Settings(home=calls.settings.home, threads=threads)
    for hour, stage in enumerate(STAGES, 10):
        calls.fail("incident", stage, f"2026-01-05T{hour}:00:00Z", case=f"c{hour}")
    with calls.measured() as connection:
        stages = ", ".join(f"hour({stage}_at)" for stage in STAGES)
        found = connection.execute(f"SELECT failure_id, {stages} FROM failures").fetchall()
    assert found == [("incident", 10, 11, 12, 13, 14, 15)]


WATCH = """
incidents:
  watch:
    - {name: errors, steps: [Answer], failing_outcomes: [error], baseline_windows: 24, quiet_windows: 1}
"""


def _answer(calls: Calls, hour: int, outcome: str) -> None:
    """Five calls in an hour after the first of January."""
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=hour)
    for minute in range(0, 50, 10):
        name, told = f"h{hour}m{minute}", (at + dt.timedelta(minutes=minute)).isoformat()
        calls.event(name, "Ring", told).event(name, "Answer", told)
        calls.events[-1]["data"] |= {"outcome": outcome}  # type: ignore[operator]


def test_an_incident_in_the_failure_rate_comes_up_with_the_ledger(tmp_path: Path) -> None:
    """New events open it, later ones close it: each run looks at all of the ledger, whatever lies in which bucket."""
    calls = Calls(tmp_path)
    calls.stream_path.write_text(calls.stream_path.read_text("utf-8") + WATCH, "utf-8")
    seen = []
    for first, until, outcome in ((0, 24, "success"), (24, 26, "error"), (26, 28, "success")):
        for hour in range(first, until):
            _answer(calls, hour, outcome)
        with calls.measured() as connection:
            seen.append(connection.execute("SELECT onset_at, steady_at FROM failures").fetchall())
    midnight = dt.datetime(2026, 1, 2)
    # Answering ends a call, so nobody waits: the end is the end of the one quiet hour that proves the rate.
    assert seen == [[], [(midnight, None)], [(midnight, midnight + dt.timedelta(hours=3))]]
