"""What the numbers of a stream depend on beside its events, by name, as bytes that say the same wherever they lie.

Registered files are kept as they are. Rate cards and bills are kept as the lines in force: a version's own file tells
when it was imported, which no number depends on. What streams share is kept as the parts that fell to this one.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from metrics.stream import Stream, parse_stream
from pipelines.evidence.cause import Kind
from pipelines.money.lines import Bill, Rate, as_facts, from_fact
from pipelines.money.versions import Kind as Money
from pipelines.money.versions import Version, keep_version
from pipelines.registry import STREAM_FILE, Registered, registered_files
from pipelines.settings import Settings

SHARED, SHARED_BILLS = "part of shared bills", "shared bills"
Line = TypeVar("Line", Rate, Bill)


def inputs_of(connection: duckdb.DuckDBPyConnection, registered: Registered) -> dict[str, bytes]:
    """Every input by its name. `connection` holds the table `bills`: of the warehouse, or as published."""
    stream, money = registered.stream, registered.money
    rates, bills = _rates_name(stream), _bills_name(stream)
    found = {path.name: path.read_bytes() for path in registered_files(registered) if path.name not in (rates, bills)}
    if money.rates is not None:
        found[rates] = _sheet(money.rates.rates())
    if money.bills is not None:
        found[bills] = _sheet(money.bills.bills())
    if money.platform is not None:
        found[SHARED_BILLS] = _sheet(money.platform.bills())
        found[SHARED] = _sheet(_parts(connection, stream.stream, money.platform.bills()))
    return found


def lay_inputs(home: Settings, stream: str, files: Mapping[str, bytes]) -> None:
    """Put inputs into a home in which nothing is registered yet, so that they hold there as they did.

    Raises:
        SourceError: lines cannot be read any more.
    """
    folder = home.streams / stream
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        if name not in (SHARED, SHARED_BILLS):
            (folder / name).write_bytes(content)
    told = parse_stream(files[STREAM_FILE].decode(), STREAM_FILE)
    rates, bills = _rates_name(told), _bills_name(told)
    if rates in files:
        _keep(home, stream, "rates", _lines(Rate, files[rates]))
    if bills in files or SHARED in files:
        lines = [*_lines(Bill, files.get(bills, b"")), *_lines(Bill, files.get(SHARED, b""))]
        _keep(home, stream, "bills", tuple(lines))


def kind_of(stream: Stream, name: str) -> Kind:
    """What an input is, for the words of a cause."""
    known = {
        STREAM_FILE: Kind.STREAM_FILE, _rates_name(stream): Kind.RATE, _bills_name(stream): Kind.BILL,
        SHARED: Kind.BILL, SHARED_BILLS: Kind.BILL, stream.costs.exchange: Kind.RATE,
        stream.performers.registry: Kind.PERFORMERS, stream.finance.benefits: Kind.BENEFIT,
        stream.finance.integrations: Kind.BENEFIT,
    }  # fmt: skip
    return known.get(name, Kind.STREAM_FILE)


def is_sheet(name: str) -> bool:
    """Are its rows told apart by their first column?"""
    return name.endswith(".csv") or name in (SHARED, SHARED_BILLS)


def _rates_name(stream: Stream) -> str:
    """What the stream file calls them; versions may have been approved where it names none."""
    return Path(stream.costs.rates or "rates.csv").name


def _bills_name(stream: Stream) -> str:
    return Path(stream.costs.bills or "bills.csv").name


def _parts(connection: duckdb.DuckDBPyConnection, stream: str, shared: Iterable[Bill]) -> tuple[Bill, ...]:
    """What of the shared bills fell to the stream, in the currency they were billed in."""
    rows = connection.execute(
        "SELECT bill_id, month, told_amount, capacity FROM bills WHERE stream = $stream", {"stream": stream}
    ).fetchall()
    mine: dict[str, list[Any]] = {bill_id: rest for bill_id, *rest in rows}
    return tuple(
        Bill(
            bill.bill_id, bill.month, bill.cost_class, bill.driver, mine[bill.bill_id][1], bill.currency,
            bill.allocation, mine[bill.bill_id][2], bill.unit, exchange_on=bill.exchange_on,
        )
        for bill in shared if bill.bill_id in mine
    )  # fmt: skip


def _sheet(lines: Iterable[Rate | Bill]) -> bytes:
    facts = as_facts(lines)
    if not facts:
        return b""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(facts[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(facts)
    return out.getvalue().encode()


def _lines(kind: type[Line], sheet: bytes) -> tuple[Line, ...]:
    rows = csv.DictReader(io.StringIO(sheet.decode()))
    told = ({name: value or None for name, value in row.items()} for row in rows)
    return tuple(from_fact(kind, _numbered(row)) for row in told)


def _numbered(row: dict[str, str | None]) -> dict[str, Any]:
    """A capacity is a number, not money; it was written so that it comes back as it was."""
    capacity = row.get("capacity")
    return row if capacity is None else {**row, "capacity": float(capacity)}


def _keep(home: Settings, stream: str, kind: Money, lines: tuple[Rate | Bill, ...]) -> None:
    """As a version somebody approved, so that it holds whether or not the stream file names a file."""
    on = dt.date(1970, 1, 1)
    at = dt.datetime.combine(on, dt.time())
    keep_version(home, Version(stream, kind, 1, lines, "evidence", on, None, at, "kept evidence", ""))
