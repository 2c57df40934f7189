"""Made claims: a benefit in a line, with everything the rules ask for unless a test says otherwise."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from metrics.finance.benefit import Benefit
from metrics.finance.conflicts import Claim
from metrics.periods import Period, parse_period

OWNER, PROPOSER, FINANCE = "Head of sales", "Product owner", "Controller"
Q1, Q2, Q3, Q4 = (parse_period(f"2026-Q{number}") for number in range(1, 5))
EUR = Decimal


def history(*states: str, amount: str = "100", first: str = "2026-01-05") -> list[dict[str, Any]]:
    """Entries of these states, a day apart, each of the amount; `state=amount` gives one of its own."""
    day, found = dt.date.fromisoformat(first), []
    for number, told in enumerate(states):
        state, _, own = told.partition("=")
        is_judged = state in ("validated", "booked")
        found.append({
            "state": state, "day": day + dt.timedelta(days=number), "by": PROPOSER if state == "proposed" else FINANCE,
            "why": "it is so", "amount": own or amount, "evidence": "ev-1" if is_judged else None,
        })  # fmt: skip
    return found


def told_benefit(kind: str = "cashable", **told: Any) -> dict[str, Any]:
    """What a file would say of a lawful benefit of a class, with changes."""
    of_class: dict[str, dict[str, Any]] = {
        "cashable": {"currency": "EUR", "run_cost": "0"}, "avoidance": {"currency": "EUR"},
        "capacity": {"frees": {"step": "check"}}, "quality": {"unit": "points"},
    }  # fmt: skip
    return {
        "id": "b", "initiative": "i", "class": kind, "sentence": "It saves.", "owner": {"role": OWNER},
        "budget_line": "6800", "metric": "flow_time", "from": "2026-01", "history": history("proposed"),
    } | of_class[kind] | told  # fmt: skip


def benefit(kind: str = "cashable", **told: Any) -> Benefit:
    """A lawful benefit of a class, with changes."""
    return Benefit.model_validate(told_benefit(kind, **told))


def claim(name: str = "b", kind: str = "cashable", *, stream: str = "made", **told: Any) -> Claim:
    """A claim of a stream; each of an initiative of its own unless told."""
    return Claim(stream, benefit(kind, **({"id": name, "initiative": name} | told)))


def quarters_of(year: int) -> list[Period]:
    """The four quarters of a year."""
    return [parse_period(f"{year}-Q{number}") for number in range(1, 5)]
