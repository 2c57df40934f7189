"""Costs from events, rates and bills: whose work at which rate, and each bill handed out to the last millionth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.facts.cases import cases_sql
from metrics.facts.costs import billed_costs_sql, people_costs_sql, usage_sql
from metrics.stream import Stream
from tests.metrics.coded_events import Fact, Log, Row, made_stream, of
from tests.metrics.told_streams import BILLS, RATES

D = dt.date
JANUARY, FEBRUARY = D(2026, 1, 1), D(2026, 2, 1)
ALL_YEAR = ("r1", "people", "clerk", "hour", Decimal(40), "EUR", D(2026, 1, 1), None)
Told = tuple[Any, ...]


def stream(**told: Any) -> Stream:
    """Ann and Bob are people; a note takes half an hour of a clerk; the shop is a system."""
    usual: dict[str, Any] = {
        "performers": {
            "kinds": [{"kind": "human", "performers": ["ann", "bob"]}, {"kind": "system", "performers": ["shop"]}],
        },
        "steps": [{"name": "Note", "standard_minutes": 30, "role": "clerk"}, {"name": "Work", "role": "clerk"}],
        "costs": {"currency": "EUR", "rates": "rates.csv", "bills": "bills.csv"},
    }  # fmt: skip
    return made_stream(**usual | told)


def costs(
    rows: Iterable[Row], rates: Sequence[Told] = (ALL_YEAR,), bills: Sequence[Told] = (),
    months: Sequence[dt.date] | None = None, of_stream: Stream | None = None,
) -> list[Fact]:  # fmt: skip
    """The rows of the contract table `costs` that follow, people first, then bills."""
    log = Log(of_stream or stream(), rows)
    query = log.query()
    log.connection.execute(f"CREATE TABLE cases AS {cases_sql(query)}")
    log.connection.execute(f"CREATE TABLE usage AS {usage_sql(query)}")
    for declared, told in ((RATES, rates), (BILLS, bills)):
        log.connection.execute(f"CREATE TABLE {declared}")
        for row in told:
            marks = ", ".join("?" for _ in row)
            log.connection.execute(f"INSERT INTO {declared.split('(')[0]} VALUES ({marks})", list(row))
    order = "case_id NULLS LAST, incurred_on, driver, basis"
    return log.facts(people_costs_sql(query), order) + log.facts(billed_costs_sql(query, months), order)


def spell(case: str, start: str, end: str, step: str = "Work", **told: Any) -> list[Row]:
    """Work told at both ends."""
    who = {"performer": "ann", "activity_id": f"{case}-{step}-{start}"} | told
    return [(case, step, start, who | {"lifecycle": "start"}), (case, step, end, who | {"lifecycle": "complete"})]


def note(case: str = "c1", at: str = "Mon 10:00", **told: Any) -> Row:
    """A note of which only is told that it was written."""
    return (case, "Note", at, {"performer": "ann"} | told)


# People


def test_measured_work_costs_its_hours() -> None:
    """An hour and a half at 40 an hour: 60, on the day it ended, with the rate it was made of."""
    (row,) = costs(spell("c1", "Mon 09:00", "Mon 10:30"))
    assert row | {"case_key": None} == {
        "case_key": None, "stream": "made", "case_id": "c1", "cost_class": "people", "driver": "clerk", "rate_id": "r1",
        "incurred_on": D(2026, 1, 5), "quantity": 1.5, "basis": "measured", "amount": Decimal(60), "currency": "EUR",
    }  # fmt: skip


def test_work_without_a_length_takes_standard_minutes() -> None:
    """A note of which only the instant is told takes the half hour the stream file says, labelled so."""
    assert of(costs([note()]), "quantity", "basis", "amount") == [(0.5, "standard minutes", Decimal(20))]


def test_measured_beats_standard_minutes() -> None:
    """A note that told both ends counts its own ten minutes, even none; told the wrong way round, its standard ones."""
    for start, end, hours, basis in [
        ("Mon 10:00", "Mon 10:10", 1 / 6, "measured"), ("Mon 10:00", "Mon 10:00", 0, "measured"),
        ("Mon 10:10", "Mon 10:00", 0.5, "standard minutes"),
    ]:  # fmt: skip
        (row,) = costs(spell("c1", start, end, "Note"))
        assert (row["quantity"], row["basis"]) == (pytest.approx(hours), basis)


def test_what_costs_nothing() -> None:
    """Systems, work that did not end, and people's work of which nothing tells how long it took have no row."""
    assert costs([("c1", "Note", "Mon 09:00", {"performer": "shop"})]) == []
    assert costs([("c1", "Work", "Mon 09:00", {"performer": "ann"})]) == []
    assert costs([("c1", "Note", "Mon 09:00", {"performer": "stranger"})]) == []
    started = ("c1", "Note", "Mon 09:00", {"performer": "ann", "lifecycle": "start", "activity_id": "a"})
    assert costs([started]) == []


def test_the_role_of_the_event_beats_that_of_the_step() -> None:
    """Who was a boss when it was written costs as a boss; without any role it has no rate, and no amount is made up."""
    boss = ("r2", "people", "boss", "hour", Decimal(100), "EUR", JANUARY, None)
    assert of(costs([note(role="boss")], [ALL_YEAR, boss]), "driver", "amount") == [("boss", Decimal(50))]
    steps = [{"name": "Note", "standard_minutes": 30}]
    row = ("unknown role", "no rate", None)
    assert of(costs([note()], of_stream=stream(steps=steps)), "driver", "rate_id", "amount") == [row]


def test_the_rate_of_the_day() -> None:
    """A rate holds from its first day to the day before its last; on a day without one there is work and no amount."""
    rates = [
        ("r1", "people", "clerk", "hour", Decimal(40), "EUR", D(2026, 1, 6), D(2026, 1, 8)),
        ("r2", "people", "clerk", "hour", Decimal(50), "EUR", D(2026, 1, 8), D(2026, 1, 9)),
        ("r3", "compute", "clerk", "hour", Decimal(99), "EUR", JANUARY, None),
        ("r4", "people", "boss", "hour", Decimal(99), "EUR", JANUARY, None),
    ]
    days = ("Mon", "Tue", "Wed", "Thu", "Fri")
    found = costs([note(at=f"{day} 10:00") for day in days], rates)
    assert of(found, "rate_id", "amount") == [
        ("no rate", None), ("r1", Decimal(20)), ("r1", Decimal(20)), ("r2", Decimal(25)), ("no rate", None),
    ]  # fmt: skip


def test_a_row_is_a_case_a_role_a_day_and_a_basis() -> None:
    """Work of one day is summed; measured and standard, other days, roles and cases stand apart."""
    rows = [
        note(at="Mon 10:00"), note(at="Mon 11:00", performer="bob"), *spell("c1", "Mon 12:00", "Mon 13:00"),
        note(at="Tue 10:00"), note("c2", at="Mon 10:00"), note(at="Mon 14:00", role="boss"),
    ]  # fmt: skip
    assert of(costs(rows), "case_id", "incurred_on", "driver", "basis", "quantity") == [
        ("c1", D(2026, 1, 5), "boss", "standard minutes", 0.5), ("c1", D(2026, 1, 5), "clerk", "measured", 1.0),
        ("c1", D(2026, 1, 5), "clerk", "standard minutes", 1.0),
        ("c1", D(2026, 1, 6), "clerk", "standard minutes", 0.5),
        ("c2", D(2026, 1, 5), "clerk", "standard minutes", 0.5),
    ]  # fmt: skip


def test_work_of_no_length_is_measured() -> None:
    """Work that began and ended at the same instant was told, and cost nothing: a row of 0."""
    assert of(costs(spell("c1", "Mon 09:00", "Mon 09:00")), "quantity", "amount") == [(0.0, Decimal(0))]


def test_what_was_told_wrong_and_what_was_not_told_are_one_row() -> None:
    """A note told the wrong way round and one of which only the end was told both take standard minutes, together."""
    rows = [*spell("c1", "Mon 10:10", "Mon 10:00", "Note"), note(at="Mon 12:00", lifecycle="complete", activity_id="z")]
    assert of(costs(rows), "basis", "quantity") == [("standard minutes", 1.0)]


def test_an_amount_is_rounded_once() -> None:
    """1.45 hours at a millionth are 0.00000145: a millionth, where rounding twice would make two."""
    rate = ("r1", "people", "clerk", "hour", Decimal("0.000001"), "EUR", JANUARY, None)
    assert of(costs(spell("c1", "Mon 09:00", "Mon 10:27"), [rate]), "amount") == [Decimal("0.000001")]


def test_the_day_is_local() -> None:
    """Half past eleven at night in UTC is the next day in Berlin, for work and for use."""
    rows = [note(at="2026-01-05T23:30:00", attributes={"cost": [{"driver": "calls", "quantity": 2}]})]
    bills = [bill(Decimal(5))]
    found = costs(rows, bills=bills, of_stream=stream(time_zone="Europe/Berlin"))
    assert of(found, "incurred_on") == [D(2026, 1, 6)] * 2


def test_no_rate_card_no_people() -> None:
    """A stream without a rate card has no cost of people at all, rather than rows without amount."""
    assert costs([note()], rates=()) == []


# Bills


def bill(
    amount: Decimal, allocation: str = "usage", month: dt.date = JANUARY, capacity: float | None = None,
    driver: str = "calls", name: str = "b1",
) -> Told:  # fmt: skip
    return (name, month, "compute", driver, amount, "EUR", allocation, capacity)


def use(case: str, quantity: float, at: str = "Mon 10:00", driver: str = "calls") -> Row:
    """A step of a system that tells what it used."""
    return (case, "Step", at, {"performer": "shop", "attributes": {"cost": [{"driver": driver, "quantity": quantity}]}})


def test_a_bill_goes_to_those_who_used_it() -> None:
    """Ten for three equal uses: thirds that sum to ten, as each is the difference of two rounded totals."""
    found = costs([use(case, 1) for case in ("a", "b", "c")], bills=[bill(Decimal(10))])
    assert sorted(of(found, "amount")) == [Decimal("3.333333"), Decimal("3.333333"), Decimal("3.333334")]
    assert sum(of(found, "amount")) == 10
    assert {(row["cost_class"], row["driver"], row["rate_id"], row["basis"], row["quantity"]) for row in found} == {
        ("compute", "calls", "b1", "usage of the bill", 1.0)
    }


def test_use_is_summed_by_case_driver_and_day() -> None:
    """Twice on a day is one row, another day or driver is another; nothing used is no row."""
    rows = [
        use("a", 1),
        use("a", 2, "Mon 11:00"),
        use("a", 4, "Tue 10:00"),
        use("a", 5, driver="mails"),
        use("b", 0),
        use("b", -1),
    ]
    found = costs(rows, bills=[bill(Decimal(7)), bill(Decimal(1), driver="mails", name="b2")])
    assert of(found, "case_id", "incurred_on", "driver", "quantity", "amount") == [
        ("a", D(2026, 1, 5), "calls", 3.0, Decimal(3)), ("a", D(2026, 1, 5), "mails", 5.0, Decimal(1)),
        ("a", D(2026, 1, 6), "calls", 4.0, Decimal(4)),
    ]  # fmt: skip


def test_unused_capacity_is_idle() -> None:
    """Of 100 for a capacity of 10, 4 were used: 40 to the cases, 60 idle, spread over the days of the month."""
    found = costs([use("a", 1), use("b", 3)], bills=[bill(Decimal(100), capacity=10)])
    idle = [row for row in found if row["basis"] == "idle"]
    assert of(found[:2], "case_id", "amount") == [("a", Decimal(10)), ("b", Decimal(30))]
    assert of(idle, "incurred_on") == [D(2026, 1, 1 + number) for number in range(31)]
    assert sum(of(idle, "amount")) == 60
    assert {(row["case_id"], row["case_key"], row["rate_id"], row["driver"]) for row in idle} == {
        (None, None, "b1", "calls")
    }
    assert of(idle, "quantity") == pytest.approx([6 / 31] * 31)
    assert max(abs(row["amount"] - Decimal(60) / 31) for row in idle) < Decimal("0.000002")


@pytest.mark.parametrize("capacity", [4.0, 3.0, None])
def test_nothing_is_idle_at_or_over_capacity(capacity: float | None) -> None:
    """A bill of which all was used, or more than all, goes to the cases whole."""
    found = costs([use("a", 1), use("b", 3)], bills=[bill(Decimal(100), capacity=capacity)])
    assert of(found, "amount", "basis") == [(Decimal(25), "usage of the bill"), (Decimal(75), "usage of the bill")]


def test_a_bill_nobody_used_is_idle_whole() -> None:
    """In February it is spread over 28 days; with or without a capacity all of it is idle."""
    for capacity, quantity in ((None, 0), (56.0, 2)):
        found = costs(
            [use("a", 1)], bills=[bill(Decimal("10.01"), month=FEBRUARY, capacity=capacity)], months=[FEBRUARY]
        )
        assert of(found, "incurred_on") == [D(2026, 2, 1 + number) for number in range(28)]
        assert sum(of(found, "amount")) == Decimal("10.01")
        assert {(row["basis"], row["quantity"]) for row in found} == {("idle", quantity)}


def test_started_and_finished_cases_share_alike() -> None:
    """A bill by started cases goes to every case of its month, one by finished cases to those completed in it."""
    rows: list[Row] = [
        ("a", "Begin", "Mon 09:00"), ("a", "Done", "Tue 09:00"), ("b", "Begin", "Mon 09:00"), ("b", "No", "Tue 09:00"),
        ("c", "Begin", "Mon 09:00"), ("c", "Done", "2026-02-02T09:00:00"), ("d", "Begin", "2026-02-01T09:00:00"),
    ]  # fmt: skip
    ending = stream(outcomes=[{"name": "done", "steps": ["Done"]}, {"name": "no", "kind": "rejected", "steps": ["No"]}])
    found = costs(rows, bills=[bill(Decimal(9), "started_cases")], of_stream=ending)
    assert of(found, "case_id", "incurred_on", "basis", "quantity", "amount") == [
        (case, D(2026, 1, 5), "started cases", 1.0, Decimal(3)) for case in "abc"
    ]
    found = costs(rows, bills=[bill(Decimal(9), "finished_cases")], of_stream=ending)
    assert of(found, "case_id", "incurred_on", "basis", "amount") == [
        ("a", D(2026, 1, 6), "finished cases", Decimal(9))
    ]


def test_use_without_a_bill_for_its_month_has_no_amount() -> None:
    """Of a driver that is billed by use in other months; one that never is, or is shared by cases, is no gap."""
    rows = [use("a", 2), use("a", 1, "2026-02-03T10:00:00"), use("a", 9, driver="free"), use("a", 8, driver="seats")]
    bills = [bill(Decimal(1), month=FEBRUARY), bill(Decimal(3), "started_cases", driver="seats", name="b2")]
    found = costs(rows, bills=bills)
    assert of(
        [row for row in found if row["amount"] is None], "driver", "rate_id", "basis", "quantity", "cost_class"
    ) == [("calls", "no bill", "no bill", 2.0, "compute")]
    assert sum(row["amount"] for row in found if row["amount"] is not None) == 4


def test_only_the_months_that_are_asked_for() -> None:
    """Bills and gaps of other months are left alone; of no month there is nothing."""
    rows = [use("a", 2), use("a", 1, "2026-02-03T10:00:00"), use("a", 1, "2026-03-03T10:00:00")]
    bills = [bill(Decimal(1)), bill(Decimal(2), month=FEBRUARY, name="b2")]
    assert of(costs(rows, bills=bills, months=[FEBRUARY]), "rate_id", "amount") == [("b2", Decimal(2))]
    assert of(costs(rows, bills=bills, months=[D(2026, 3, 1)]), "rate_id", "amount") == [("no bill", None)]
    both = costs(rows, bills=bills, months=[JANUARY, FEBRUARY])
    assert of(both, "rate_id", "amount") == [("b1", Decimal(1)), ("b2", Decimal(2))]
    assert costs(rows, bills=bills, months=[]) == []
    assert len(costs(rows, bills=bills)) == 3


@settings(max_examples=8, deadline=None)
@given(
    uses=st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 9), st.integers(1, 28)), min_size=1, max_size=12),
    cents=st.integers(0, 10**6),
    capacity=st.none() | st.integers(1, 60),
)
def test_every_bill_is_handed_out_to_the_last_millionth(
    uses: list[tuple[str, int, int]], cents: int, capacity: int | None
) -> None:
    """Rows of a bill sum to it exactly, and each lies within two millionths of its part by plain division."""
    amount, total = Decimal(cents) / 100, sum(quantity for _, quantity, _ in uses)
    rows = [use(case, quantity, f"2026-01-{day:02d}T10:00:00") for case, quantity, day in uses]
    found = costs(rows, bills=[bill(amount, capacity=capacity)])
    assert sum(row["amount"] for row in found) == amount
    for row in found:
        if row["basis"] != "idle":
            part = amount * Decimal(row["quantity"]) / Decimal(max(total, capacity or 0))
            assert abs(row["amount"] - part) <= Decimal("0.000002")
