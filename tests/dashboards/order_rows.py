"""Hand-set rows of a plausible stream of orders: one release that helped, one failure measure that got worse."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

from metrics.catalog import CATALOG
from metrics.periods import period_on

Row = dict[str, Any]
STREAM = "orders"
QUARTER = "2026-Q3"
BEFORE = "2026-Q2"
STREAM_FILE = Path(__file__).with_name("orders.yaml").read_text("utf-8")
_NOISE = (0.0, 0.18, 0.16, -0.07, -0.04, -0.07, 0.07, -0.01, 0.1, -0.24, 0.2, -0.01, 0.09, -0.02, -0.05, 0.06, 0.11)
# metric, statistic, last quarter, this quarter, unit, n, meaningful, half width of the 95 % range, verdict
HEADLINE = (
    ("flow_time", "p90", 4.31, 4.02, "days", 6214, 0.1, 0.19, "Faster"),
    ("flow_time", "p85", 3.72, 3.51, "days", 6214, 0.1, 0.17, "Faster"),
    ("flow_time", "p50", 2.44, 2.31, "days", 6214, 0.1, 0.11, "Faster"),
    ("flow_time", "mean", 2.98, 2.79, "days", 6214, 0.1, 0.13, "Faster"),
    ("flow_time_started", "p90", 4.42, 4.61, "days", 6390, 0.1, 0.31, "No clear change"),
    ("failure_containment_time", "p50", 0.41, 0.52, "days", 412, 0.04, 0.09, "Slower"),
    ("failure_containment_time", "mean", 1.31, 1.42, "days", 412, 0.04, 0.4, "No clear change"),
    ("handoff_ratio", "ratio", 1.62, 2.38, "ratio", 6214, 0.1, 0.3, "Better"),
    ("first_time_right", "share", 0.869, 0.873, "share", 6101, 0.01, 0.018, "No clear change"),
    ("cost_per_transaction", "unit_cost", 12.3, 11.4, "EUR", 6214, 0.25, 1.1, "Likely cheaper"),
)
_RELEASES = (
    ("2.2", "Address check", dt.date(2026, 3, 29), 0.02, 0.06, 1911, "About the same"),
    ("2.3", "Pre-filled decision", dt.date(2026, 6, 8), -0.04, 0.18, 1876, "No clear change"),
    ("2.4", "Straight-through approval", dt.date(2026, 8, 3), -0.41, 0.17, 2104, "Faster"),
    ("2.5", "Batch notices (pilot)", dt.date(2026, 9, 14), None, None, 22, "Too few to say"),
)
# step, label, kind, role, visits, cases, wait, touch, accurate
STEPS = (
    ("receive", "Receive", "system", "Sales desk", 6214, 6214, None, 0.2, 0.981),
    ("check", "Check", "human", "Operations", 6400, 6214, 23.7, 0.6, 0.912),
    ("decide", "Decide", "system", "Credit", 6214, 6214, 7.2, 0.4, 0.942),
    ("fulfil", "Fulfil", "human", "Warehouse", 6300, 6214, 11.3, 3.1, 0.968),
    ("deliver", "Deliver", "external", "Carrier", 6214, 6214, 4.1, 15.0, 0.992),
    ("reprint", "Reprint label", "human", "Warehouse", 80, 78, 30.0, 0.2, 0.99),
)
_DEFINED = (
    "flow_time", "flow_time_started", "failure_containment_time", "handoff_ratio", "first_time_right",
    "cost_per_transaction",
)  # fmt: skip
_DEFINITIONS = tuple((m.key, m.label, m.sentence, m.unit, m.better.value) for m in CATALOG if m.key in _DEFINED)


def _value(metric: str, statistic: str, period: str, value: float | None, unit: str, n: int, **more: Any) -> Row:
    row = {
        "stream": STREAM, "metric": metric, "statistic": statistic, "grain": "quarter", "period": period,
        "first_on": dt.date(2026, 7, 1), "until_on": dt.date(2026, 10, 1), "dimensions": "{}", "value": value,
        "low": None, "high": None, "n": n, "unit": unit, "verdict": "No earlier period", "reason": None,
        "method": "daily influence sums, equal-weighted cosines", "definition_version": "1",
    }  # fmt: skip
    return row | more


def quarters() -> list[Row]:
    found = []
    for metric, statistic, before, now, unit, n, _, half, verdict in HEADLINE:
        spring = {"first_on": dt.date(2026, 4, 1), "until_on": dt.date(2026, 7, 1)}
        found.append(
            _value(metric, statistic, BEFORE, before, unit, n - 227, low=before - half, high=before + half, **spring)
        )
        found.append(_value(metric, statistic, QUARTER, now, unit, n, low=now - half, high=now + half, verdict=verdict))
    return found


def weeks() -> list[Row]:
    found = []
    for index in range(52):
        first = dt.date(2025, 10, 6) + dt.timedelta(weeks=index)
        week = period_on(first, "week")
        noise = _NOISE[index % len(_NOISE)]
        late = first >= dt.date(2026, 8, 3)
        spike = 0.9 if first == dt.date(2026, 5, 4) else 0.0
        series = {
            ("flow_time", "p90", "days"): (3.93 if late else 4.33) + noise * 0.7 + spike,
            ("flow_time", "p50", "days"): 2.4 + noise * 0.4,
            ("failure_containment_time", "p50", "days"): None if index % 9 == 4 else 0.42 + noise * 0.3,
            ("handoff_ratio", "ratio", "ratio"): 1.5 + index * 0.015 + noise * 0.3,
            ("first_time_right", "share", "share"): 0.87 + noise * 0.05,
            ("cost_per_transaction", "unit_cost", "EUR"): 12.6 - index * 0.022 + noise,
        }
        for (metric, statistic, unit), value in series.items():
            found.append(
                _value(
                    metric,
                    statistic,
                    week.key,
                    value,
                    unit,
                    470 + index,
                    grain="week",
                    first_on=week.first_on,
                    until_on=week.until_on,
                )
            )
    return found


def periods() -> list[Row]:
    return [
        change_row(
            "period",
            QUARTER,
            None,
            dt.date(2026, 7, 1),
            metric,
            statistic,
            unit,
            before,
            now,
            n,
            meaningful,
            half,
            verdict,
        )
        for metric, statistic, before, now, unit, n, meaningful, half, verdict in HEADLINE
    ]


def change_row(
    kind: str, label: str, title: str | None, on: dt.date, metric: str, statistic: str, unit: str,
    before: float | None, after: float | None, n: int, meaningful: float, half: float | None, verdict: str,
) -> Row:  # fmt: skip
    """A row of comparisons."""
    moved = None if before is None or after is None else after - before
    ends = {
        name: None if moved is None or half is None else moved + sign * half * share
        for name, sign, share in (("low", -1, 1), ("high", 1, 1), ("low80", -1, 0.65), ("high80", 1, 0.65))
    }
    return {
        "stream": STREAM, "kind": kind, "label": label, "title": title, "at_on": on, "metric": metric,
        "statistic": statistic, "unit": unit, "before_value": before, "after_value": after, "before_n": max(n - 227, 0),
        "after_n": n, "difference": moved, **ends, "meaningful": meaningful, "verdict": verdict,
        "method": "MOVER (Zou & Donner 2008)",
    }  # fmt: skip


def releases() -> list[Row]:
    found = []
    for version, name, on, moved, half, n, verdict in _RELEASES:
        after = None if moved is None else 4.33 + moved
        found.append(
            change_row("release", version, name, on, "flow_time", "p90", "days", 4.33, after, n, 0.1, half, verdict)
        )
        found[-1]["before_n"] = 3800
        earlier = on - dt.timedelta(weeks=4)
        if moved is not None:
            found.append(
                change_row(
                    "placebo",
                    version,
                    name,
                    earlier,
                    "flow_time",
                    "p90",
                    "days",
                    4.3,
                    4.32,
                    1900,
                    0.1,
                    0.2,
                    "No clear change",
                )
            )
    return found


def steps() -> list[Row]:
    return [
        {
            "stream": STREAM, "period": QUARTER, "position": i, "step": step, "label": label, "performer_kind": kind,
            "role": role, "visits": visits, "cases": cases, "case_share": cases / 6214, "wait_hours": wait,
            "touch_hours": touch, "accurate_share": accurate,
        }
        for i, (step, label, kind, role, visits, cases, wait, touch, accurate) in enumerate(STEPS, 1)
    ]  # fmt: skip


def targets() -> list[Row]:
    wanted = (
        ("flow_time", "p90", 3.5, "days"), ("failure_containment_time", "p50", 0.25, "days"),
        ("handoff_ratio", "ratio", 2.0, "ratio"), ("first_time_right", "share", 0.9, "share"),
        ("cost_per_transaction", "unit_cost", 11.0, "EUR"),
    )  # fmt: skip
    return [{"stream": STREAM, "metric": m, "statistic": s, "target": t, "unit": u} for m, s, t, u in wanted]


def stream() -> Row:
    return {
        "stream": STREAM, "name": "Customer orders", "stream_file": STREAM_FILE,
        "stream_file_hash": hashlib.sha256(STREAM_FILE.encode()).hexdigest(), "time_zone": "Europe/Berlin",
        "events": 91234, "cases": 26210, "open_cases": 310, "measured_cases": 25690, "ended_cases": 25900,
        "untriggered_cases": 12, "quarantined": 48, "last_event_at": dt.datetime.fromisoformat("2026-09-30T20:11"),
        "last_arrival_at": dt.datetime.fromisoformat("2026-10-01T04:02"),
        "ran_at": dt.datetime.fromisoformat("2026-10-01T05:12"), "run_id": "8f3c1e",
        "ledger_fingerprint": "5d0ac91f22b7", "code_version": "0.1.0",
        "evidence_basis": json.dumps({
            "files": {"stream.yaml": "3f" * 32, "rates.csv": "a0" * 32, "bills.csv": "77" * 32},
            "source_hash": "9c" * 32,
            "libraries_hash": "e1" * 32,
        }),
    }  # fmt: skip


def definitions() -> list[Row]:
    sql = "SELECT case_id AS subject, finished_on AS observed_on\nFROM cases\nWHERE stream = $stream"
    return [
        {
            "stream": STREAM,
            "metric": metric, "version": "1", "label": label, "sentence": sentence, "unit": unit, "better": better,
            "reading": "finished in the period", "sql": sql,
            "definition": f"{sentence} Elapsed time; cancelled work is left out.",
        }
        for metric, label, sentence, unit, better in _DEFINITIONS
    ]  # fmt: skip


def checks() -> list[Row]:
    return [
        {"stream": STREAM, "table_name": t, "check_name": c, "passed": p, "failing_rows": n, "detail": d}
        for t, c, p, n, d in (
            ("cases", "cases_are_unique", True, 0, "No case is counted twice."),
            ("cases", "handoffs_are_pairs_of_steps", True, 0, "A case has fewer handoffs than steps."),
            ("events", "events_arrive_after_they_happen", False, 31, "No event tells a time after its arrival."),
        )
    ]
