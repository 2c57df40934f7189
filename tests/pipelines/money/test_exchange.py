"""Two currencies: a bill at the rate of its day, a card split where the exchange rate changes, and what is lacking."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import SourceError
from pipelines.money.exchange import Exchange
from pipelines.money.lines import Bill, ExchangeRate, Rate
from pipelines.registry import register
from tests.pipelines.small_stream import Calls

D = dt.date
JANUARY, FEBRUARY, MARCH = D(2026, 1, 1), D(2026, 2, 1), D(2026, 3, 1)


def dollars(rate: str, begin: dt.date, end: dt.date | None) -> ExchangeRate:
    """Euros for a dollar."""
    return ExchangeRate("USD", "EUR", Decimal(rate), begin, end, "bank")


def bill(amount: str, month: dt.date = JANUARY, on: dt.date | None = None) -> Bill:
    """A bill in dollars."""
    return Bill("b1", month, "compute", "cpu", Decimal(amount), "USD", "usage", None, None, Decimal(1), None, on)


def rate(begin: dt.date, end: dt.date | None) -> Rate:
    """Ten dollars an hour."""
    return Rate("r1", "people", "clerk", "hour", Decimal(10), "USD", begin, end, None, Decimal(12))


KNOWN = Exchange.of((dollars("0.90", JANUARY, FEBRUARY), dollars("0.80", FEBRUARY, None)))


def test_a_bill_is_converted_on_the_last_day_of_its_month() -> None:
    """A hundred dollars of January are 90 euros, range and all; of February 80; on a declared day that day's rate."""
    found = KNOWN.bill_in(bill("100"), "EUR")
    assert (found.amount, found.low, found.high, found.currency) == (Decimal(90), Decimal("0.9"), None, "EUR")
    assert KNOWN.bill_in(bill("100", FEBRUARY), "EUR").amount == Decimal(80)
    assert KNOWN.bill_in(bill("100", JANUARY, FEBRUARY), "EUR").amount == Decimal(80)
    assert KNOWN.bill_in(bill("100"), "USD") == bill("100")


def test_a_rate_is_split_where_the_exchange_rate_changes() -> None:
    """One line of the card becomes one a span: each with its days, and an id that names where it begins."""
    found = list(KNOWN.rate_in(rate(D(2026, 1, 15), MARCH), "EUR"))
    assert [(r.rate_id, r.amount, r.high, r.valid_from, r.valid_to) for r in found] == [
        ("r1", Decimal(9), Decimal("10.8"), D(2026, 1, 15), FEBRUARY),
        ("r1@2026-02-01", Decimal(8), Decimal("9.6"), FEBRUARY, MARCH),
    ]
    assert [r.valid_to for r in KNOWN.rate_in(rate(FEBRUARY, None), "EUR")] == [None]


def test_a_rate_holds_as_far_as_its_exchange_rate_is_known() -> None:
    """Where the exchange rates end, the rate does: work after it has no amount and blocks the number."""
    known = Exchange.of((dollars("0.90", JANUARY, FEBRUARY),))
    assert [(r.valid_from, r.valid_to) for r in known.rate_in(rate(JANUARY, None), "EUR")] == [(JANUARY, FEBRUARY)]


@pytest.mark.parametrize("begin", [D(2025, 12, 31), D(2025, 1, 1)])
def test_a_rate_before_the_first_exchange_rate_is_refused(begin: dt.date) -> None:
    """No exchange rate for its first day: the currency and the day are named, and where to write it."""
    with pytest.raises(SourceError, match=f"'r1' is in USD, and no exchange rate from USD to EUR holds on {begin}"):
        list(KNOWN.rate_in(rate(begin, None), "EUR"))


def test_a_bill_of_a_day_without_an_exchange_rate_is_refused() -> None:
    """Before the first day, after the last, and the other way round, which nobody told."""
    known = Exchange.of((dollars("0.90", JANUARY, FEBRUARY),))
    with pytest.raises(SourceError, match="no exchange rate from USD to EUR holds on 2025-12-31"):
        known.bill_in(bill("1", D(2025, 12, 1)), "EUR")
    with pytest.raises(SourceError, match="no exchange rate from USD to EUR holds on 2026-02-28"):
        known.bill_in(bill("1", FEBRUARY), "EUR")
    with pytest.raises(SourceError, match="no exchange rate from USD to CHF holds on 2026-01-31"):
        known.bill_in(bill("1"), "CHF")


def test_gaps_and_overlaps_of_exchange_rates_are_named() -> None:
    """A day with two rates, and days without one between two."""
    with pytest.raises(SourceError, match="Two exchange rates from USD to EUR both hold on 2026-01-31"):
        Exchange.of((dollars("0.9", JANUARY, FEBRUARY), dollars("0.8", D(2026, 1, 31), None)))
    with pytest.raises(SourceError, match="Two exchange rates from USD to EUR both hold on 2026-02-01"):
        Exchange.of((dollars("0.9", JANUARY, None), dollars("0.8", FEBRUARY, None)))
    with pytest.raises(SourceError, match="no exchange rate from USD to EUR from 2026-02-01 to 2026-02-28"):
        Exchange.of((dollars("0.9", JANUARY, FEBRUARY), dollars("0.8", MARCH, None)))
    with pytest.raises(SourceError, match="is larger than"):
        Exchange.of((dollars("99999999999", JANUARY, None),)).bill_in(bill("99999999999"), "EUR")


@given(
    days=st.lists(st.integers(0, 200), min_size=2, max_size=6, unique=True), first=st.integers(0, 200),
    length=st.integers(1, 200),
)  # fmt: skip
def test_every_day_of_a_rate_has_the_exchange_rate_of_the_day(days: list[int], first: int, length: int) -> None:
    """Day by day: as a naive look at the exchange rates says, wherever they change, begin and end."""
    borders = [JANUARY + dt.timedelta(days=day) for day in sorted(days)]
    spans = tuple(dollars(str(place + 1), begin, end) for place, (begin, end) in enumerate(itertools.pairwise(borders)))
    begin = JANUARY + dt.timedelta(days=first)
    known = Exchange.of(spans)
    if not any(s.valid_from <= begin < (s.valid_to or begin) for s in spans):
        with pytest.raises(SourceError):
            list(known.rate_in(rate(begin, None), "EUR"))
        return
    found = list(known.rate_in(rate(begin, begin + dt.timedelta(days=length)), "EUR"))
    for number in range(length):
        day = begin + dt.timedelta(days=number)
        naive = [s.rate * 10 for s in spans if s.valid_from <= day < (s.valid_to or day)]
        assert [r.amount for r in found if r.valid_from <= day < (r.valid_to or day)] == naive


def test_a_stream_with_two_currencies(tmp_path: Path) -> None:
    """Rates in dollars and bills in francs of a stream that reckons in euros: told and converted stand side by side."""
    calls = Calls(
        tmp_path, ["r1,people,clerk,hour,50.00,USD,2026-01-01,"],
        ["b1,2026-01,compute,cpu,100.00,CHF,started_cases,,s", "b2,2026-01,shared,desk,10.00,EUR,started_cases,,"],
        exchange=["USD,EUR,0.90,2026-01-01,2026-01-16,bank", "USD,EUR,0.80,2026-01-16,,bank",
                  "CHF,EUR,1.10,2026-01-01,,bank"],
    )  # fmt: skip
    calls.call("a", "2026-01-05T09:00:00Z").work("a", "2026-01-05T09:00:00Z", "2026-01-05T10:00:00Z")
    calls.work("a", "2026-01-20T09:00:00Z", "2026-01-20T10:00:00Z")
    with calls.measured() as connection:
        costs = connection.execute("SELECT rate_id, amount, currency FROM costs ORDER BY rate_id").fetchall()
        rates = connection.execute(
            "SELECT rate_id, amount, told_amount, told_currency FROM rates ORDER BY 1"
        ).fetchall()
        told = connection.execute("SELECT bill_id, amount, currency, told_amount, told_currency FROM bills").fetchall()
    assert costs == [
        ("b1", Decimal(110), "EUR"), ("b2", Decimal(10), "EUR"), ("r1", Decimal(45), "EUR"),
        ("r1@2026-01-16", Decimal(40), "EUR"),
    ]  # fmt: skip
    assert rates == [("r1", Decimal(45), Decimal(50), "USD"), ("r1@2026-01-16", Decimal(40), Decimal(50), "USD")]
    assert told == [
        ("b1", Decimal(110), "EUR", Decimal(100), "CHF"), ("b2", Decimal(10), "EUR", Decimal(10), "EUR")
    ]  # fmt: skip


def test_a_changed_exchange_rate_changes_the_numbers(tmp_path: Path) -> None:
    """Exchange rates are part of what a stream's numbers depend on."""
    rates = ["r1,people,clerk,hour,50.00,USD,2026-01-01,"]
    before = Calls(tmp_path, rates, exchange=["USD,EUR,0.90,2026-01-01,,bank"])
    first = register(before.settings, before.stream_path)
    after = Calls(tmp_path, rates, exchange=["USD,EUR,0.91,2026-01-01,,bank"])
    assert register(after.settings, after.stream_path).basis != first.basis
