"""The files of money that stand beside a stream file: read and checked before anything of them is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path

from metrics.stream import Stream
from metrics.tables.bills import PLATFORM
from pipelines.money.exchange import Exchange
from pipelines.money.held import Money, check_bills, check_together, in_currency
from pipelines.money.lines import Bill, Rate, read_bills, read_exchange, read_rates
from pipelines.money.versions import Kind, Version, load_versions, told_version
from pipelines.settings import Settings


@dataclass(frozen=True, slots=True)
class Beside:
    """The paths a stream file names, and what they say; None where it names none."""

    rates: tuple[Path, tuple[Rate, ...]] | None
    bills: tuple[Path, tuple[Bill, ...]] | None
    exchange: Exchange


def read_beside(stream: Stream, folder: Path) -> Beside:
    """Read and check rate card, bills and exchange rates beside a stream file.

    Raises:
        SourceError: one of them cannot be used, with the place and what to do.
    """
    costs = stream.costs
    rates = None if costs.rates is None else folder / costs.rates
    bills = None if costs.bills is None else folder / costs.bills
    found = Beside(
        None if rates is None else (rates, read_rates(rates)),
        None if bills is None else (bills, read_bills(bills)),
        read_exchanges(stream, folder),
    )
    check_money(stream, found.rates and found.rates[1], found.bills and found.bills[1], found.exchange)
    return found


def read_exchanges(stream: Stream, folder: Path) -> Exchange:
    """The exchange rates of a stream; none where it names no file.

    Raises:
        SourceError: the file cannot be used.
    """
    if stream.costs.exchange is None:
        return Exchange()
    return Exchange.of(read_exchange(folder / Path(stream.costs.exchange).name))


def check_money(
    stream: Stream, rates: tuple[Rate, ...] | None, bills: tuple[Bill, ...] | None, exchange: Exchange
) -> None:
    """Rates and bills can be used by this stream, together and in its currency.

    Raises:
        SourceError: they cannot.
    """
    if rates is not None:
        in_currency(stream.costs, rates, exchange)
    check_bills(bills or ())
    for bill in bills or ():
        exchange.bill_in(bill, stream.costs.currency)
    check_together(rates or (), bills or ())


def new_versions(settings: Settings, stream: Stream, beside: Beside, at: dt.datetime) -> list[Version]:
    """What stands beside a stream file and is not held yet, as versions to keep.

    Raises:
        SourceError: it differs from what somebody approved since.
    """
    found = []
    for kind, told in (("rates", beside.rates), ("bills", beside.bills)):
        if told is not None:
            path, lines = told
            held = load_versions(settings, stream.stream, kind)  # type: ignore[arg-type]  # a literal in a tuple
            found.append(told_version(held, stream.stream, kind, lines, path, at))  # type: ignore[arg-type]  # likewise
    return [version for version in found if version is not None]


def held_money(settings: Settings, stream: Stream, folder: Path) -> Money:
    """The versions in force of a registered stream, and of the platform's bills.

    Raises:
        SourceError, StorageError: one of them cannot be used, or was changed by hand.
    """
    exchange = None if stream.costs.exchange is None else folder / Path(stream.costs.exchange).name
    platform = load_versions(settings, PLATFORM, "bills")
    return Money(
        _in_force(settings, stream, "rates", stream.costs.rates, folder),
        _in_force(settings, stream, "bills", stream.costs.bills, folder),
        platform[-1] if platform else None, exchange,
    )  # fmt: skip


def _in_force(settings: Settings, stream: Stream, kind: Kind, named: str | None, folder: Path) -> Version | None:
    """The newest version; the registered file itself in a home where none was kept yet."""
    versions = load_versions(settings, stream.stream, kind)
    if named is None and not any(version.approved_by for version in versions):
        return None
    if versions or named is None:
        return versions[-1] if versions else None
    path = folder / Path(named).name
    lines = read_rates(path) if kind == "rates" else read_bills(path)
    told = path.read_bytes()
    return Version(
        stream.stream, kind, 1, lines, None, None, None, dt.datetime.fromtimestamp(path.stat().st_mtime),  # noqa: DTZ006
        path.name, hashlib.sha256(told).hexdigest(),
    )  # fmt: skip
