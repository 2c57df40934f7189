"""Rows of the reports of the plausible stream of orders, one function a published table."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal

from tests.dashboards.order_rows import BEFORE, QUARTER, STEPS, STREAM, Row


def failure_counts() -> list[Row]:
    told = (
        (QUARTER, "all", "all", 420, 412, 21, 96, 310.5), (QUARTER, "all", "1", 3, 3, 0, 0, 14.2),
        (QUARTER, "all", "3", 417, 409, 21, 96, 302.1), (QUARTER, "item", "all", 417, 409, 21, 96, 302.1),
        (QUARTER, "stream", "all", 3, 3, 0, 0, 14.2), (BEFORE, "all", "all", 398, 405, 13, 102, 268.0),
    )  # fmt: skip
    return [
        {
            "stream": STREAM, "period": period, "level": level, "severity": severity, "detected": detected,
            "closed": closed, "open_at_end": still, "auto_healed": healed, "auto_healed_unknown": 4,
            "failing_hours": hours, "summed_hours": hours * 1.4, "failing_share": hours / 2208,
            "caused_by_release": detected // 7, "unattributed": detected // 3,
            "unattributed_share": detected // 3 / detected,
        }
        for period, level, severity, detected, closed, still, healed, hours in told
    ]  # fmt: skip


def failure_stages() -> list[Row]:
    stages = (
        ("detection", "onset", "detected", 0.06, 390), ("triage", "detected", "triaged", 0.11, 401),
        ("spread", "detected", "contained", 0.24, 398), ("remediation", "detected", "remediated", 0.47, 412),
        ("containment", "detected", "steady", 0.52, 412), ("restoration", "onset", "steady", 0.61, 388),
    )  # fmt: skip
    return [
        {
            "stream": STREAM, "period": QUARTER, "level": "all", "severity": severity, "position": position,
            "stage": stage, "begins": begins, "ends": ends, "median_days": median, "n": n if severity != "1" else 3,
        }
        for severity in ("all", "1", "3")
        for position, (stage, begins, ends, median, n) in enumerate(stages, 1)
    ]  # fmt: skip


def open_work() -> list[Row]:
    newest = dt.datetime.fromisoformat("2026-09-30T20:11")
    found = []
    for number in range(310):
        age = 0.4 + number**1.6 / 160  # from under half a day to about two months, most of them young
        quiet = min(age, 0.2 + (number % 17) * 0.3) if number % 60 else age * 0.9
        found.append({
            "stream": STREAM, "case_id": f"O-{number:05d}", "triggered_at": newest - dt.timedelta(days=age),
            "last_event_at": newest - dt.timedelta(days=quiet), "age_days": age, "quiet_days": quiet,
            "last_step": STEPS[number % 5][0], "last_label": STEPS[number % 5][1], "segments": "{}",
            "past_targets": '{"p90": true}' if age > 3.5 else '{"p90": false}', "is_past_target": age > 3.5,
            "is_phantom_suspect": quiet > 30, "phantom_reason": "quiet" if quiet > 30 else None,
        })  # fmt: skip
    return found


def phantom_audit() -> list[Row]:
    told = (
        ("all", "all", 26210, 310, 2, 2.4, 2.4, 4.5, 4.4), ("quarter", BEFORE, 6120, 9, 1, 2.5, 2.5, 4.4, 4.4),
        ("quarter", QUARTER, 6390, 301, 1, 2.4, 2.4, 4.61, 4.6),
    )  # fmt: skip
    return [
        {
            "stream": STREAM, "grain": grain, "period": period, "first_on": dt.date(2026, 7, 1),
            "until_on": dt.date(2026, 10, 1), "started_cases": started, "open_cases": still, "suspects": suspects,
            "quiet_limit_days": 30.0, "limit_basis": "less than 30 are never suspect", "p50_days": p50,
            "p50_without_days": p50_without, "p90_days": p90, "p90_without_days": p90_without,
        }
        for grain, period, started, still, suspects, p50, p50_without, p90, p90_without in told
    ]  # fmt: skip


def objectives() -> list[Row]:
    told = (
        ("flow_time", "p90", 3.5, "days", 0.9, 6214, 840, 1.2, 1.4, False, 236),
        ("first_time_right", "share", 0.9, "share", 0.9, 6101, 560, 0.8, 0.9, False, None),
    )
    return [
        {
            "stream": STREAM, "tier": 2, "metric": metric, "statistic": statistic, "period": QUARTER,
            "first_on": dt.date(2026, 7, 1), "until_on": dt.date(2026, 10, 1), "target": target, "unit": unit,
            "wanted_share": wanted, "subjects": subjects, "misses": misses, "budget": (1 - wanted) * subjects,
            "budget_left": (1 - wanted) * subjects - misses, "short_burn": short, "long_burn": long, "is_alert": alert,
            "open_past_target": past,
        }
        for metric, statistic, target, unit, wanted, subjects, misses, short, long, alert, past in told
    ]  # fmt: skip


def exceptions() -> list[Row]:
    told = (
        ("wait", "wait", "check", 6214, 6120.0, None),
        ("rework", "loop", "check", 512, 980.4, 2.2),
        ("rework", "rejection", "decide", 540, 702.0, 2.2),
        ("path", "added_step", "reprint", 78, 140.2, 2.29),
        ("rework", "self_loop", "fulfil", 86, 31.0, 2.3),
        ("path", "skipped_step", "decide", 12, -4.1, 2.31),
        ("path", "other_order", "receive", 6200, None, None),
        ("data", "unknown_performer", "deliver", 31, 2.0, 2.31),
    )
    return [
        {
            "stream": STREAM, "period": QUARTER, "rank": rank, "family": family, "class": kind, "step": step,
            "label": step.capitalize(), "cases": cases, "case_share": cases / 6214, "customer_days": cases * 3.1,
            "extra_days": extra, "median_days": 3.4, "median_days_without": without,
        }
        for rank, (family, kind, step, cases, extra, without) in enumerate(told, 1)
    ]  # fmt: skip


def variants() -> list[Row]:
    counts = (4200, 900, 420, *(60 - 3 * i for i in range(15)), 109)
    whole, so_far, found = sum(counts), 0, []
    for rank, cases in enumerate(counts, 1):
        so_far += cases
        found.append({
            "stream": STREAM, "period": QUARTER, "rank": rank, "variant": f"v{rank:011d}",
            "path": "Receive → Check → Decide → Fulfil → Deliver" + " → Deliver" * (rank - 1), "variants": 1,
            "steps": 4 + rank, "cases": cases, "case_share": cases / whole, "cumulative_share": so_far / whole,
            "rework_free_cases": cases if rank < 3 else 0, "median_days": 2.1 + rank * 0.3,
            "customer_days": cases * (2.1 + rank * 0.3), "customer_share": None,
        })  # fmt: skip
    found[-1].update(variant="others", path="88 rarer ones", variants=88, steps=None)
    days = sum(row["customer_days"] for row in found)
    return [row | {"customer_share": row["customer_days"] / days} for row in found]


def variant_concentration() -> list[Row]:
    told = {"stream": STREAM, "cases": 6214, "variants": 106, "single_variants": 41, "top_share": 0.68}
    return [told | {"period": QUARTER, "variants_for_80": 2}, told | {"period": BEFORE, "variants_for_80": 3}]


def wait_causes() -> list[Row]:
    told = {
        "check": (3600, (0.52, 0.0, 0.21, None, 0.27), 0), "fulfil": (1800, (0.3, 0.2, 0.1, 0.02, 0.38), 0),
        "decide": (900, (None, None, None, None, 1.0), 12), "receive": (0, (), 6214),
    }  # fmt: skip
    found = []
    for step, (days, shares, untold) in told.items():
        total = days * 86_400_000_000 or None
        for cause, share in zip(("absence", "batch", "queue", "handoff", "unexplained"), shares, strict=False):
            found.append({
                "stream": STREAM, "period": QUARTER, "step": step, "label": step.capitalize(), "cause": cause,
                "waits": 6214, "untold_waits": untold, "judged_waits": 6214,
                "cause_us": None if share is None else round(share * days * 86_400_000_000), "total_us": total,
                "cause_share": share, "mean_hours": None, "basis": "other work of the performer",
            })  # fmt: skip
        if not shares:
            found.append({
                "stream": STREAM, "period": QUARTER, "step": step, "label": step.capitalize(), "cause": "unexplained",
                "waits": 0, "untold_waits": untold, "judged_waits": 0, "basis": "no start is told",
            })  # fmt: skip
    return found


def accuracy() -> list[Row]:
    return [{
        "stream": STREAM, "period": QUARTER, "cases": 6214, "steps": 6, "rolled_share": 0.82, "observed_share": 0.873,
        "low": 0.855, "high": 0.891, "correlated_failure": 0.053, "refused_nowhere": 7,
    }]  # fmt: skip


def cost_by_class() -> list[Row]:
    told = (
        (QUARTER, "people", "51352.318812"), (QUARTER, "compute", "5340.004"), (QUARTER, "licence", "9147.2"),
        (QUARTER, "shared", "5000.077188"), (BEFORE, "people", "54880.1"), (BEFORE, "compute", "4120"),
        (BEFORE, "licence", "9640"), (BEFORE, "shared", "5000"),
    )  # fmt: skip
    completed = {QUARTER: 6214, BEFORE: 5987}
    return [
        {
            "stream": STREAM, "period": period, "cost_class": cost_class, "amount": Decimal(amount),
            "idle_amount": Decimal("812.5") if cost_class == "compute" else Decimal(0), "standard_amount": Decimal(0),
            "unpriced_rows": 0, "completed_cases": completed[period],
            "unit_cost": float(amount) / completed[period], "currency": "EUR",
        }
        for period, cost_class, amount in told
    ]  # fmt: skip


def cost_variance() -> list[Row]:
    """12.30 → 11.40 for an order: 73,640.1 by 5,987 to 70,839.6 by 6,214; rounded for a case to six decimals."""
    told = {
        ("unit_cost", "all"): "12.300000 -0.114500 -0.905500 -0.283100 0.205300 0.052600 0.145200 11.400000",
        ("unit_cost", "people"): "9.166544 0.000000 -0.824800 -0.283100 0.205300 0.000000 0.000000 8.263944",
        ("unit_cost", "compute"): "0.688158 0.000000 0.118620 0.000000 0.000000 0.052600 0.000000 0.859378",
        ("unit_cost", "licence"): "1.610155 -0.084004 -0.199320 0.000000 0.000000 0.000000 0.145200 1.472031",
        ("unit_cost", "shared"): "0.835143 -0.030496 0.000000 0.000000 0.000000 0.000000 0.000000 0.804647",
        ("cost", "all"): "73640.100000 2237.210000 -5626.777000 -1759.183400 1275.734200 326.856400 745.659800 "
                         "70839.600000",
        ("cost", "people"): "54880.100000 2080.800000 -5125.131988 -1759.183400 1275.734200 0 0 51352.318812",
        ("cost", "compute"): "4120.000000 156.410000 736.737600 0 0 326.856400 0 5340.004000",
        ("cost", "licence"): "9640.000000 0 -1238.382612 0 0 0 745.582612 9147.200000",
        ("cost", "shared"): "5000.000000 0 0 0 0 0 0.077188 5000.077188",
    }  # fmt: skip
    names = ("before", "volume", "efficiency", "mix", "rate", "idle", "spending", "after")
    return [
        {
            "stream": STREAM, "period": QUARTER, "before_period": BEFORE, "measure": measure, "cost_class": cost_class,
            "before_cases": 5987, "after_cases": 6214, "residual_amount": Decimal("0.000000"), "currency": "EUR",
            **{f"{name}_amount": Decimal(amount) for name, amount in zip(names, amounts.split(), strict=True)},
        }
        for (measure, cost_class), amounts in told.items()
    ]  # fmt: skip


def cost_of_poor_quality() -> list[Row]:
    usual = {
        "stream": STREAM, "period": QUARTER, "currency": "EUR", "cost_amount": Decimal("70839.6"), "uncosted_items": 0,
    }  # fmt: skip
    work = {"is_in_cost": True, "unit": "hours", "untraced_amount": Decimal("19487.281188")}
    return [
        usual | work | {"line": "rework", "amount": Decimal("4121.5"), "cost_share": 4121.5 / 70839.6,
                        "quantity": 82.43, "items": 598},
        usual | work | {"line": "failures", "amount": Decimal("890.25"), "cost_share": 890.25 / 70839.6,
                        "quantity": 17.8, "items": 96, "uncosted_items": 3, "counted_before_amount": Decimal("1210")},
        usual | {"line": "waiting_open", "is_in_cost": False, "unit": "case days", "quantity": 17341.2, "items": 6390,
                 "uncosted_items": None,
                 "reason": "The stream file tells no cost of delay (costs: delay_cost_per_day)."},
    ]  # fmt: skip


def cost_sensitivity() -> list[Row]:
    tenth = "assumed for this table"
    told = (
        ("rate", "people", "ops-2026", "Operations", "hour", "52", "47", "60", "told", "10.88", "12.231"),
        ("standard_minutes", "people", "check", None, "minutes", "36", "30", "45", "told", "10.91", "12.135"),
        ("bill", "licence", "order suite", "order suite", "EUR", "9147.2", "8232.48", "10061.92", tenth, "11.252797",
         "11.547203"),
        ("bill", "shared", "platform", "platform", "EUR", "5000.08", "4500.07", "5500.08", tenth, "11.32", "11.48"),
    )  # fmt: skip
    return [
        {
            "stream": STREAM, "period": QUARTER, "rank": rank, "kind": kind, "cost_class": cost_class, "name": name,
            "driver": driver, "unit": unit, "assumed": Decimal(assumed), "low": Decimal(low), "high": Decimal(high),
            "basis": basis, "unit_cost": Decimal("11.4"), "unit_low": Decimal(at_low), "unit_high": Decimal(at_high),
            "swing": Decimal(at_high) - Decimal(at_low), "currency": "EUR",
        }
        for rank, (kind, cost_class, name, driver, unit, assumed, low, high, basis, at_low, at_high)
        in enumerate(told, 1)
    ]  # fmt: skip


def transitions() -> list[Row]:
    told = (
        (None, "receive", 6214, 6214, 0, None), ("receive", "check", 6214, 6214, 0, 13.8),
        ("check", "decide", 5800, 5790, 0, 7.2), ("check", "fulfil", 414, 414, 0, 9.1),
        ("decide", "check", 186, 180, 186, 24.4), ("decide", "fulfil", 5614, 5600, 0, 11.0),
        ("fulfil", "fulfil", 86, 80, 86, 3.4), ("fulfil", "deliver", 6134, 6134, 0, 4.1),
        ("fulfil", "reprint", 80, 78, 0, 30.0), ("reprint", "deliver", 80, 78, 0, 1.1),
        ("deliver", None, 6190, 6190, 0, None), ("deliver", "receive", 24, 24, 24, 50.2),
        ("decide", None, 24, 24, 0, None), ("receive", "deliver", 3, 3, 0, 80.0),
    )  # fmt: skip
    return [
        {
            "stream": STREAM, "period": QUARTER, "from_step": source, "to_step": target, "moves": moves,
            "cases": cases, "rework_moves": rework, "waits": 0 if wait is None else moves, "wait_hours_p50": wait,
            "wait_hours_mean": None if wait is None else wait * 1.4,
        }
        for source, target, moves, cases, rework, wait in told
    ]  # fmt: skip


def with_ids(values: Iterable[Row]) -> list[Row]:
    """Rows of metric_values with an evidence id each."""
    return [{**row, "evidence_id": _id("metric_values", _value_key(row))} for row in values]


def evidence(values: Iterable[Row]) -> list[Row]:
    """The ids of these values, and of some rows of reports."""
    told = [("metric_values", _value_key(row), row["n"]) for row in values]
    told += [
        ("exceptions", {"period": QUARTER, "family": "rework", "class": name, "step": step}, None)
        for name, step in (("rework", "Pick and pack"), ("wait", "Check order"))
    ]
    told += [("value_stream", {"period": QUARTER, "step": step}, None) for step in ("Order received", "Check order")]
    return [
        {
            "stream": STREAM, "table_name": table, "row_key": json.dumps(key), "evidence_id": _id(table, key),
            "basis_id": "b" * 32, "definition_version": "1", "sql_hash": "c" * 64, "inputs": n,
            "inputs_fingerprint": None if n is None else hashlib.sha256(str(key).encode()).hexdigest()[:16],
        }
        for table, key, n in told
    ]  # fmt: skip


def _value_key(row: Row) -> Row:
    return {name: row.get(name) for name in ("metric", "statistic", "grain", "period", "dimensions")}


def _id(table: str, key: Row) -> str:
    digest = hashlib.sha256(f"{table}{key}".encode()).digest()
    return "sg-" + base64.b32encode(digest).decode().lower()[:16]


def closed_quarters() -> list[Row]:
    """The quarter before is closed; of it two numbers are restated."""
    return [{
        "stream": STREAM, "quarter": BEFORE, "first_on": dt.date(2026, 4, 1), "until_on": dt.date(2026, 7, 1),
        "closed_at": dt.datetime.fromisoformat("2026-07-20T09:00"), "closed_by": "Controlling", "why": None,
        "anyway": None, "numbers": 812, "restated": 3, "code_version": "0.1.0", "digest": "9f" * 32,
    }]  # fmt: skip


def restatements() -> list[Row]:
    """Late events of the quarter before moved a time and a sum of cost."""
    arrived = dt.datetime.fromisoformat("2026-08-02T05:00")
    told = {
        "stream": STREAM, "quarter": BEFORE, "period": BEFORE, "dimensions": "{}", "causes": "late events",
        "late_events": 41, "late_cases": 12, "first_arrived_at": arrived, "last_arrived_at": arrived,
        "seen_at": arrived, "why": "41 late events of 12 cases",
    }  # fmt: skip
    time = {"metric": "flow_time", "statistic": "p90", "unit": "days", "closed_n": 6102, "n_now": 6110}
    return [
        told | time | {"grain": "quarter", "closed_value": 4.75, "value_now": 4.9, "difference": 0.15},
        told | time | {"grain": "month", "period": "2026-06", "closed_value": 4.7, "value_now": 4.8},
        told | {
            "grain": "quarter", "metric": "costs", "statistic": "sum", "dimensions": '{"cost_class": "people"}',
            "unit": "EUR", "closed_amount": Decimal("48210.50"), "amount_now": Decimal("48390.50"),
            "amount_difference": Decimal("180.00"), "closed_n": 300, "n_now": 301,
        },
    ]  # fmt: skip
