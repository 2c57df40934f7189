"""A published quarter in which every text that a customer, a log or a tool outside may have written is hostile."""

from __future__ import annotations

import json
from itertools import cycle, islice
from typing import Any

from tests.dashboards.builder import Published, orders
from tests.dashboards.order_rows import Row

SCRIPT = "<script>alert(1)</script>"
CLOSER = "</text></svg></title></style><img src=x onerror=alert(1)>"
FORMULA = "=cmd|' /C calc'!A0"
TURNED = "abc\u202egnp.exe"
LONG = "Überlanger" * 30
EMOJI = "📦 Pack 👩\u200d💻"
RIGHT_TO_LEFT = "הזמנה נבדקה"
TEMPLATE = "{{ 7 * 7 }}{% raw %}${alert(1)}"
TEXTS = (SCRIPT, CLOSER, FORMULA, TURNED, LONG, EMOJI, RIGHT_TO_LEFT, TEMPLATE, "@SUM(1)", "-1+1", "\t=1+1", "")

TOLD_OUTSIDE = frozenset({
    "step", "label", "role", "case_id", "title", "detail", "path", "last_label", "last_step", "from_step", "to_step",
    "previous_step", "segment", "note", "why_again", "definition", "sql", "sentence", "check_name", "table_name",
    "run_id", "code_version", "ledger_fingerprint", "method", "reason", "severity", "name", "largest", "release",
    "closed_by", "why", "anyway", "not_final", "driver", "benefit", "initiative", "owner_role", "budget_line",
    "rival_stream", "rival", "rival_initiative", "shared", "against", "integration", "payback_reason", "ask", "means",
    "answer", "state_why",
})  # fmt: skip
"""Columns whose texts come from the stream file, from events, or from tools; the others hold words of closed lists."""
_CLOSED = {
    ("comparisons", "label"), ("mix_effects", "label"), ("mix_effects", "segment"), ("variants", "label"),
    ("failures_by_severity", "severity"), ("failure_stages", "severity"),
    ("rates", "driver"), ("bills", "driver"), ("costs", "driver"),
}  # fmt: skip
_WHOLE = {"all"}


class _Hostile:
    """Gives each distinct text one hostile text, always the same, so that rows which belong together still do."""

    def __init__(self, turn: int) -> None:
        self._texts = islice(cycle(TEXTS), turn, None)
        self._given: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        if text not in self._given:
            hostile = next(self._texts)
            self._given[text] = f"{hostile} {text}".strip() if hostile != TURNED else f"{text}{hostile}"
        return self._given[text]


def hostile_orders(turn: int = 0) -> Published:
    """The plausible stream of orders with hostile texts wherever texts come from outside.

    Another turn gives each place another of the texts; with as many turns as there are texts, all stand everywhere.
    """
    published, hostile = orders(), _Hostile(turn)
    for table, rows in published.rows.items():
        for row in rows:
            for column in sorted(TOLD_OUTSIDE & row.keys()):  # in the same order in every process
                if (table, column) not in _CLOSED and isinstance(row[column], str) and row[column] not in _WHOLE:
                    row[column] = hostile(row[column])
            _hostile_values(row, "dimensions", hostile)
            if table == "comparisons" and row["kind"] == "release":
                row["label"] = hostile(row["label"])
    published.replace_in_stream_file("case: order\n", f'case: "{FORMULA}"\n')
    published.replace_in_stream_file("cases: orders\n", f'cases: "{SCRIPT}"\n')
    published.replace_in_stream_file("flow_time: Order time", f'flow_time: "{CLOSER}"')
    return published


def _hostile_values(row: Row, column: str, hostile: _Hostile) -> None:
    """Values of dimensions stand in a JSON object."""
    if isinstance(row.get(column), str) and row[column].startswith("{"):
        told: dict[str, Any] = json.loads(row[column])
        row[column] = json.dumps({name: hostile(v) if isinstance(v, str) else v for name, v in told.items()})


def many_segments(published: Published, how_many: int) -> Published:
    """As many values of one segment, each with its quarters; the sizes fall, so that ranks are plain."""
    (like, *_) = [
        r for r in published.rows["segment_values"] if r["metric"] == "flow_time" and r["dimension"] == "channel"
    ]
    kept = [r for r in published.rows["segment_values"] if r["dimension"] != "channel"]
    made = [
        like | {
            "period": period, "statistic": statistic, "segment": f"Customer {number:05d}", "rank": number,
            "n": how_many + 100 - number, "segments": how_many,
        }
        for number in range(1, how_many + 1) for period in ("2026-Q2", "2026-Q3") for statistic in ("p50", "p90")
    ]  # fmt: skip
    published.rows["segment_values"] = kept + made
    return published
