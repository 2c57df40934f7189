"""Failures told by events: one incident over many cases is one episode, however many workers read the ledger."""

from __future__ import annotations

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
