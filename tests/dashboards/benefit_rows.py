"""Rows of the reports of benefits of the plausible stream of orders: one claim of each class, and one disputed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from tests.dashboards.order_rows import QUARTER, STREAM, Row

JULY = dt.date(2026, 7, 1)


def benefits() -> list[Row]:
    told = (
        ("postage", "cashable", "Postage saved", "booked", "EUR", "4800", "0", "900", "3900", 4),
        ("postage_contract", "cashable", "Postage contract", "proposed", "EUR", "700", "700", "0", "0", None),
        ("checks", "capacity", "Address checks", "validated", "hours", "310", "0", None, None, None),
        ("second_press", "avoidance", "Second press", "validated", "EUR", "2600", "0", "0", "2600", None),
        ("right", "quality", "Right orders", "reversed", "points of first_time_right", "0", "0", None, None, None),
    )  # fmt: skip
    found = []
    for benefit, kind, sentence, state, unit, gross, disputed, cost, net, payback in told:
        found.append({
            "stream": STREAM, "period": QUARTER, "benefit": benefit, "initiative": "Address check",
            "benefit_class": kind, "sentence": sentence, "owner_role": None if benefit == "right" else "Orders lead",
            "budget_line": "6800 Postage" if kind == "cashable" else None, "metric": "flow_time",
            "evidence_id": None if state == "proposed" else f"ev-{benefit}", "state": state, "state_on": JULY,
            "unit": unit, "claimed": Decimal(gross), "validated": Decimal(gross) if state != "proposed" else None,
            "booked": Decimal(gross) if state == "booked" else None, "gross": Decimal(gross),
            "disputed": Decimal(disputed), "run_cost": None if cost is None else Decimal(cost),
            "net": None if net is None else Decimal(net), "first_month": JULY,
            "investment": Decimal(5200) if payback else None, "payback_months": payback,
            "payback_reason": None if payback else "no investment is told",
        })  # fmt: skip
    return found


def benefit_bridge() -> list[Row]:
    told = (
        ("cashable", "EUR", "claimed", ("4100", "1400", "0", "0", "0", "-1400", "4100"), "900", 2),
        ("cashable", "EUR", "validated", ("4100", "900", "0", "-200", "0", "0", "4800"), "900", 1),
        ("cashable", "EUR", "booked", ("0", "4800", "0", "0", "0", "0", "4800"), "900", 1),
        ("capacity", "hours", "claimed", ("0", "310", "0", "0", "0", "0", "310"), None, 1),
        ("capacity", "hours", "validated", ("0", "310", "0", "0", "0", "0", "310"), None, 1),
        ("avoidance", "EUR", "claimed", ("2600", "0", "0", "0", "0", "0", "2600"), "0", 1),
        ("avoidance", "EUR", "validated", ("2600", "0", "0", "0", "0", "0", "2600"), "0", 1),
        ("quality", "points of first_time_right", "claimed", ("2", "0", "0", "0", "-2", "0", "0"), None, 0),
    )  # fmt: skip
    names = ("opening", "began", "ended", "decayed", "reversed", "disputed", "closing")
    return [
        {
            "stream": STREAM, "period": QUARTER, "benefit_class": kind, "unit": unit, "level": level,
            **{name: Decimal(value) for name, value in zip(names, moves, strict=True)},
            "run_cost": None if cost is None else Decimal(cost),
            "net": None if cost is None else Decimal(moves[-1]) - Decimal(cost), "benefits": count,
        }
        for kind, unit, level, moves, cost, count in told
    ]  # fmt: skip


def benefit_conflicts() -> list[Row]:
    told = {
        "stream": STREAM, "period": QUARTER, "level": "claimed", "rival_stream": STREAM, "benefit_class": "cashable",
        "kind": "budget line", "shared": "6800 Postage", "overlap": Decimal(700), "unit": "EUR", "first_month": JULY,
    }  # fmt: skip
    one, other = ("postage", "Address check"), ("postage_contract", "New contract")
    return [
        told | {"benefit": a, "initiative": mine, "rival": b, "rival_initiative": theirs}
        for (a, mine), (b, theirs) in ((one, other), (other, one))
    ]


def freed_capacity() -> list[Row]:
    return [{
        "stream": STREAM, "period": QUARTER, "step": "check", "role": "(all)", "against": "(baseline)",
        "against_first_on": dt.date(2026, 1, 1), "against_until_on": dt.date(2026, 4, 1), "is_as_frozen": True,
        "hours_per_case_then": 0.21, "cases_then": 5987, "hours_per_case_now": 0.165, "cases_now": 6214,
        "freed_hours": 279.6, "low": -12.0, "high": 402.3, "freed_people": 0.7, "untold_steps": 3,
        "claimed_hours": Decimal(310), "validated_hours": Decimal(310), "covered_share": 279.6 / 310, "reason": None,
    }]  # fmt: skip


def cost_of_ownership() -> list[Row]:
    told = {"stream": STREAM, "period": QUARTER, "integration": "address_check", "name": "Address check",
            "currency": "EUR", "transactions": 6214}  # fmt: skip
    kinds = (("build", "5200"), ("run", "300"), ("licence", "600"), ("failure hours", "84.5"), ("(all)", "6184.5"))
    return [
        told | {"cost_kind": kind, "amount": Decimal(amount), "amount_to_date": Decimal(amount),
                "per_transaction": float(amount) / 6214}
        for kind, amount in kinds
    ]  # fmt: skip
