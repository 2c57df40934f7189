"""A cloud's FOCUS export as bills: they sum to the export to the cent, credits included, and nothing is lost."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from metrics.stream.costs import CloudLine
from pipelines.errors import SourceError
from pipelines.money.focus import read_focus

COLUMNS = (
    "BilledCost", "BillingCurrency", "BillingPeriodStart", "BillingPeriodEnd", "ChargePeriodStart", "ChargeCategory",
    "ServiceName", "ConsumedQuantity", "ConsumedUnit", "Tags",
)  # fmt: skip
COMPUTE = CloudLine(services=("Compute",), driver="cpu_seconds", capacity="consumed")
STORE = CloudLine(services=("Store", "Archive"), driver="disk", allocation="started_cases", unit="GB", capacity=9)
ORDERS = CloudLine(tags={"team": "orders"}, driver="orders", cost_class="shared", allocation="finished_cases")
REST = CloudLine(rest=True, driver="other cloud", cost_class="shared", allocation="started_cases")


def charge(cost: str, service: str = "Compute", category: str = "Usage", **told: str) -> dict[str, str]:
    """A row of an export: August, in dollars."""
    return {
        "BilledCost": cost, "BillingCurrency": "USD", "BillingPeriodStart": "2026-08-01T00:00:00Z",
        "BillingPeriodEnd": "2026-09-01T00:00:00Z", "ChargePeriodStart": "2026-08-03T00:00:00Z",
        "ChargeCategory": category, "ServiceName": service, "ConsumedQuantity": "", "ConsumedUnit": "", "Tags": "",
    } | told  # fmt: skip


def export(folder: Path, rows: Iterable[dict[str, str]]) -> Path:
    """The rows as CSV."""
    path = folder / "focus.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_charges_become_a_bill_a_line_and_month(tmp_path: Path) -> None:
    """Usage, tax, credits and corrections of earlier invoices are summed into the bill of the month that bills them."""
    found = read_focus(
        export(tmp_path, [
            charge("100.125", ConsumedQuantity="3600", ConsumedUnit="Seconds"),
            charge("1.9E+1", category="Tax"), charge("-20", category="Credit"),
            charge("-0.000001", category="Adjustment", ChargePeriodStart="2026-07-03T00:00:00Z"),
            charge("7", "Store"), charge("5", "Archive"),
            charge("50", BillingPeriodStart="2026-09-01", ConsumedQuantity="60", ConsumedUnit="Seconds"),
        ]), (COMPUTE, STORE),
    )  # fmt: skip
    assert [(b.bill_id, b.month, b.amount, b.capacity, b.unit) for b in found.bills] == [
        ("cpu_seconds-compute-2026-08-USD", dt.date(2026, 8, 1), Decimal("99.124999"), 3600.0, "Seconds"),
        ("cpu_seconds-compute-2026-09-USD", dt.date(2026, 9, 1), Decimal(50), 60.0, "Seconds"),
        ("disk-compute-2026-08-USD", dt.date(2026, 8, 1), Decimal(12), 9.0, "GB"),
    ]
    assert [(b.cost_class, b.driver, b.allocation, b.currency) for b in found.bills][1:] == [
        ("compute", "cpu_seconds", "usage", "USD"), ("compute", "disk", "started_cases", "USD"),
    ]  # fmt: skip
    assert found.totals == {"USD": Decimal("161.124999")}
    assert found.categories["USD", "Credit"] == Decimal(-20)
    assert found.rows == 7


def test_the_first_line_that_fits_takes_a_row(tmp_path: Path) -> None:
    """A tag before a service, a service with a tag only where both fit, and the rest to the line that says so."""
    both = CloudLine(services=("Compute",), tags={"team": "desk", "env": "live"}, driver="desk")
    rows = [
        charge("1", Tags='{"team": "orders"}'), charge("2", Tags='{"team": "desk", "env": "live", "x": "y"}'),
        charge("4", Tags='{"team": "desk"}'), charge("8", "Store", Tags='{"team": "desk", "env": "live"}'),
        charge("16"),
    ]  # fmt: skip
    found = read_focus(export(tmp_path, rows), (ORDERS, both, REST))
    assert {b.driver: b.amount for b in found.bills} == {"orders": 1, "desk": 2, "other cloud": 28}


def test_what_no_line_takes_is_named_with_its_amount(tmp_path: Path) -> None:
    """Nothing is lost in passing: services and amounts are named, the largest first, a credit by its size."""
    rows = [charge("1"), charge("0.5", "Mail"), charge("-30", "Store", "Credit"), charge("2", "Mail")]
    with pytest.raises(SourceError, match=r"takes Store -30\.00 USD, Mail 2\.50 USD\. Add their services"):
        read_focus(export(tmp_path, rows), (COMPUTE,))
    many = [charge("1", f"S{number}") for number in range(10)]
    with pytest.raises(SourceError, match=r"S7 1\.00 USD and 2 more"):
        read_focus(export(tmp_path, many), (COMPUTE,))


MONEY = ["USD", "EUR"]
costs = st.decimals(Decimal("-99999"), Decimal("99999"), places=9)


@settings(max_examples=40, deadline=None)
@given(
    told=st.lists(
        st.tuples(costs, st.sampled_from(["Compute", "Store", "Mail"]), st.integers(1, 4), st.sampled_from(MONEY)),
        min_size=1, max_size=20,
    )
)  # fmt: skip
def test_bills_sum_to_the_export(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[Decimal, str, int, str]]
) -> None:
    """Whatever the charges, finer than any cent: by currency, the bills sum to the rounded sum of the export."""
    rows = [
        charge(f"{cost:f}", service, BillingPeriodStart=f"2026-{month:02d}-01", BillingCurrency=currency)
        for cost, service, month, currency in told
    ]
    found = read_focus(export(tmp_path_factory.mktemp("focus"), rows), (COMPUTE, STORE, REST))
    for currency in {currency for *_, currency in told}:
        exact = sum(cost for cost, *_, of in told if of == currency)
        billed = sum(b.amount for b in found.bills if b.currency == currency)
        assert found.totals[currency] == exact
        assert abs(billed - exact) <= Decimal("0.0000005")
    by_bill: dict[tuple[str, int, str], Decimal] = {}
    for cost, service, month, currency in told:
        driver = {"Compute": "cpu_seconds", "Store": "disk", "Mail": "other cloud"}[service]
        by_bill[driver, month, currency] = by_bill.get((driver, month, currency), Decimal(0)) + cost
    for b in found.bills:
        assert abs(b.amount - by_bill.pop((b.driver, b.month.month, b.currency))) <= Decimal("0.000001")
    assert by_bill == {}


def test_a_workbook_says_the_same(tmp_path: Path) -> None:
    """An export saved as XLSX gives the bills of the CSV."""
    rows = [charge("100.25", ConsumedQuantity="12", ConsumedUnit="Hours"), charge("-0.5", "Store", "Credit")]
    workbook = Workbook()
    workbook.active.append(COLUMNS)
    for row in rows:
        told: list[Any] = [row[name] or None for name in COLUMNS]
        workbook.active.append([float(told[0]), *told[1:]])
    workbook.save(tmp_path / "focus.xlsx")
    lines = (COMPUTE, STORE)
    assert read_focus(tmp_path / "focus.xlsx", lines) == read_focus(export(tmp_path, rows), lines)


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "a cost that is none": (charge("abc"), "line 2: 'abc' is not a decimal number"),
    "a cost without end": (charge("Infinity"), "'Infinity' is not a decimal number"),
    "no cost": (charge(""), "line 2: the cell is empty"),
    "no category": (charge("1", category=""), "column 'ChargeCategory'"),
    "a period that is none": (charge("1", BillingPeriodStart="August"), "'August' is not a date"),
    "tags that are none": (charge("1", Tags="team=orders"), "the tags are no JSON object"),
    "tags in a list": (charge("1", Tags="[1]"), "the tags are no JSON object"),
    "tags that nest without end": (charge("1", Tags="[" * 50_000), "the tags are no JSON object"),
}


@pytest.mark.parametrize(("row", "words"), REFUSED.values(), ids=REFUSED)
def test_a_row_that_cannot_be_read_is_refused(tmp_path: Path, row: dict[str, str], words: str) -> None:
    """With its line and what is expected."""
    with pytest.raises(SourceError) as caught:
        read_focus(export(tmp_path, [row]), (ORDERS, COMPUTE, REST))
    assert words in str(caught.value)


def test_consumption_in_two_units_is_no_capacity(tmp_path: Path) -> None:
    """Hours and seconds cannot be added; the error names both and says what to do."""
    rows = [charge("1", ConsumedQuantity="1", ConsumedUnit=unit) for unit in ("Hours", "Seconds")]
    with pytest.raises(SourceError, match=r"capacity \(Hours, Seconds\); write the capacity"):
        read_focus(export(tmp_path, rows), (COMPUTE,))
    with pytest.raises(SourceError, match=r"capacity \(below 0: -1\)"):
        read_focus(export(tmp_path, [charge("1", ConsumedQuantity="-1", ConsumedUnit="s")]), (COMPUTE,))


def test_a_mapping_says_who_takes_what(tmp_path: Path) -> None:
    """No mapping, one of the platform for a stream, or one of a stream for the platform: refused with what to do."""
    path = export(tmp_path, [charge("1")])
    with pytest.raises(SourceError, match=r"list lines under costs\.cloud"):
        read_focus(path, ())
    with pytest.raises(SourceError, match="does not say by what streams share it"):
        read_focus(path, (COMPUTE,), is_platform=True)
    with pytest.raises(SourceError, match="which only bills of the platform have"):
        read_focus(path, (COMPUTE.model_copy(update={"shared_by": "events"}),))
    with pytest.raises(ValueError, match="give services, tags or both, or else rest: true"):
        CloudLine(driver="cpu")
    with pytest.raises(ValueError, match="give services, tags or both, or else rest: true"):
        CloudLine(driver="cpu", rest=True, services=("Compute",))
