"""Money: every bill is handed out to the cent, and what no rate or bill covers blocks the number and says why."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.facts.costs import billed_sql
from pipelines.errors import SourceError
from pipelines.registry import register
from tests.pipelines.small_stream import Calls

RATE = "r1,people,clerk,hour,40.00,EUR,2026-01-01,"
Billed = dict[str, list[tuple[Any, ...]]]

amounts = st.decimals(Decimal("-99999"), Decimal("99999"), places=2)
quantities = st.integers(1, 10**6).map(lambda n: n / 1000)
bills = st.lists(
    st.tuples(amounts, st.sampled_from(["usage", "started_cases", "finished_cases"]), st.none() | quantities),
    min_size=1, max_size=4,
)  # fmt: skip
uses = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 28), quantities), max_size=12)
UNPRICED = "1 row of cost has no price: no rate or bill for the day, or a bill that was not handed out whole"


@settings(max_examples=40, deadline=None)
@given(told=bills, used=uses, cases=st.integers(0, 5))
def test_every_bill_is_handed_out_exactly(
    told: list[tuple[Decimal, str, float | None]], used: list[tuple[int, int, float]], cases: int
) -> None:
    """Whatever the use, the capacity and the allocation: what cases bear and what is idle sum to each bill exactly."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE bills (bill_id TEXT, month DATE, cost_class TEXT, driver TEXT, "
                           "amount DECIMAL(18,6), currency TEXT, allocation TEXT, capacity DOUBLE)")  # fmt: skip
        connection.execute("CREATE TABLE usage (case_key UBIGINT, stream TEXT, case_id TEXT, driver TEXT, "
                           "incurred_on DATE, quantity DOUBLE)")  # fmt: skip
        connection.execute("CREATE TABLE cases AS SELECT n::UBIGINT AS case_key, 'c' || n AS case_id, "
                           "DATE '2026-01-05' AS triggered_on, DATE '2026-01-06' AS finished_on, "
                           "'completed' AS outcome_kind FROM range($count) t(n)", {"count": cases})  # fmt: skip
        for number, (amount, allocation, capacity) in enumerate(told):
            row = [f"b{number}", "cpu", amount, allocation, capacity]
            connection.execute("INSERT INTO bills VALUES (?, '2026-01-01', 'compute', ?, ?, 'EUR', ?, ?)", row)
        summed = {(case, day): 0.0 for case, day, _ in used}
        for case, day, quantity in used:
            summed[case, day] += quantity
        for (case, day), quantity in summed.items():
            connection.execute(f"INSERT INTO usage VALUES ({case}, 's', 'c', 'cpu', '2026-01-{day:02d}', {quantity})")
        sums = dict(connection.execute(f"SELECT rate_id, sum(amount) FROM ({billed_sql()}) GROUP BY ALL").fetchall())
    assert {name: sums.get(name, Decimal(0)) for name in (f"b{n}" for n in range(len(told)))} == {
        f"b{number}": amount for number, (amount, _, _) in enumerate(told)
    }


def _bill(
    name: str, amount: str, allocation: str, driver: str = "cpu", capacity: str = "", month: str = "2026-01"
) -> str:
    return f"{name},{month},compute,{driver},{amount},EUR,{allocation},{capacity},s"


@pytest.fixture(scope="module")
def billed(tmp_path_factory: pytest.TempPathFactory) -> Billed:
    """Cost rows by bill or rate of one month in which every kind of bill occurs."""
    calls = Calls(
        tmp_path_factory.mktemp("billed"),
        ["r1,people,clerk,hour,40.00,EUR,2026-01-01,2026-01-16", "r2,people,clerk,hour,60.00,EUR,2026-01-16,"],
        [
            _bill("thirds", "100.00", "usage"), _bill("wide", "90.00", "usage", "disk", "9"),
            _bill("unused", "12.34", "usage", "gpu"), _bill("credit", "-10.00", "started_cases", "credit"),
            _bill("done", "7.00", "finished_cases", "desk"),
            _bill("mid", "5.00", "started_cases", "m", "", "2026-01-20"),
        ],
    )  # fmt: skip
    for day in (1, 2, 3):
        calls.call(f"c{day}", f"2026-01-{day:02d}T09:00:00Z", used={"cpu": 1, "disk": 1})
    calls.event("c4", "Ring", "2026-01-15T09:00:00Z").work("c4", "2026-01-15T09:00:00Z", "2026-01-15T10:30:00Z")
    calls.work("c4", "2026-01-16T09:00:00Z", "2026-01-16T10:30:00Z")
    calls.event("c4", "Note", "2026-01-17T09:00:00Z", role="clerk")
    with calls.measured() as connection:
        found = connection.execute(
            "SELECT rate_id, case_id, basis, quantity, amount FROM costs ORDER BY rate_id, case_id, basis"
        ).fetchall()
    rows: Billed = {}
    for name, *rest in found:
        rows.setdefault(name, []).append(tuple(rest))
    return rows


def test_thirds_of_a_bill_sum_to_it(billed: Billed) -> None:
    """100.00 over three equal users is no three times 33.33: the shares differ by a millionth and sum to the bill."""
    shares = [amount for _, _, _, amount in billed["thirds"]]
    assert sum(shares) == Decimal("100.00")
    assert max(shares) - min(shares) <= Decimal("0.000001")
    assert {basis for _, basis, _, _ in billed["thirds"]} == {"usage of the bill"}


_DAYS = 31  # of the month the bills are for


def test_capacity_not_used_is_idle(billed: Billed) -> None:
    """A bill for nine units of which three were used: a third to the cases, two thirds idle, a line of its own."""
    idle = [(quantity, amount) for case, basis, quantity, amount in billed["wide"] if basis == "idle" and case is None]
    assert len(idle) == _DAYS  # it stands ready every day, so no week bears the whole month
    assert sum(quantity for quantity, _ in idle) == pytest.approx(6.0)
    assert sum(amount for _, amount in idle) == Decimal("60.00")
    assert max(amount for _, amount in idle) - min(amount for _, amount in idle) <= Decimal("0.000001")
    assert sum(amount for *_, amount in billed["wide"]) == Decimal("90.00")


def test_a_bill_nobody_used_is_all_idle(billed: Billed) -> None:
    """A bill without use is borne by no case and is there nevertheless."""
    assert {(case, basis) for case, basis, *_ in billed["unused"]} == {(None, "idle")}
    assert sum(amount for *_, amount in billed["unused"]) == Decimal("12.34")


def test_a_credit_is_handed_out_too(billed: Billed) -> None:
    """A negative bill lowers what its cases cost, and sums to itself."""
    assert [(case, amount) for case, _, _, amount in billed["credit"]] == [
        (f"c{number}", Decimal("-2.50")) for number in (1, 2, 3, 4)
    ]


def test_started_and_finished_cases_bear_their_bills(billed: Billed) -> None:
    """A bill by started cases falls on all that began in the month, one by finished cases on those completed in it."""
    assert {case for case, *_ in billed["done"]} == {"c1", "c2", "c3"}
    assert {basis for _, basis, _, _ in billed["done"]} == {"finished cases"}
    assert {case for case, *_ in billed["credit"]} == {"c1", "c2", "c3", "c4"}


def test_a_bill_is_for_its_month_on_whatever_day_it_is_dated(billed: Billed) -> None:
    """A bill dated the 20th is for that month, and not for no case at all."""
    assert [amount for case, _, _, amount in billed["mid"] if case] == [Decimal("1.25")] * 4


def test_a_rate_changes_on_its_day(billed: Billed) -> None:
    """Work up to the last day of a rate is priced by it, from the next day by its successor."""
    assert ("c4", "measured", 1.5, Decimal("60.00")) in billed["r1"]
    assert ("c4", "measured", 1.5, Decimal("90.00")) in billed["r2"]


def test_standard_minutes_are_called_so(billed: Billed) -> None:
    """Work whose time nobody measured is priced by the standard minutes of the stream file, and says so."""
    assert ("c4", "standard minutes", 0.5, Decimal("30.00")) in billed["r2"]


def _reason(calls: Calls) -> tuple[Any, Any]:
    with calls.measured() as connection:
        (found,) = connection.execute(
            "SELECT DISTINCT value, reason FROM metric_values WHERE metric = 'cost_per_transaction' AND grain = 'month'"
        ).fetchall()
        assert connection.execute("SELECT count(*) FROM costs WHERE amount IS NULL").fetchall() == [(1,)]
        passed = "SELECT passed FROM check_results WHERE check_name = 'all_work_has_a_rate'"
        assert connection.execute(passed).fetchall() == [(False,)]
    return found


def test_work_without_a_rate_blocks_the_number(tmp_path: Path) -> None:
    """Work on a day no rate covers keeps its row without an amount, and the unit cost is no data with the reason."""
    calls = Calls(tmp_path, ["r1,people,clerk,hour,40.00,EUR,2026-02-01,"]).call("a", "2026-01-05T09:00:00Z")
    calls.work("a", "2026-01-05T09:00:00Z", "2026-01-05T10:00:00Z")
    assert _reason(calls) == (None, UNPRICED)


def test_use_without_a_bill_blocks_the_number(tmp_path: Path) -> None:
    """Use of a driver that is billed in other months, but not in this one, is no free use."""
    calls = Calls(tmp_path, [], [_bill("b1", "10.00", "usage", month="2026-02")])
    calls.call("a", "2026-01-05T09:00:00Z", used={"cpu": 1})
    assert _reason(calls) == (None, UNPRICED)


REFUSED: dict[str, tuple[list[str], list[str], str]] = {
    "overlapping rates": (
        [RATE, "r2,people,clerk,hour,50.00,EUR,2026-03-01,"], [], "The rates 'r1' and 'r2' both hold on 2026-03-01",
    ),
    "overlapping rates of one name": (
        [RATE, "r1,people,clerk,hour,50.00,EUR,2026-03-01,"], [], "The rates 'r1' and 'r1' both hold on 2026-03-01",
    ),
    "rates of one name": (
        [RATE, "r1,people,boss,hour,50.00,EUR,2026-03-01,"], [], "The rate 'r1' stands there twice",
    ),
    "a gap between rates": (
        [f"{RATE}2026-03-01", "r2,people,clerk,hour,50.00,EUR,2026-03-04,"], [],
        "There is no rate of 'clerk' from 2026-03-01 to 2026-03-03",
    ),
    "a gap of one day": (
        [f"{RATE}2026-03-01", "r2,people,clerk,hour,50.00,EUR,2026-03-02,"], [], "no rate of 'clerk' on 2026-03-01",
    ),
    "an empty rate card": ([" "], [], "The rate card holds no line"),
    "people by the day": (["r1,people,clerk,day,320.00,EUR,2026-01-01,"], [], "'r1' is for one 'day'"),
    "a gap between months": (
        [], [_bill("b1", "1", "usage"), _bill("b3", "1", "usage", month="2026-04")],
        "The bills of 'cpu' (compute) lack 2026-02, between 2026-01 and 2026-04",
    ),
    "what is metered priced twice": (
        ["r1,compute,cpu,s,0.40,EUR,2026-01-01,"], [_bill("b1", "1", "usage")],
        "'cpu' has a rate and is billed by usage, so its use would be paid twice",
    ),
    "a bill told twice": (
        [], [_bill("b1", "1", "usage"), _bill("b1", "2", "usage", month="2026-02")], "'b1' stands there twice",
    ),
    "a foreign rate": (
        ["r1,people,clerk,hour,40,USD,2026-01-01,"], [], "no exchange rate from USD to EUR holds on 2026-01-01",
    ),
    "a foreign bill": (
        [], [_bill("b1", "1", "usage").replace("EUR", "USD")], "no exchange rate from USD to EUR holds on 2026-01-31",
    ),
    "an unknown allocation": (
        [], [_bill("b1", "1", "weather")],
        "line 2: 'weather' is not known there. Known: 'finished_cases', 'started_cases', 'usage'",
    ),
    "an amount that is none": ([], [_bill("b1", "ten", "usage")], "line 2: 'ten' is not a decimal number"),
    "a month that is none": ([], [_bill("b1", "1", "usage", month="2026-13")], "'2026-13' is not a date"),
}  # fmt: skip


@pytest.mark.parametrize(("rates", "told", "words"), REFUSED.values(), ids=REFUSED)
def test_money_that_cannot_be_right_is_refused(tmp_path: Path, rates: list[str], told: list[str], words: str) -> None:
    """Rates that overlap, doubled bills, foreign money and unreadable values are refused with what is wrong."""
    calls = Calls(tmp_path, rates, told)
    with pytest.raises(SourceError) as caught:
        register(calls.settings, calls.stream_path)
    assert words in str(caught.value)
    assert not (calls.settings.streams / "calls").exists()


def test_rates_that_follow_each_other_do_not_overlap(tmp_path: Path) -> None:
    """A rate that ends on the day the next begins leaves no day with two, and roles do not disturb each other."""
    rates = ["r1,people,clerk,hour,40,EUR,2026-01-01,2026-03-01", "r2,people,clerk,hour,50,EUR,2026-03-01,"]
    calls = Calls(tmp_path, [*rates, "r3,people,boss,hour,90,EUR,2026-01-01,"])
    registered = register(calls.settings, calls.stream_path)
    assert registered.money.rates is not None
    assert [rate.rate_id for rate in registered.money.rates.rates()] == ["r1", "r2", "r3"]
