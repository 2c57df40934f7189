"""The two streams of the reference: their files, their rate cards and bills, as the pipeline would hand them on."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

from metrics.finance.file import FinanceFile, parse_finance
from metrics.stream import Stream, parse_stream
from metrics.stream.performer_registry import PerformerRegistry, parse_registry

TOLD = Path(__file__).parent / "told"
Row = dict[str, object]


def read_stream(name: str) -> Stream:
    """The stream of that name, from its file."""
    return parse_stream((TOLD / f"{name}.yaml").read_text("utf-8"), f"{name}.yaml")


def read_registry(name: str) -> PerformerRegistry:
    """Who is of which kind: in the stream of orders from when to when, in that of returns always."""
    if name == "returns":
        return parse_registry("performer,kind\np1,human\np2,agent\ngate,system\nelsewhere,human\n")
    return parse_registry((TOLD / "performers.csv").read_text("utf-8"))


def read_finance(orders: Stream) -> FinanceFile:
    """What is claimed and owned in the stream of orders."""
    return parse_finance((TOLD / "finance.yaml").read_text("utf-8"), "finance.yaml", orders)


def rates_of(stream: str) -> list[Row]:
    """The lines of the rate card; a clerk's is dearer from February on, and tokens have none: they are billed."""
    if stream == "returns":
        return [_rate(stream, "r", "people", "clerk", "30", "2026-02-01", currency="USD")]
    return [
        _rate(stream, "r1", "people", "clerk", "61.5", "2025-09-01", "2026-02-01", low="58", high="70"),
        _rate(stream, "r1@2026-02-01", "people", "clerk", "64.25", "2026-02-01", low="60.5", high="73"),
        _rate(stream, "r2", "people", "packer", "38", "2025-09-01"),
        _rate(stream, "r3", "compute", "scans", "0.0315", "2025-09-01", "2026-01-01", low="0.03", high="0.04"),
        _rate(stream, "r4", "compute", "scans", "0.041", "2026-01-01"),
        _rate(stream, "r5", "people", "unknown role", "20", "2025-09-01"),
    ]


def bills_of(stream: str) -> list[Row]:
    """A bill of every allocation a month, some with capacity that stands idle, one a credit."""
    months = [dt.date(2025 + (9 + n) // 12, (9 + n) % 12 + 1, 1) for n in range(9)]
    if stream == "returns":
        return [_bill(stream, "t", months[4], "compute", "tokens", "10", "usage", currency="USD")]
    found = []
    for n, month in enumerate(months):
        key = f"{month:%Y-%m}"
        found += [
            _bill(stream, f"tokens {key}", month, "compute", "tokens", f"{200 + 7 * n}.10", "usage", 60000.0 + n * 900),
            _bill(stream, f"seats {key}", month, "licence", "seats", f"{310 + n % 4}", "started_cases", low="300"),
            _bill(stream, f"hall {key}", month, "shared", "hall", f"{95 + n}.333333", "finished_cases", high="120"),
            _bill(stream, f"model {key}", month, "compute", "model", f"{70 + n * n}.7", "usage"),
        ]
    found.append(_bill(stream, "gift", months[7], "licence", "gift", "-45", "started_cases", 10.0))
    return found


def _rate(
    stream: str, rate_id: str, cost_class: str, driver: str, amount: str, first: str, until: str | None = None,
    *, low: str | None = None, high: str | None = None, currency: str = "CHF",
) -> Row:  # fmt: skip
    return {
        "stream": stream, "rate_id": rate_id, "cost_class": cost_class, "driver": driver,
        "unit": "hour" if cost_class == "people" else "scan", **_money(amount, low, high, currency),
        "valid_from": dt.date.fromisoformat(first), "valid_to": until and dt.date.fromisoformat(until), "version": 1,
        "approved_by": "Controller", "approved_on": dt.date(2025, 9, 1),
    }  # fmt: skip


def _bill(
    stream: str, bill_id: str, month: dt.date, cost_class: str, driver: str, amount: str, allocation: str,
    capacity: float | None = None, *, low: str | None = None, high: str | None = None, currency: str = "CHF",
) -> Row:  # fmt: skip
    return {
        "stream": stream, "bill_id": bill_id, "month": month, "cost_class": cost_class, "driver": driver,
        **_money(amount, low, high, currency), "allocation": allocation, "capacity": capacity, "unit": "piece",
        "version": 2, "approved_by": None, "approved_on": None,
    }  # fmt: skip


def _money(amount: str, low: str | None, high: str | None, currency: str) -> Row:
    return {
        "amount": Decimal(amount), "low": low and Decimal(low), "high": high and Decimal(high), "currency": currency,
        "told_amount": Decimal(amount), "told_currency": currency,
    }  # fmt: skip
