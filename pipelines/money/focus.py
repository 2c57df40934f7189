"""A cloud's cost export in FOCUS (FinOps Open Cost and Usage Specification 1.x) as bills, a line of a mapping a month.

What is summed is BilledCost, whatever the charge: usage, purchase, tax, credit, adjustment, and corrections of earlier
invoices in the period that bills them. So the bills sum to the export, to a millionth; what no line takes is refused.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal, localcontext
from pathlib import Path

from metrics.stream.costs import CloudLine
from pipelines.errors import SourceError
from pipelines.money.cells import LARGEST, read_day, read_decimal, rounded
from pipelines.money.lines import Bill, refuse_doubles
from pipelines.money.sheet import SheetRow, read_sheet

COLUMNS = ("BilledCost", "BillingCurrency", "BillingPeriodStart", "ChargeCategory", "ServiceName")
CONSUMED = "consumed"
_EXACT = Context(prec=120)  # wide enough that no sum of export cells is ever rounded
_MOST_NAMED = 8


@dataclass(slots=True)
class _Group:
    """The rows of one bill."""

    billed: Decimal = Decimal(0)
    consumed: Decimal = Decimal(0)
    units: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Export:
    """What an export holds: its bills, and sums by currency and by currency and charge category, exact."""

    bills: tuple[Bill, ...]
    rows: int
    totals: Mapping[str, Decimal]
    categories: Mapping[tuple[str, str], Decimal]


def read_focus(path: Path, mapping: tuple[CloudLine, ...], *, is_platform: bool = False) -> Export:
    """The bills of an export.

    Raises:
        SourceError: not readable, a column is lacking, a row fits no line of the mapping, or units differ where
            consumption is the capacity.
    """
    _refuse_mapping(path, mapping, is_platform)
    groups: dict[tuple[int, dt.date, str], _Group] = defaultdict(_Group)
    categories: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    lost: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    rows = 0
    with localcontext(_EXACT):
        for row in read_sheet(path, COLUMNS):
            rows += 1
            cost, currency = _number(row, "BilledCost"), row.required("BillingCurrency")
            categories[currency, row.required("ChargeCategory")] += cost
            place = _line_of(row, mapping)
            if place is None:
                lost[row.cells["ServiceName"] or "no service", currency] += cost
                continue
            _add(groups[place, _month(row), currency], row, cost, mapping[place])
        if lost:
            raise _unmapped(path, lost)
        totals: dict[str, Decimal] = defaultdict(Decimal)
        for (currency, _), cost in categories.items():
            totals[currency] += cost
        bills = tuple(_bills(path, groups, mapping))
    refuse_doubles((bill.bill_id for bill in bills), "bill")
    return Export(bills, rows, dict(totals), dict(categories))


def _bills(
    path: Path, groups: Mapping[tuple[int, dt.date, str], _Group], mapping: tuple[CloudLine, ...]
) -> Iterable[Bill]:
    """Each is the difference of two rounded running totals of its currency, so that they sum to the export."""
    reached: dict[str, Decimal] = defaultdict(Decimal)
    for (place, month, currency), group in sorted(groups.items(), key=lambda item: item[0]):
        line, before = mapping[place], rounded(reached[currency])
        reached[currency] += group.billed
        amount = rounded(reached[currency]) - before
        if abs(amount) >= LARGEST:
            raise SourceError(f"{path.name}: {line.driver!r} of {month:%Y-%m} is larger than {LARGEST:,} {currency}.")
        capacity, unit = _capacity(path, line, group)
        yield Bill(
            f"{line.driver}-{line.cost_class}-{month:%Y-%m}-{currency}", month, line.cost_class, line.driver, amount,
            currency, line.allocation, capacity, unit, shared_by=line.shared_by,
        )  # fmt: skip


def _capacity(path: Path, line: CloudLine, group: _Group) -> tuple[float | None, str | None]:
    if not isinstance(line.capacity, str):
        return line.capacity, line.unit
    if len(group.units) > 1 or group.consumed < 0:
        found = ", ".join(sorted(group.units)) if len(group.units) > 1 else f"below 0: {group.consumed}"
        raise SourceError(
            f"{path.name}: what {line.driver!r} consumed cannot be its capacity ({found}); write the capacity as a "
            "number, or divide the line."
        )
    return (float(group.consumed), line.unit or next(iter(group.units))) if group.units else (None, line.unit)


def _add(group: _Group, row: SheetRow, cost: Decimal, line: CloudLine) -> None:
    group.billed += cost
    if line.capacity == CONSUMED and row.cells.get("ConsumedQuantity") is not None:
        group.consumed += _number(row, "ConsumedQuantity")
        group.units.add(row.cells.get("ConsumedUnit") or "no unit")


def _line_of(row: SheetRow, mapping: tuple[CloudLine, ...]) -> int | None:
    service, tags = row.cells["ServiceName"], None
    for place, line in enumerate(mapping):
        if line.rest:
            return place
        if line.services and service not in line.services:
            continue
        if line.tags:
            tags = _tags(row) if tags is None else tags
            if any(tags.get(key) != value for key, value in line.tags.items()):
                continue
        return place
    return None


def _tags(row: SheetRow) -> Mapping[str, object]:
    told = row.cells.get("Tags")
    try:
        found = json.loads(told) if told else {}
    except (ValueError, RecursionError) as error:
        raise row.wrong("Tags", "the tags are no JSON object") from error
    if not isinstance(found, dict):
        raise row.wrong("Tags", "the tags are no JSON object")
    return found


def _number(row: SheetRow, column: str) -> Decimal:
    try:
        return read_decimal(row.required(column))
    except ValueError as error:
        raise row.wrong(column, str(error)) from error


def _month(row: SheetRow) -> dt.date:
    try:
        return read_day(row.required("BillingPeriodStart")).replace(day=1)
    except ValueError as error:
        raise row.wrong("BillingPeriodStart", str(error)) from error


def _refuse_mapping(path: Path, mapping: tuple[CloudLine, ...], is_platform: bool) -> None:
    if not mapping:
        raise SourceError(
            f"Nothing says which bills {path.name} becomes: list lines under costs.cloud in the stream file, or give "
            "--mapping FILE."
        )
    for line in mapping:
        if is_platform and line.shared_by is None:
            raise SourceError(f"The line of {line.driver!r} does not say by what streams share it: add shared_by.")
        if not is_platform and line.shared_by is not None:
            raise SourceError(f"The line of {line.driver!r} says shared_by, which only bills of the platform have.")


def _unmapped(path: Path, lost: Mapping[tuple[str, str], Decimal]) -> SourceError:
    largest = sorted(lost.items(), key=lambda item: (-abs(item[1]), item[0]))
    named = ", ".join(
        f"{service} {rounded(cost):.2f} {currency}" for (service, currency), cost in largest[:_MOST_NAMED]
    )
    more = f" and {len(largest) - _MOST_NAMED} more" if len(largest) > _MOST_NAMED else ""
    return SourceError(
        f"{path.name}: no line of the mapping takes {named}{more}. Add their services to a line, or a last line with "
        "rest: true."
    )
