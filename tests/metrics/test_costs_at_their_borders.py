"""Costs where nobody used what was billed, and where nobody knows how long work took."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
import pytest

from metrics.facts.costs import billed_sql, people_costs_sql
from tests.metrics.coded_events import Fact, Log, Row, made_stream
from tests.metrics.told_streams import BILLS, RATES

D = dt.date
Use = tuple[int, str, int, float]


def billed(
    *bills: tuple[object, ...], used: tuple[Use, ...] = (), months: list[dt.date] | None = None
) -> list[tuple[object, ...]]:
    """Bills handed out: case, driver, bill, day, quantity, basis, amount; `used` is (case, driver, day, quantity)."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"CREATE TABLE {BILLS}")
        connection.execute("CREATE TABLE usage(case_key UBIGINT, case_id VARCHAR, driver VARCHAR, incurred_on DATE, "
                           "quantity DOUBLE)")  # fmt: skip
        connection.execute("CREATE TABLE cases(case_key UBIGINT, case_id VARCHAR, triggered_on DATE, finished_on DATE, "
                           "outcome_kind VARCHAR)")  # fmt: skip
        for bill in bills:
            connection.execute("INSERT INTO bills VALUES (?, ?, 'compute', ?, ?, 'EUR', 'usage', ?)", list(bill))
        for case, driver, day, quantity in used:
            connection.execute("INSERT INTO usage VALUES (?, ?, ?, ?, ?)",
                               [case, f"c{case}", driver, D(2026, 1, day), quantity])  # fmt: skip
        asked = "case_id, driver, rate_id, incurred_on, quantity, basis, amount"
        return connection.execute(f"SELECT {asked} FROM ({billed_sql(months)}) ORDER BY ALL NULLS FIRST").fetchall()


def test_a_bill_nobody_used_is_idle_on_every_day() -> None:
    """A month that nothing was used of stands ready 31 days, and its days sum to the bill."""
    rows = billed(("b1", D(2026, 1, 1), "cpu", Decimal("100"), 62.0))
    assert len(rows) == 31
    assert {(case, basis, quantity) for case, _, _, _, quantity, basis, _ in rows} == {(None, "idle", 2.0)}
    assert sum(row[-1] for row in rows) == Decimal("100")  # type: ignore[misc]
    assert [rows[0][3], rows[-1][3]] == [D(2026, 1, 1), D(2026, 1, 31)]


def test_what_is_used_up_leaves_nothing_idle() -> None:
    """Where the capacity was used, to the last unit or beyond, cases bear all of the bill in proportion."""
    for capacity in (4.0, 3.0, None):
        rows = billed(("b1", D(2026, 1, 1), "cpu", Decimal("100"), capacity),
                      used=((1, "cpu", 3, 1.0), (2, "cpu", 4, 3.0)))  # fmt: skip
        assert [(row[0], row[-1]) for row in rows] == [("c1", Decimal("25")), ("c2", Decimal("75"))]


def test_a_part_used_leaves_the_rest_idle() -> None:
    """One of four units used: a quarter of the bill, and three units over the days of the month."""
    rows = billed(("b1", D(2026, 2, 1), "cpu", Decimal("28"), 4.0), used=())
    assert [row[-1] for row in rows] == [Decimal("1")] * 28
    rows = billed(("b1", D(2026, 1, 1), "cpu", Decimal("124"), 4.0), used=((1, "cpu", 3, 1.0),))
    assert [row[-1] for row in rows if row[0]] == [Decimal("31")]
    assert {row[4:] for row in rows if not row[0]} == {(3 / 31, "idle", Decimal("3"))}


def test_use_without_a_bill_is_told() -> None:
    """Use of a driver that is billed in another month has no amount; use of one that is never billed is nobody's."""
    rows = billed(("b1", D(2026, 2, 1), "cpu", Decimal("28"), 0.0),
                  used=((1, "cpu", 3, 1.0), (1, "gpu", 3, 1.0)), months=[D(2026, 1, 1)])  # fmt: skip
    assert rows == [("c1", "cpu", "no bill", D(2026, 1, 3), 1.0, "no bill", None)]
    assert billed(("b1", D(2026, 2, 1), "cpu", Decimal("28"), 0.0), months=[]) == []


def people(*rows: Row) -> list[Fact]:
    """Cost of people: a note takes standard minutes, other work of the clerk is listed without any."""
    stream = made_stream(
        steps=[
            {"name": "Note", "standard_minutes": 30, "role": "clerk"},
            {"name": "Work", "role": "clerk"},
            {"name": "Done"},
        ],
        costs={"currency": "EUR", "rates": "rates.csv"},
    )
    log = Log(stream, rows)
    log.connection.execute(f"CREATE TABLE {RATES}")
    log.connection.execute("INSERT INTO rates VALUES ('r1', 'people', 'clerk', 'hour', 40, 'EUR', '2026-01-01', NULL)")
    return log.facts(people_costs_sql(log.query()), "case_id, incurred_on, basis")


@pytest.mark.parametrize(("step", "quantities"), [("Note", [0.5]), ("Work", []), ("Done", [])])
def test_only_steps_with_standard_minutes_take_them(step: str, quantities: list[float]) -> None:
    """Work without a length costs only where the stream file says how long it usually takes."""
    who = {"performer": "ann", "performer_kind": "human"}
    assert [row["quantity"] for row in people(("c1", step, "Mon 09:00", who))] == quantities


def test_work_told_backwards_takes_standard_minutes() -> None:
    """An end before its start measures nothing; at the same instant it measures no time at all."""
    who = {"performer": "ann", "performer_kind": "human", "activity_id": "a"}
    start, end = who | {"lifecycle": "start"}, who | {"lifecycle": "complete"}
    (row,) = people(("c1", "Note", "Mon 10:00", start), ("c1", "Note", "Mon 09:00", end))
    assert (row["basis"], row["quantity"], row["amount"]) == ("standard minutes", 0.5, Decimal("20"))
    (row,) = people(("c1", "Note", "Mon 10:00", start), ("c1", "Note", "Mon 10:00", end))
    assert (row["basis"], row["quantity"], row["amount"]) == ("measured", 0.0, Decimal("0"))


def test_work_that_has_not_ended_costs_nothing_yet() -> None:
    """Begun and not ended, a note has no day on which its usual length would count."""
    who = {"performer": "ann", "performer_kind": "human", "activity_id": "a"}
    assert people(("c1", "Note", "Mon 10:00", who | {"lifecycle": "start"})) == []


def test_work_of_no_length_is_told() -> None:
    """Begun and ended at one instant it took no time: measured, and listed with nothing, though no usual length is."""
    who = {"performer": "ann", "performer_kind": "human", "activity_id": "a"}
    rows: list[Row] = [("c1", "Work", "Mon 10:00", who | {"lifecycle": phase}) for phase in ("start", "complete")]
    (row,) = people(*rows)
    assert (row["basis"], row["quantity"], row["amount"]) == ("measured", 0.0, Decimal("0"))


@pytest.mark.parametrize(("kind", "count"), [("human", 1), ("system", 0), ("agent", 0), ("external", 0)])
def test_only_people_are_paid_by_the_hour(kind: str, count: int) -> None:
    """Work of systems, agents and other firms is no cost of people, whatever its step usually takes."""
    assert len(people(("c1", "Note", "Mon 09:00", {"performer": "x", "performer_kind": kind}))) == count
