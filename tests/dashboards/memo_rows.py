"""Published files for the memo: a whole frozen baseline, and one in which everything is too long and too much."""

from __future__ import annotations

import datetime as dt

from metrics.catalog import CATALOG
from tests.dashboards.builder import BEFORE, QUARTER, STREAM, Published, orders
from tests.dashboards.hostile_rows import hostile_orders
from tests.dashboards.order_rows import HEADLINE, Row

FROZEN = BEFORE
"""The window that is frozen: the quarter before."""


def baselines() -> list[Row]:
    """The values of the quarter before, frozen, with their days."""
    return [
        {
            "stream": STREAM, "baseline": FROZEN, "version": 1, "is_current": True, "metric": metric,
            "statistic": statistic, "first_on": dt.date(2026, 4, 1), "until_on": dt.date(2026, 7, 1), "value": before,
            "low": before - half, "high": before + half, "n": n - 227, "unit": unit, "restated_by": 0.0,
            "definition_version": "1", "frozen_at": dt.datetime.fromisoformat("2026-07-02T07:00"),
        }
        for metric, statistic, before, _, unit, n, _, half, _ in HEADLINE
    ]  # fmt: skip


def measured() -> Published:
    """The plausible stream of orders without a frozen baseline, and how much of the quarter its data cover."""
    published = orders()
    published.rows["baselines"] = []
    published.rows["work_in_progress"] = [
        {"stream": STREAM, "grain": "quarter", "period": QUARTER, "known_days": 92.0, "arrivals": 6390}
    ]
    return published


def frozen() -> Published:
    """The same with the quarter before frozen as the baseline."""
    published = measured()
    published.rows["baselines"] = baselines()
    return published


def overfull(language: str) -> Published:
    """Hostile and endless texts, 40 targets, 60 promises, 100 failing checks: more than a page can hold."""
    published, endless = hostile_orders(), "WÜberlange Bezeichnung " * 12
    published.rows["baselines"] = []
    published.stream["name"] = endless
    published.stream.update(received=90_000, late=12_345, ahead=7, missing_numbers=4_321, quarantined=123_456_789)
    file = published.stream["stream_file"].replace("name: Customer orders", f"name: {endless}")
    steps = ", ".join(f'"{place} {endless}"' for place in range(20))
    outcomes = ", ".join(f"{{name: o{place}{'w' * 50}, steps: [deliver]}}" for place in range(20))
    words = f'language: {language}\n  finished: "{endless}"'
    file = file.replace("finished: delivered", words).replace("{first_event: true}", f"{{steps: [{steps}]}}")
    file = file.replace("[{name: delivered, steps: [deliver]}]", f"[{outcomes}]")
    names = ", ".join(f'{metric.key}: "{metric.key[:2]} {endless}"' for metric in CATALOG)
    lines = [f"  metrics: {{{names}}}" if "metrics:" in line else line for line in file.splitlines()]
    lines = [f'  case: "{endless}"' if line.startswith("  case:") else line for line in lines]
    lines = [f'  cases: "{endless}"' if line.startswith("  cases:") else line for line in lines]
    published.stream["stream_file"] = "\n".join(lines) + "\n"
    published.rows["check_results"] = [
        {"stream": STREAM, "table_name": "events", "check_name": f"{place}_{endless}", "passed": False,
         "failing_rows": 123_456, "detail": endless}
        for place in range(100)
    ]  # fmt: skip
    for metric, statistic in (("cost_per_transaction", "unit_cost"), ("handoff_ratio", "ratio"),
                              ("failure_containment_time", "p50")):  # fmt: skip
        published.value(metric, statistic).update(low=None, high=None, n=88)
    wanted = [(metric, statistic) for metric in CATALOG for statistic in metric.statistics]
    published.rows["targets"] = [
        {"stream": STREAM, "metric": metric.key, "statistic": statistic.value, "target": 0.123456, "unit": metric.unit}
        for metric, statistic in wanted[:40]
    ]
    return published
