"""Rates, bills and exchange rates as typed lines, read from the rows of a sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from metrics.errors import suggest
from pipelines.errors import SourceError
from pipelines.money.cells import read_amount, read_day, read_decimal
from pipelines.money.sheet import SheetRow, read_sheet

CLASSES = ("people", "compute", "licence", "shared")
ALLOCATIONS = ("usage", "started_cases", "finished_cases")
MEASURES = ("events", "started_cases", "finished_cases", "quantity")  # by which streams share a bill of the platform

RATE_COLUMNS = ("rate_id", "cost_class", "driver", "unit", "amount", "currency", "valid_from", "valid_to")
BILL_COLUMNS = ("bill_id", "month", "cost_class", "driver", "amount", "currency", "allocation", "capacity", "unit")
EXCHANGE_COLUMNS = ("from_currency", "to_currency", "rate", "valid_from", "valid_to", "source")
_RANGE = ("low", "high")
_DAYS = ("month", "valid_from", "valid_to", "exchange_on")
_MONEY = ("amount", "low", "high")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rate:
    """One line of a rate card: money for a unit of the driver, from a day until the day it no longer holds."""

    rate_id: str
    cost_class: str
    driver: str
    unit: str
    amount: Decimal
    currency: str
    valid_from: dt.date
    valid_to: dt.date | None
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Bill:
    """One bill of a month. `shared_by` is how streams share it, of bills of the platform alone."""

    bill_id: str
    month: dt.date
    cost_class: str
    driver: str
    amount: Decimal
    currency: str
    allocation: str
    capacity: float | None
    unit: str | None
    low: Decimal | None = None
    high: Decimal | None = None
    exchange_on: dt.date | None = None
    shared_by: str | None = None


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """So many units of `to_currency` for one of `from_currency`, from a day until the day it no longer holds."""

    from_currency: str
    to_currency: str
    rate: Decimal
    valid_from: dt.date
    valid_to: dt.date | None
    source: str | None


def read_rates(path: Path) -> tuple[Rate, ...]:
    """The lines of a rate card.

    Raises:
        SourceError: see `read_sheet`; or a cell that is not what its column wants.
    """
    return tuple(
        Rate(
            row.required("rate_id"), _one_of(row, "cost_class", CLASSES), row.required("driver"), row.required("unit"),
            _cell(row, "amount", read_amount), _currency(row, "currency"), _cell(row, "valid_from", read_day),
            _end(row), *_range(row),
        )
        for row in read_sheet(path, RATE_COLUMNS, _RANGE)
    )  # fmt: skip


def read_bills(path: Path, *, is_platform: bool = False) -> tuple[Bill, ...]:
    """The bills of a file; those of the platform say by what streams share them.

    Raises:
        SourceError: as for rates.
    """
    own = ("shared_by",) if is_platform else ()
    return tuple(
        Bill(
            row.required("bill_id"), _cell(row, "month", read_day).replace(day=1),
            _one_of(row, "cost_class", CLASSES), row.required("driver"), _cell(row, "amount", read_amount),
            _currency(row, "currency"), _one_of(row, "allocation", ALLOCATIONS), _capacity(row), row.cells["unit"],
            *_range(row), _cell(row, "exchange_on", read_day) if row.cells.get("exchange_on") else None,
            _one_of(row, "shared_by", MEASURES) if is_platform else None,
        )
        for row in read_sheet(path, (*BILL_COLUMNS, *own), (*_RANGE, "exchange_on"))
    )  # fmt: skip


def read_exchange(path: Path) -> tuple[ExchangeRate, ...]:
    """The exchange rates of a file.

    Raises:
        SourceError: as for rates, or a rate that is not above 0.
    """
    found = []
    for row in read_sheet(path, EXCHANGE_COLUMNS, ()):
        rate = _cell(row, "rate", read_decimal)
        if rate <= 0:
            raise row.wrong("rate", f"an exchange rate of {rate} is none; write one above 0")
        pair = _currency(row, "from_currency"), _currency(row, "to_currency")
        source = row.cells["source"]
        found.append(ExchangeRate(*pair, rate, _cell(row, "valid_from", read_day), _end(row), source))
    return tuple(found)


def refuse_doubles(ids: Iterable[str], what: str) -> None:
    """An id is how cost finds its line, so each stands there once.

    Raises:
        SourceError: one stands there twice.
    """
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise SourceError(f"The {what} {name!r} stands there twice; give each line an id of its own.")
        seen.add(name)


def _cell(row: SheetRow, column: str, read: Callable[[str], T]) -> T:
    try:
        return read(row.required(column))
    except ValueError as error:
        raise row.wrong(column, str(error)) from error


def _one_of(row: SheetRow, column: str, known: Iterable[str]) -> str:
    told = row.required(column)
    if told not in known:
        raise row.wrong(column, f"{told!r} is not known there.{suggest(told, known)}".rstrip("."))
    return told


def _currency(row: SheetRow, column: str) -> str:
    told = row.required(column)
    if not (len(told) == len("EUR") and told.isascii() and told.isalpha() and told.isupper()):
        raise row.wrong(column, f"{told!r} is no currency; write its three letters, such as EUR")
    return told


def _end(row: SheetRow) -> dt.date | None:
    if row.cells["valid_to"] is None:
        return None
    end, begin = _cell(row, "valid_to", read_day), _cell(row, "valid_from", read_day)
    if end <= begin:
        raise row.wrong("valid_to", f"{end} is not after {begin}; it is the first day the line no longer holds")
    return end


def _range(row: SheetRow) -> tuple[Decimal | None, Decimal | None]:
    low, high = (_cell(row, name, read_amount) if row.cells.get(name) else None for name in _RANGE)
    amount = _cell(row, "amount", read_amount)
    if (low is not None and low > amount) or (high is not None and high < amount):
        raise row.wrong("low" if low is not None and low > amount else "high", f"{amount} lies outside low to high")
    return low, high


def _capacity(row: SheetRow) -> float | None:
    if row.cells["capacity"] is None:
        return None
    capacity = _cell(row, "capacity", read_decimal)
    if capacity < 0:
        raise row.wrong("capacity", f"{capacity} is below 0")
    return float(capacity)


def as_facts(lines: Iterable[Rate | Bill]) -> list[dict[str, Any]]:
    """Lines as objects for JSON: money and days as text."""
    return [{name: _plain(getattr(line, name)) for name in line.__dataclass_fields__} for line in lines]


def from_fact(kind: type[T], fact: Mapping[str, Any]) -> T:
    """A line again, from what `as_facts` told."""
    told: dict[str, Any] = {}
    for name, value in fact.items():
        if value is not None and name in _MONEY:
            told[name] = read_amount(value)
        else:
            told[name] = read_day(value) if value is not None and name in _DAYS else value
    return kind(**told)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, dt.date) else value
