"""Σ of time parts = flow time on real logs, through import, ledger and warehouse."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.journeys.command_line import measured
from tests.journeys.datasets import dataset, stream_file


@pytest.mark.parametrize(
    ("log", "stream", "cases"),
    [
        ("bpic20/DomesticDeclarations.xes.gz", "domestic_raw", 10_500),
        ("bpic13/BPIC13_incidents.xes.gz", "bpic13_by_team", None),
    ],
)
def test_parts_sum_to_flow_time(log: str, stream: str, cases: int | None, tmp_path: Path) -> None:
    """Every finished case has its parts, they sum to its flow time, and a log of instants has no touch."""
    home = measured(tmp_path, (dataset(log), stream_file(stream)))
    with duckdb.connect(str(home.published_database), read_only=True) as connection:
        found = connection.execute("""
            SELECT count(*), count(t.case_id), count(touch_us), min(queue_us), max(unexplained_us - flow_us),
                count(*) FILTER (epoch_us(finished_at) - epoch_us(triggered_at) = flow_us AND flow_us
                    = queue_us + external_wait_us + human_wait_us + unexplained_us)
            FROM cases LEFT JOIN time_parts t USING (stream, case_id) WHERE finished_at IS NOT NULL
        """).fetchone()
        law = connection.execute("SELECT passed FROM check_results WHERE check_name = 'time_parts_close'").fetchall()
    assert found is not None
    finished, rows, touched, queue, most, closed = found
    assert finished == rows == closed > 0
    assert cases in (None, finished)
    assert (touched, queue, most) == (0, 0, 0)
    assert law == [(True,)]
