"""What of money a stream holds: the versions in force and the exchange rates, checked and in the stream's currency."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from metrics.stream.costs import Costs
from metrics.tables.bills import PLATFORM
from pipelines.errors import SourceError
from pipelines.money.exchange import Exchange
from pipelines.money.lines import Bill, Rate, refuse_doubles
from pipelines.money.spans import check_months, check_rates
from pipelines.money.versions import Version

HOUR = "hour"


@dataclass(frozen=True, slots=True)
class Money:
    """Versions in force: of a stream's rates and bills, and of the bills all streams share; None: there is none."""

    rates: Version | None = None
    bills: Version | None = None
    platform: Version | None = None
    exchange_path: Path | None = None

    @property
    def digest(self) -> str:
        """sha256 of what the versions say and who approved it, as part of a stream's basis; not of when they came.

        Exchange rates are a file of the stream, and stand in its basis as such.
        """
        told = [v and (v.content_hash, str(_approval(v))) for v in (self.rates, self.bills, self.platform)]
        return hashlib.sha256(repr(told).encode()).hexdigest()


def rate_rows(costs: Costs, version: Version | None, exchange: Exchange, stream: str) -> list[dict[str, Any]]:
    """Rows of the contract table `rates`.

    Raises:
        SourceError: lines overlap or leave a gap, stand twice, are not priced by what they should be, or an exchange
            rate is lacking.
    """
    if version is None:
        return []
    return [
        {
            "stream": stream, "rate_id": line.rate_id, "cost_class": line.cost_class, "driver": line.driver,
            "unit": line.unit, "amount": line.amount, "low": line.low, "high": line.high, "currency": line.currency,
            "told_amount": told.amount, "told_currency": told.currency, "valid_from": line.valid_from,
            "valid_to": line.valid_to, **_approval(version),
        }
        for told, line in in_currency(costs, version.rates(), exchange)
    ]  # fmt: skip


def in_currency(costs: Costs, rates: tuple[Rate, ...], exchange: Exchange) -> list[tuple[Rate, Rate]]:
    """Lines of a card as told, each with what it becomes in the currency of the stream.

    Raises:
        SourceError: as for `rate_rows`.
    """
    check_card(rates)
    found = [(told, line) for told in rates for line in exchange.rate_in(told, costs.currency)]
    refuse_doubles((line.rate_id for _, line in found), "rate")
    return found


def bill_rows(
    costs: Costs, version: Version, bills: Iterable[Bill], exchange: Exchange, stream: str
) -> list[dict[str, Any]]:
    """Rows of the contract table `bills`.

    Raises:
        SourceError: an exchange rate is lacking.
    """
    rows = []
    for told in bills:
        bill = exchange.bill_in(told, costs.currency)
        rows.append(_bill_row(stream, bill, told) | _approval(version))
    return rows


def idle_row(version: Version, bill: Bill) -> dict[str, Any]:
    """The row of what no stream used of a shared bill, in the currency it was billed in."""
    return _bill_row(PLATFORM, bill, bill) | _approval(version)


def check_card(rates: tuple[Rate, ...]) -> None:
    """A rate card can be used.

    Raises:
        SourceError: it is empty, a line stands twice, lines overlap or leave a gap, or people are not paid by the hour.
    """
    if not rates:
        raise SourceError("The rate card holds no line; leave costs.rates out where there is none.")
    if other := next((r for r in rates if r.cost_class == "people" and r.unit != HOUR), None):
        raise SourceError(
            f"The rate {other.rate_id!r} is for one {other.unit!r}; work is measured in hours, so write what an hour "
            "costs, with the unit 'hour'."
        )
    check_rates(rates)
    refuse_doubles((rate.rate_id for rate in rates), "rate")


def check_bills(bills: tuple[Bill, ...]) -> None:
    """Bills can be used.

    Raises:
        SourceError: one stands there twice, or a month of a series lacks.
    """
    refuse_doubles((bill.bill_id for bill in bills), "bill")
    check_months(bills)


def check_together(rates: Iterable[Rate], bills: Iterable[Bill]) -> None:
    """What is metered is priced once: by a rate or by a bill.

    Raises:
        SourceError: a driver is priced by both.
    """
    by_rate = {rate.driver for rate in rates if rate.cost_class != "people"}
    by_bill = {bill.driver for bill in bills if bill.allocation == "usage"}
    if both := sorted(by_rate & by_bill):
        raise SourceError(
            f"{both[0]!r} has a rate and is billed by usage, so its use would be paid twice; remove one of the two."
        )


def _bill_row(stream: str, bill: Bill, told: Bill) -> dict[str, Any]:
    return {
        "stream": stream, "bill_id": bill.bill_id, "month": bill.month, "cost_class": bill.cost_class,
        "driver": bill.driver, "amount": bill.amount, "low": bill.low, "high": bill.high, "currency": bill.currency,
        "told_amount": told.amount, "told_currency": told.currency, "allocation": bill.allocation,
        "capacity": bill.capacity, "unit": bill.unit,
    }  # fmt: skip


def _approval(version: Version) -> dict[str, Any]:
    return {"version": version.number, "approved_by": version.approved_by, "approved_on": version.approved_on}
