"""Rows of decisions and risks of the plausible stream of orders: asked now, asked before, and what came of it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from tests.dashboards.order_rows import BEFORE, QUARTER, STREAM, Row


def decisions() -> list[Row]:
    """Two asked for now; of last quarter one that was done, with its release, and one deferred."""
    told = (
        (
            "known_customers", QUARTER, "Automate the check for known customers", "Half of all orders wait for it",
            "Operations", "2026-10-31", "46000", "flow_time", "p90", "days", -0.9, -0.4, None, "asked", "2026-10-02",
            None,
        ),
        (
            "freed_time", QUARTER, "Agree how freed time becomes cash", None, "Finance", "2026-11-15", None, None, None,
            None, None, None, None, "asked", "2026-10-02", None,
        ),
        (
            "straight_through", BEFORE, "Approve small orders without a person", None, "Credit", "2026-07-15", "2400",
            "flow_time", "p90", "days", -0.8, -0.2, "2.4", "done", "2026-08-03", "released with 2.4",
        ),
        (
            "second_carrier", BEFORE, "Contract a second carrier", "One strike stopped everything", None, "2026-07-31",
            None, "first_time_right", "share", "share", 0.01, 0.03, None, "deferred", "2026-07-10", "offers are late",
        ),
    )  # fmt: skip
    names = (
        "decision", "review", "ask", "why", "owner_role", "due_on", "cost", "metric", "statistic", "unit",
        "expected_low", "expected_high", "release", "state", "state_on", "state_why",
    )  # fmt: skip
    found = [dict(zip(names, row, strict=True)) for row in told]
    for row in found:
        row |= {
            "stream": STREAM, "currency": "EUR" if row["cost"] else None,
            "cost": Decimal(str(row["cost"])) if row["cost"] else None,
            **{name: dt.date.fromisoformat(str(row[name])) for name in ("due_on", "state_on")},
        }  # fmt: skip
    return found


def risks() -> list[Row]:
    """One that is answered, and one nobody has an answer to."""
    return [
        {
            "stream": STREAM, "risk": "one_carrier", "sentence": "The only carrier may strike again",
            "means": "Orders stand still for days", "answer": "Offers of a second carrier are asked for",
            "owner_role": "Logistics", "first_on": dt.date(2026, 5, 20),
        },
        {
            "stream": STREAM, "risk": "peak", "sentence": "Orders of the peak season", "owner_role": None,
            "first_on": dt.date(2026, 9, 1),
        },
    ]  # fmt: skip
