"""Tie-out to the last millionth: both examples, random streams that share bills, and what makes a number blocked."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples.order_to_cash.simulate import simulate
from metrics.facts.costs import billed_sql, unallocated_sql
from metrics.tables import BILLS, COSTS
from pipelines.checks.cost_laws import COST_LAWS
from pipelines.database import open_warehouse
from pipelines.importing import import_logs
from pipelines.money.lines import Bill
from pipelines.money.platform import share_bill
from pipelines.refresh import refresh
from pipelines.registry import load_all
from pipelines.settings import Settings
from pipelines.warehouse.publication import open_published
from tests.journeys.command_line import ROOT
from tests.journeys.datasets import dataset
from tests.pipelines.small_stream import Calls

EXAMPLES = ROOT / "examples"
MONTHS = (dt.date(2026, 1, 1), dt.date(2026, 2, 1), dt.date(2026, 3, 1))
LAW = next(law for law in COST_LAWS if law.name == "bills_are_allocated")


def measured(home: Path, log: Path, stream: str) -> duckdb.DuckDBPyConnection:
    """An example measured, and its published copy."""
    made = Settings(home=home, threads=1)
    import_logs(made, [log], EXAMPLES / stream / "stream.yaml")
    refresh(made, load_all(made))
    return open_published(made)


def test_order_to_cash_ties_out(tmp_path: Path) -> None:
    """Each of its bills is handed out whole, in its month, and people are hours × the rate of the day."""
    simulate(tmp_path, 800)
    with measured(tmp_path / "home", tmp_path / "events.jsonl", "order_to_cash") as connection:
        handed = connection.execute(
            "SELECT rate_id, date_trunc('month', incurred_on)::DATE, sum(amount) FROM costs "
            "WHERE cost_class <> 'people' GROUP BY ALL"
        ).fetchall()
        people = connection.execute(
            "SELECT count(*), count(c.amount), max(abs(c.amount - c.quantity * r.amount)) "
            "FROM costs c JOIN rates r USING (stream, rate_id) WHERE c.cost_class = 'people' "
            "AND c.incurred_on >= r.valid_from AND (r.valid_to IS NULL OR c.incurred_on < r.valid_to)"
        ).fetchall()
        rows = connection.execute("SELECT count(*) FROM costs WHERE cost_class = 'people'").fetchall()
    with (EXAMPLES / "order_to_cash" / "bills.csv").open(encoding="utf-8", newline="") as file:
        billed = {(b["bill_id"], dt.date.fromisoformat(b["month"])): Decimal(b["amount"]) for b in csv.DictReader(file)}
    assert {(bill, month): amount for bill, month, amount in handed} == billed
    ((matched, priced, off),) = people
    assert matched == priced == rows[0][0] > 0
    assert off <= 1e-6


def test_travel_expenses_tie_out(tmp_path: Path) -> None:
    """It has no bills; every hour of every class has its rate, and the rows sum to hours × rate."""
    log = dataset("bpic20/DomesticDeclarations.xes.gz")
    with measured(tmp_path / "home", log, "travel_expenses") as connection:
        rows = connection.execute(
            "SELECT count(*), count(*) FILTER (c.amount IS NULL), sum(c.amount), "
            "sum(c.quantity::DECIMAL(18, 9) * r.amount) FROM costs c LEFT JOIN rates r USING (stream, rate_id)"
        ).fetchall()
        assert connection.execute("SELECT count(*) FROM bills").fetchall() == [(0,)]
    ((count, unpriced, amount, product),) = rows
    assert (count > 0, unpriced) == (True, 0)
    assert abs(amount - product) <= Decimal(count) / 1_000_000


amounts = st.decimals(Decimal("-99999"), Decimal("99999"), places=2)
quantities = st.integers(1, 10**7).map(lambda n: n / 1000)
own_bills = st.tuples(
    amounts, st.sampled_from(MONTHS), st.sampled_from(["usage", "started_cases", "finished_cases"]),
    st.none() | quantities,
)  # fmt: skip
cases = st.tuples(st.sampled_from(MONTHS), st.integers(0, 27), st.integers(0, 40), st.none() | quantities)
streams = st.lists(st.tuples(st.lists(own_bills, max_size=4), st.lists(cases, max_size=8)), min_size=1, max_size=3)


@settings(max_examples=40, deadline=None)
@given(told=streams, shared=st.lists(st.tuples(amounts, st.sampled_from(MONTHS), st.none() | quantities), max_size=3))
def test_everything_billed_is_somewhere(
    told: list[tuple[list[tuple[Decimal, dt.date, str, float | None]], list[tuple[dt.date, int, int, float | None]]]],
    shared: list[tuple[Decimal, dt.date, float | None]],
) -> None:
    """Cases, use, credits, capacities, one to three streams: what cases bear and what is idle is what was billed."""
    platform = [
        Bill(
            f"p{n}", month, "shared", "bus", amount, "EUR", "started_cases", capacity, None, None, None, None, "events"
        )
        for n, (amount, month, capacity) in enumerate(shared)
    ]
    started = {
        (f"s{n}", month): Fraction(sum(begun == month for begun, *_ in cases))
        for n, (_, cases) in enumerate(told) for month in MONTHS
    }  # fmt: skip
    parts = [share_bill(b, {f"s{n}": started[f"s{n}", b.month] for n in range(len(told))}) for b in platform]
    handed = sum(sum(part["_platform"].amount for part in parts if "_platform" in part) for _ in range(1))
    for n, (bills, cases) in enumerate(told):
        name = f"s{n}"
        mine = [(f"b{k}", *bill) for k, bill in enumerate(bills)]
        mine += [(b.bill_id, b.amount, b.month, b.allocation, b.capacity) for part in parts if (b := part.get(name))]
        handed += _handed_out(mine, cases)
    assert handed == sum(b.amount for b in platform) + sum(bill[0] for bills, _ in told for bill in bills)


def _handed_out(
    bills: list[tuple[str, Decimal, dt.date, str, float | None]],
    cases: list[tuple[dt.date, int, int, float | None]],
) -> Decimal:
    """The sum of `costs` of one stream, and that its own law holds of them, bill by bill."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(BILLS.ddl().replace(" NOT NULL", ""))
        connection.execute(COSTS.ddl().replace(" NOT NULL", ""))
        connection.execute("CREATE TABLE usage(case_key UBIGINT, case_id TEXT, driver TEXT, incurred_on DATE, "
                           "quantity DOUBLE)")  # fmt: skip
        connection.execute("CREATE TABLE cases(case_key UBIGINT, case_id TEXT, triggered_on DATE, finished_on DATE, "
                           "outcome_kind TEXT)")  # fmt: skip
        for name, amount, month, allocation, capacity in bills:
            connection.execute(
                "INSERT INTO bills(stream, bill_id, month, cost_class, driver, amount, allocation, capacity) "
                "VALUES ('s', ?, ?, 'compute', 'cpu', ?, ?, ?)", [name, month, amount, allocation, capacity],
            )  # fmt: skip
        for key, (month, day, length, quantity) in enumerate(cases):
            begin = month + dt.timedelta(days=day)
            connection.execute("INSERT INTO cases VALUES (?, 'c', ?, ?, 'completed')",
                               [key, begin, begin + dt.timedelta(days=length)])  # fmt: skip
            if quantity is not None:
                connection.execute("INSERT INTO usage VALUES (?, 'c', 'cpu', ?, ?)", [key, begin, quantity])
        connection.execute(
            f"INSERT INTO costs BY NAME SELECT 's' AS stream, * EXCLUDE (case_key) FROM ({billed_sql()})"
        )
        assert connection.execute(LAW.query, {"stream": "s"}).fetchall() == [(0,)]
        assert connection.execute(unallocated_sql()).fetchall() == []
        (row,) = connection.execute("SELECT coalesce(sum(amount), 0) FROM costs").fetchall()
    total: Decimal = row[0]
    return total


def test_a_bill_that_is_not_handed_out_blocks_the_number(tmp_path: Path) -> None:
    """A row lost from the costs: the law counts the bill, and every period with a day of its month has no data."""
    calls = Calls(tmp_path, [], ["b1,2026-01,compute,cpu,10.00,EUR,started_cases,,s"])
    calls.call("a", "2026-01-05T09:00:00Z").call("b", "2026-01-06T09:00:00Z")
    calls.measured().close()
    with open_warehouse(calls.settings) as connection:
        connection.execute("DELETE FROM costs WHERE case_id = 'a'")
        assert connection.execute(LAW.query, {"stream": "calls"}).fetchall() == [(1,)]
        rows = connection.execute(unallocated_sql()).fetchall()
        assert {(row[1], row[2], row[5], row[8], row[9]) for row in rows} == {
            ("calls", None, "b1", "not allocated", None)
        }
        assert [row[6] for row in rows] == [MONTHS[0] + dt.timedelta(days=day) for day in range(31)]
        connection.execute(f"INSERT INTO costs BY NAME {unallocated_sql()}")
    with calls.measured() as published:
        value = "SELECT DISTINCT value, verdict FROM metric_values WHERE metric = 'cost_per_transaction'"
        assert published.execute(value).fetchall() == [(None, "No data")]


def test_metered_use_is_priced_and_kept_up_to_date(tmp_path: Path) -> None:
    """Use of a driver with a rate: new events make it anew for their cases, and equal everything made anew."""
    calls = Calls(tmp_path, ["cpu,compute,cpu,s,0.25,EUR,2026-01-01,", "r1,people,clerk,hour,40,EUR,2026-01-01,"])
    calls.call("a", "2026-01-05T09:00:00Z", used={"cpu": 8}).call("b", "2026-02-05T09:00:00Z", used={"cpu": 2})
    query = "SELECT * FROM costs ORDER BY ALL"
    with calls.measured() as connection:
        assert connection.execute("SELECT case_id, amount, basis FROM costs ORDER BY 1").fetchall() == [
            ("a", Decimal(2), "measured quantity"), ("b", Decimal("0.5"), "measured quantity"),
        ]  # fmt: skip
    calls.event("a", "Note", "2026-01-06T09:00:00Z", used={"cpu": 4}, role="clerk")
    with calls.measured() as connection:
        touched = connection.execute(query).fetchall()
    for path in calls.settings.home.glob("warehouse.duckdb*"):
        path.unlink()
    with calls.measured() as connection:
        assert connection.execute(query).fetchall() == touched
    assert sorted(row[-2] for row in touched) == [Decimal("0.5"), Decimal(1), Decimal(2), Decimal(20)]


@pytest.mark.parametrize("amount", ["-12.34", "0.00", "0.000001"])
def test_a_bill_nobody_used_is_idle_whole(tmp_path: Path, amount: str) -> None:
    """A bill without use, a credit without use, nothing, and the least there is: idle, and to the last digit."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE bills(bill_id TEXT, month DATE, cost_class TEXT, driver TEXT, "
                           "amount DECIMAL(18, 6), currency TEXT, allocation TEXT, capacity DOUBLE)")  # fmt: skip
        connection.execute("CREATE TABLE usage(case_key UBIGINT, case_id TEXT, driver TEXT, incurred_on DATE, "
                           "quantity DOUBLE)")  # fmt: skip
        connection.execute("CREATE TABLE cases(case_key UBIGINT, case_id TEXT, triggered_on DATE, finished_on DATE, "
                           "outcome_kind TEXT)")  # fmt: skip
        connection.execute("INSERT INTO bills VALUES ('b', '2026-02-01', 'compute', 'cpu', ?, 'EUR', 'usage', 5)",
                           [Decimal(amount)])  # fmt: skip
        rows = connection.execute(f"SELECT basis, amount FROM ({billed_sql()})").fetchall()
    assert sum((row[1] for row in rows), Decimal(0)) == Decimal(amount)
    assert {row[0] for row in rows} <= {"idle"}
