"""Money of another currency at the exchange rate of its day: a bill at one day, a rate span by span."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import Any

from pipelines.errors import SourceError
from pipelines.money.cells import LARGEST, rounded
from pipelines.money.lines import Bill, ExchangeRate, Rate
from pipelines.money.spans import check_exchange, last_day

_DIGITS = 60  # of an intermediate product, so that only the last rounding rounds


@dataclass(frozen=True, slots=True)
class Exchange:
    """Exchange rates, checked: one a pair and day, without a gap."""

    rates: tuple[ExchangeRate, ...] = ()

    @classmethod
    def of(cls, rates: tuple[ExchangeRate, ...]) -> Exchange:
        """Checked.

        Raises:
            SourceError: two hold on one day, or there is a gap.
        """
        check_exchange(rates)
        return cls(tuple(sorted(rates, key=lambda rate: rate.valid_from)))

    def bill_in(self, bill: Bill, currency: str) -> Bill:
        """The bill in another currency, at the day it declares, else the last day of its month.

        Raises:
            SourceError: no exchange rate holds on that day.
        """
        if bill.currency == currency:
            return bill
        on = bill.exchange_on or last_day(bill.month)
        for span in self._spans(bill.currency, currency):
            if span.valid_from <= on and (span.valid_to is None or on < span.valid_to):
                return replace(bill, currency=currency, **_converted(bill, span.rate))
        raise _lacking(f"The bill {bill.bill_id!r}", bill.currency, currency, on)

    def rate_in(self, rate: Rate, currency: str) -> Iterator[Rate]:
        """The rate in another currency, a line a span of the exchange rate; as far as that is known.

        Raises:
            SourceError: no exchange rate holds on its first day.
        """
        if rate.currency == currency:
            yield rate
            return
        has_begun = False
        for span in self._spans(rate.currency, currency):
            begin, end = max(rate.valid_from, span.valid_from), _earlier(rate.valid_to, span.valid_to)
            if end is not None and end <= begin:
                continue
            if not has_begun and begin > rate.valid_from:
                break
            name = f"{rate.rate_id}@{begin}" if has_begun else rate.rate_id
            has_begun = True
            money = _converted(rate, span.rate)
            yield replace(rate, rate_id=name, currency=currency, valid_from=begin, valid_to=end, **money)
        if not has_begun:
            raise _lacking(f"The rate {rate.rate_id!r}", rate.currency, currency, rate.valid_from)

    def _spans(self, known: str, wanted: str) -> Iterator[ExchangeRate]:
        return (r for r in self.rates if (r.from_currency, r.to_currency) == (known, wanted))


def _converted(line: Bill | Rate, rate: Decimal) -> dict[str, Any]:
    with localcontext(prec=_DIGITS):
        told = {"amount": line.amount, "low": line.low, "high": line.high}
        found = {name: None if money is None else rounded(money * rate) for name, money in told.items()}
    if any(money is not None and abs(money) >= LARGEST for money in found.values()):
        raise SourceError(f"{line.amount} {line.currency} at an exchange rate of {rate} is larger than {LARGEST:,}.")
    return found


def _earlier(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    return min((day for day in (one, other) if day is not None), default=None)


def _lacking(what: str, known: str, wanted: str, on: dt.date) -> SourceError:
    return SourceError(
        f"{what} is in {known}, and no exchange rate from {known} to {wanted} holds on {on}; add it to the file that "
        "costs.exchange of the stream file names."
    )
