"""Costs that several could claim: each is counted once, by its own driver, and what is not handed out is told."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from metrics.facts.costs import unallocated_sql
from tests.metrics.builder import World
from tests.metrics.coded_events import Row, of
from tests.metrics.test_costs_at_their_borders import billed
from tests.metrics.test_facts_costs import FEBRUARY, JANUARY, bill, costs, note, use
from tests.metrics.test_metered_costs import CPU, metered
from tests.metrics.test_metered_costs import use as used

D = dt.date


def test_what_several_cases_share_costs_once() -> None:
    """A note and what it used are counted in the case that the event names, and not in the one that shares it."""
    shared = {"streamgauge.counted_in": "c2"}
    told = {"cost": [{"driver": "calls", "quantity": 2}]}
    rows: list[Row] = [note("c1", attributes=told | shared), note("c2", attributes=told)]
    found = costs(rows, bills=[bill(Decimal(10))])
    assert of(found, "case_id", "basis", "amount") == [
        ("c2", "standard minutes", Decimal(20)), ("c2", "usage of the bill", Decimal(10)),
    ]  # fmt: skip


def test_each_driver_has_its_own_rate() -> None:
    """Two drivers of one class are each paid at their own rate, and neither at the other's."""
    disk = ("disk-1", "compute", "disk", "gb", Decimal(3), "EUR", D(2026, 1, 1), None)
    found = metered([used("a", 2), used("a", 4, driver="disk")], CPU, disk)
    assert sorted(of(found, "driver", "rate_id", "amount")) == [
        ("cpu", "cpu-1", Decimal("0.03")), ("disk", "disk-1", Decimal(12)),
    ]  # fmt: skip


def test_rates_of_machines_pay_no_people() -> None:
    """A rate card without a line for people leaves their work out, rather than listing it without amount."""
    assert costs([note()], rates=[("m", "compute", "cpu", "s", Decimal(1), "EUR", JANUARY, None)]) == []


def test_a_bill_shared_by_cases_covers_no_use() -> None:
    """Use of a driver that is billed by use in February only has no bill in January, though cases share one then."""
    bills = [bill(Decimal(1), month=FEBRUARY), bill(Decimal(6), "started_cases", name="b2")]
    found = costs([use("a", 2)], bills=bills, months=[JANUARY])
    assert of(found, "rate_id", "basis", "amount") == [
        ("no bill", "no bill", None), ("b2", "started cases", Decimal(6)),
    ]  # fmt: skip


def test_the_part_that_was_used_is_rounded_once() -> None:
    """0.146 of ten millionths are 1.46 millionths: one, where rounding twice would make two."""
    rows = billed(("b1", JANUARY, "cpu", Decimal("0.00001"), 1.0), used=((1, "cpu", 3, 0.146),))
    assert [row[-1] for row in rows if row[0]] == [Decimal("0.000001")]
    assert sum(row[-1] for row in rows) == Decimal("0.00001")  # type: ignore[misc]


@pytest.mark.parametrize(
    ("amount", "handed_out", "is_told"),
    [("30", ["10", "20"], False), ("30", ["10", "19.999999"], True), ("30", [], True), ("1", [], True),
     ("0", [], False)],
)  # fmt: skip
def test_a_bill_that_is_not_handed_out_blocks_every_day(amount: str, handed_out: list[str], is_told: bool) -> None:
    """A row without amount for each day of its month, where its parts do not sum to it; work at a rate is no part."""
    world = World().bill("b1", amount, D(2026, 2, 1)).cost("7", rate_id="b1", basis="measured")
    for part in handed_out:
        world.cost(part, rate_id="b1", basis="started cases")
    asked = "rate_id, incurred_on, amount, basis, case_id, quantity"
    rows = world.connection.execute(f"SELECT {asked} FROM ({unallocated_sql()}) ORDER BY 2").fetchall()
    days = [D(2026, 2, day) for day in range(1, 29)] if is_told else []
    assert rows == [("b1", day, None, "not allocated", None, None) for day in days]


def test_a_bill_of_another_driver_covers_no_use() -> None:
    """Use of calls, billed in February only, has no bill in January, though the mails of January have one."""
    bills = [bill(Decimal(1), month=FEBRUARY), bill(Decimal(6), driver="mails", name="b2")]
    found = costs([use("a", 2), use("a", 3, driver="mails")], bills=bills, months=[JANUARY])
    assert of(found, "driver", "rate_id", "amount") == [("calls", "no bill", None), ("mails", "b2", Decimal(6))]
