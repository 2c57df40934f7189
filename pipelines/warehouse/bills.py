"""The tables `rates` and `bills`: what holds for a stream, its part of the bills that all streams share included.

A shared bill follows the use of every stream, so facts of all of them are up to date before the first one's bills are.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

import duckdb

from metrics.facts.costs import usage_sql
from metrics.query import literal
from metrics.tables.bills import PLATFORM
from pipelines.errors import SourceError
from pipelines.ledger.manifest import Manifest, known_manifest
from pipelines.money.beside import read_exchanges
from pipelines.money.held import bill_rows, check_bills, check_together, idle_row, rate_rows
from pipelines.money.lines import Bill
from pipelines.money.platform import share_bill
from pipelines.money.versions import load_versions
from pipelines.registry import Registered, load_measurable
from pipelines.settings import Settings
from pipelines.warehouse.current import relation_of
from pipelines.warehouse.making import query_of, refresh_table
from pipelines.warehouse.measures import insert_rows
from pipelines.warehouse.state import PLATFORM_BILLS, STORED_USAGE

Use = Mapping[tuple[str, dt.date], Fraction]  # by stream and month, of one measure
_BY_CASES = {
    "started_cases": "SELECT date_trunc('month', triggered_on)::DATE, count(*) FROM cases "
    "WHERE stream = $stream AND triggered_on IS NOT NULL GROUP BY ALL",
    "finished_cases": "SELECT date_trunc('month', finished_on)::DATE, count(*) FROM cases "
    "WHERE stream = $stream AND finished_on IS NOT NULL AND outcome_kind = 'completed' GROUP BY ALL",
}


def shares_bills(settings: Settings) -> bool:
    """Are there bills that all streams of the home share, so that none can be measured without the others?"""
    return bool(load_versions(settings, PLATFORM, "bills"))


def write_rates(connection: duckdb.DuckDBPyConnection, registered: Registered) -> None:
    """Fill the table `rates` of this stream.

    Raises:
        SourceError: the rate card or an exchange rate cannot be used.
    """
    stream, version = registered.stream, registered.money.rates
    exchange = read_exchanges(stream, registered.folder)
    _replace(connection, "rates", stream.stream, rate_rows(stream.costs, version, exchange, stream.stream))


def write_bills(connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered) -> None:
    """Fill the table `bills` of this stream; reads `cases` and, where streams share bills, the facts of all of them.

    Raises:
        SourceError: a bill or an exchange rate cannot be used.
    """
    stream, money = registered.stream, registered.money
    exchange = read_exchanges(stream, registered.folder)
    own = money.bills.bills() if money.bills else ()
    shared = money.platform.bills() if money.platform else ()
    check_bills(own)
    check_together(money.rates.rates() if money.rates else (), (*own, *shared))
    _refuse_same(own, shared)
    rows = bill_rows(stream.costs, money.bills, own, exchange, stream.stream) if money.bills else []
    idle, totals = [], []
    if money.platform:
        check_bills(shared)
        parts = _parts(connection, settings, shared)
        mine = [part[stream.stream] for part in parts if stream.stream in part]
        rows += bill_rows(stream.costs, money.platform, mine, exchange, stream.stream)
        idle = [idle_row(money.platform, part[PLATFORM]) for part in parts if PLATFORM in part]
        totals = [{"bill_id": b.bill_id, "told_amount": b.amount, "told_currency": b.currency} for b in shared]
    _replace(connection, "bills", stream.stream, rows)
    _replace(connection, "bills", PLATFORM, idle)
    connection.execute(f"DELETE FROM {PLATFORM_BILLS.name}")
    insert_rows(connection, PLATFORM_BILLS.name, totals)


def prepare_usage(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, manifest: Manifest
) -> None:
    """Bring the table of metered quantities by case and day up to the ledger."""
    refresh_table(connection, settings, registered, manifest, STORED_USAGE.name, usage_sql)


def _parts(connection: duckdb.DuckDBPyConnection, settings: Settings, shared: Iterable[Bill]) -> list[dict[str, Bill]]:
    """Each shared bill by stream. Every stream counts, whatever this run is about."""
    streams = load_measurable(settings)
    uses: dict[tuple[str | None, str], Use] = {}
    found = []
    for bill in shared:
        measure = (bill.shared_by, bill.driver if bill.shared_by == "quantity" else "")
        if measure not in uses:
            uses[measure] = _use_of(connection, settings, streams, bill)
        used = {r.stream.stream: uses[measure].get((r.stream.stream, bill.month), Fraction(0)) for r in streams}
        found.append(share_bill(bill, used))
    return found


def _use_of(
    connection: duckdb.DuckDBPyConnection, settings: Settings, streams: list[Registered], bill: Bill
) -> dict[tuple[str, dt.date], Fraction]:
    found: dict[tuple[str, dt.date], Fraction] = {}
    for registered in streams:
        name = registered.stream.stream
        if bill.shared_by == "quantity":
            months = _quantities(connection, settings, registered, bill.driver)
        elif bill.shared_by == "events":
            months = _events(connection, settings, registered)
        else:
            counted = connection.execute(_BY_CASES[bill.shared_by or ""], {"stream": name}).fetchall()
            months = {month: Fraction(count) for month, count in counted}
        found |= {(name, month): quantity for month, quantity in months.items()}
    return found


def _events(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered
) -> dict[dt.date, Fraction]:
    manifest = known_manifest(settings, registered.stream.stream)
    query = query_of(connection, registered, manifest, relation_of(manifest), is_sorted=False)
    rows = connection.execute(
        f"SELECT date_trunc('month', {query.local_day('event_at')})::DATE, count(*) FROM {query.relation} GROUP BY ALL"
    ).fetchall()
    return {month: Fraction(count) for month, count in rows}


def _quantities(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, driver: str
) -> dict[dt.date, Fraction]:
    """Summed without an error of rounding, so that the order in which events arrived changes nothing."""
    name = registered.stream.stream
    prepare_usage(connection, settings, registered, known_manifest(settings, name))
    rows = connection.execute(
        f"SELECT date_trunc('month', incurred_on)::DATE, quantity FROM {STORED_USAGE.name} "
        f"WHERE stream = {literal(name)} AND driver = $driver AND isfinite(quantity)",
        {"driver": driver},
    ).fetchall()
    months: dict[dt.date, list[float]] = defaultdict(list)
    for month, quantity in rows:
        months[month].append(quantity)
    return {month: Fraction(math.fsum(quantities)) for month, quantities in months.items()}


def _refuse_same(own: tuple[Bill, ...], shared: tuple[Bill, ...]) -> None:
    both = sorted({bill.bill_id for bill in own} & {bill.bill_id for bill in shared})
    if both:
        raise SourceError(f"The bill {both[0]!r} is one of the stream and one of the platform; give one another id.")


def _replace(connection: duckdb.DuckDBPyConnection, table: str, stream: str, rows: list[dict[str, object]]) -> None:
    connection.execute("BEGIN")
    connection.execute(f"DELETE FROM {table} WHERE stream = $stream", {"stream": stream})
    insert_rows(connection, table, rows)
    connection.execute("COMMIT")
