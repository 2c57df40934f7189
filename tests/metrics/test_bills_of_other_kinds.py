"""A bill that is shared by cases asks nobody's use, though its driver is used, too."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from metrics.facts.costs import billed_sql
from metrics.facts.watch.executions import failing_sql
from metrics.stream.incidents import Watch
from tests.metrics.coded_events import Log, Row, made_stream
from tests.metrics.told_streams import BILLS

JANUARY = dt.date(2026, 1, 1)


@pytest.mark.parametrize(
    ("allocation", "bearers"),
    [("usage", {"c1": 30}), ("started_cases", {"c1": 15, "c2": 15}), ("finished_cases", {"c2": 30})],
)
def test_each_bill_is_shared_in_its_own_way(allocation: str, bearers: dict[str, int]) -> None:
    """By who used the driver, by who began, or by who was completed in the month, and by nothing else."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"CREATE TABLE {BILLS}")
        connection.execute("CREATE TABLE usage AS SELECT 1::UBIGINT AS case_key, 'c1' AS case_id, 'cpu' AS driver, "
                           "DATE '2026-01-09' AS incurred_on, 2.0 AS quantity")  # fmt: skip
        connection.execute("CREATE TABLE cases AS SELECT n::UBIGINT AS case_key, 'c' || n AS case_id, "
                           "DATE '2026-01-05' AS triggered_on, CASE n WHEN 2 THEN DATE '2026-01-20' END "
                           "AS finished_on, CASE n WHEN 2 THEN 'completed' END AS outcome_kind "
                           "FROM range(1, 3) t(n)")  # fmt: skip
        connection.execute("INSERT INTO bills VALUES ('b', ?, 'compute', 'cpu', 30, 'EUR', ?, NULL)",
                           [JANUARY, allocation])  # fmt: skip
        found = connection.execute(f"SELECT case_id, amount FROM ({billed_sql()}) ORDER BY 1").fetchall()
    assert found == [(case, Decimal(amount)) for case, amount in bearers.items()]


def test_only_watched_steps_fail() -> None:
    """A step that ends the case is no execution of the watch, whatever outcome it told."""
    watch: dict[str, Any] = {"name": "errors", "steps": ["Try"], "failing_outcomes": ["error"], "severity": 1}
    told = {"outcome": "error", "performer_kind": "system"}
    rows: list[Row] = [("c1", "Try", "Mon 01:00", told), ("c1", "Done", "Mon 02:00", told)]
    log = Log(made_stream(), rows)
    assert len(log.connection.execute(failing_sql(log.query(), Watch.model_validate(watch))).fetchall()) == 1
