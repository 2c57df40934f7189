"""Metered use × rate: what a case used, priced by the rate of its day, and what no rate covers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from metrics.facts.costs import metered_costs_sql, people_costs_sql
from tests.metrics.coded_events import Fact, Log, Row, made_stream
from tests.metrics.told_streams import RATES

D = dt.date
Told = tuple[object, ...]
CPU: Told = ("cpu-1", "compute", "cpu", "s", Decimal("0.015"), "EUR", D(2026, 1, 1), None)


def use(case: str, quantity: float, at: str = "Mon 10:00", driver: str = "cpu") -> Row:
    """A step of a system that tells what it used."""
    return (case, "Step", at, {"performer": "shop", "attributes": {"cost": [{"driver": driver, "quantity": quantity}]}})


def metered(rows: list[Row], *rates: Told) -> list[Fact]:
    """Rows of `costs` of metered use."""
    log = Log(made_stream(), rows)
    log.connection.execute(f"CREATE TABLE {RATES}")
    for rate in rates:
        log.connection.execute("INSERT INTO rates VALUES (?, ?, ?, ?, ?, ?, ?, ?)", list(rate))
    assert log.facts(people_costs_sql(log.query()), "case_id") == []
    return log.facts(metered_costs_sql(log.query()), "case_id, cost_class, incurred_on, rate_id")


def test_use_costs_its_quantity_times_the_rate() -> None:
    """1,200 seconds at 0.015 are 18, with the rate and the quantity they were made of."""
    (row,) = metered([use("a", 1000), use("a", 200, "Mon 11:00")], CPU)
    assert row | {"case_key": None} == {
        "case_key": None, "stream": "made", "case_id": "a", "cost_class": "compute", "driver": "cpu",
        "rate_id": "cpu-1", "incurred_on": D(2026, 1, 5), "quantity": 1200.0, "basis": "measured quantity",
        "amount": Decimal(18), "currency": "EUR",
    }  # fmt: skip


def test_use_of_a_day_without_its_rate_has_no_amount() -> None:
    """Before the first rate and after the last ended one there is use and no amount; between, that of the day."""
    first = (*CPU[:6], D(2026, 1, 6), D(2026, 1, 7))
    second = ("cpu-2", "compute", "cpu", "s", Decimal(2), "EUR", D(2026, 1, 7), D(2026, 1, 8))
    found = metered([use("a", 100, f"{day} 10:00") for day in ("Mon", "Tue", "Wed", "Thu")], first, second)
    assert [(row["rate_id"], row["amount"]) for row in found] == [
        ("no rate", None), ("cpu-1", Decimal("1.5")), ("cpu-2", Decimal(200)), ("no rate", None),
    ]  # fmt: skip


def test_what_never_has_a_rate_is_nobodys() -> None:
    """A driver without any rate is not priced, and a rate of people prices no use of the same name."""
    people = ("r1", "people", "cpu", "hour", Decimal(40), "EUR", D(2026, 1, 1), None)
    assert metered([use("a", 5, driver="disk")], CPU) == []
    log_rates = (people,)
    log = Log(made_stream(), [use("a", 5)])
    log.connection.execute(f"CREATE TABLE {RATES}")
    for rate in log_rates:
        log.connection.execute("INSERT INTO rates VALUES (?, ?, ?, ?, ?, ?, ?, ?)", list(rate))
    assert log.facts(metered_costs_sql(log.query()), "case_id") == []


def test_two_classes_of_one_driver_both_cost() -> None:
    """What is metered once may be paid as compute and as licence: each has its own row, and each its own gaps."""
    licence = ("seat", "licence", "cpu", "s", Decimal(1), "EUR", D(2026, 1, 6), None)
    found = metered([use("a", 2)], CPU, licence)
    assert [(row["cost_class"], row["rate_id"], row["amount"]) for row in found] == [
        ("compute", "cpu-1", Decimal("0.03")), ("licence", "no rate", None),
    ]  # fmt: skip


def test_an_amount_is_rounded_once() -> None:
    """A hundred times a third of a millionth is 0.000033 and some, rounded at the end."""
    rate = (*CPU[:4], Decimal("0.000001"), *CPU[5:])
    assert [row["amount"] for row in metered([use("a", 1.4999)], rate)] == [Decimal("0.000001")]


@pytest.mark.parametrize("quantity", [1e12, 1e30])
def test_a_quantity_beyond_reason_has_no_amount(quantity: float) -> None:
    """A quantity that cannot be multiplied blocks the number instead of stopping the run."""
    (row,) = metered([use("a", quantity)], CPU)
    assert (row["rate_id"], row["amount"]) == ("cpu-1", None)
