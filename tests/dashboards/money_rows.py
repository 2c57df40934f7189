"""Rates, bills and costs of the plausible stream of orders: they sum to its cost_by_class, to the last digit."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from tests.dashboards.order_rows import STREAM, Row

JULY, APRIL = dt.date(2026, 7, 1), dt.date(2026, 4, 1)
_HANDED = {"usage": "usage of the bill", "finished_cases": "finished cases", "started_cases": "started cases"}
# rate, class, driver, unit, amount, low, high, until
_RATES = (
    ("ops-2026", "people", "Operations", "hour", "52", "47", "60", None),
    ("ware-2026", "people", "Warehouse", "hour", "34.5", None, None, None),
    ("credit-2026", "people", "Credit", "hour", "41.2", "40", "44", dt.date(2026, 12, 1)),
    ("credit-lead", "people", "Credit lead", "hour", "70", None, None, None),
    ("lake", "compute", "scans", "scan", "0.005", None, None, None),
)
# class, driver, rate, basis, quantity and amount of each row
_USED = (
    ("people", "Operations", "ops-2026", "measured", (("300.25", "15613"), ("312", "16224"))),
    ("people", "Warehouse", "ware-2026", "standard minutes", (("500.4", "17263.8"),)),
    ("people", "Credit", "credit-2026", "measured", (("54.648514854", "2251.518812"),)),
    ("compute", "scans", "lake", "measured quantity", (("105500", "527.5"),)),
)
# class, driver, allocation, what each month is billed, what of it nobody used
_BILLED = (
    ("compute", "GB hours", "usage", ("1604.168", "1604.168", "1604.168"), ("270.8333", "270.8333", "270.8334")),
    ("licence", "order suite", "finished_cases", ("3049.07", "3049.07", "3049.06"), ("0", "0", "0")),
    ("shared", "platform", "started_cases", ("1666.692396", "1666.692396", "1666.692396"), ("0", "0", "0")),
)


def rates() -> list[Row]:
    return [
        {
            "stream": STREAM, "rate_id": rate, "cost_class": kind, "driver": driver, "unit": unit,
            "amount": Decimal(amount), "low": None if low is None else Decimal(low),
            "high": None if high is None else Decimal(high), "currency": "EUR", "told_amount": Decimal(amount),
            "told_currency": "EUR", "valid_from": APRIL, "valid_to": until, "version": 2,
            "approved_by": "head of finance", "approved_on": dt.date(2026, 3, 20),
        }
        for rate, kind, driver, unit, amount, low, high, until in _RATES
    ]  # fmt: skip


def bills() -> list[Row]:
    return [
        {
            "stream": STREAM, "bill_id": f"{driver} {month:%Y-%m}", "month": month, "cost_class": kind,
            "driver": driver, "amount": Decimal(amount), "currency": "EUR", "told_amount": Decimal(amount),
            "told_currency": "EUR", "allocation": allocation, "version": 3,
        }
        for kind, driver, allocation, amounts, _ in _BILLED for month, amount in zip(_months(), amounts, strict=True)
    ]  # fmt: skip


def costs() -> list[Row]:
    """Few rows, each for many cases: no workbook tells cases apart."""
    found = [
        _cost(kind, driver, rate, basis, Decimal(amount), float(quantity), JULY + dt.timedelta(days=day))
        for kind, driver, rate, basis, rows in _USED for day, (quantity, amount) in enumerate(rows)
    ]  # fmt: skip
    for kind, driver, allocation, amounts, unused in _BILLED:
        for month, amount, idle in zip(_months(), amounts, unused, strict=True):
            bill, used = f"{driver} {month:%Y-%m}", Decimal(amount) - Decimal(idle)
            found.append(_cost(kind, driver, bill, _HANDED[allocation], used, 1.0, month))
            if Decimal(idle):
                found.append(_cost(kind, driver, bill, "idle", Decimal(idle), None, month) | {"case_id": None})
    return found


def _months() -> list[dt.date]:
    return [JULY.replace(month=month) for month in (7, 8, 9)]


def _cost(
    kind: str, driver: str, rate: str, basis: str, amount: Decimal, quantity: float | None, on: dt.date
) -> Row:  # fmt: skip
    return {
        "stream": STREAM, "case_id": "O-1", "cost_class": kind, "driver": driver, "rate_id": rate, "incurred_on": on,
        "quantity": quantity, "basis": basis, "amount": amount, "currency": "EUR",
    }  # fmt: skip
