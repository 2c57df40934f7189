"""Builds published files with hand-set numbers: a plausible stream of orders, and every state that is not.

The rows are plain dicts; a test changes what it is about and writes the file. No random number, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from metrics.catalog import HEADLINE
from metrics.effects.segments import told_statistics
from metrics.published import PUBLISHED, RUN_CHART
from metrics.reports.run_chart import chart_points
from metrics.stream import parse_stream
from metrics.tables import BILLS, COSTS, RATES
from tests.dashboards import benefit_rows, decision_rows, metric_page_rows, money_rows, order_reports, order_rows
from tests.dashboards.order_rows import BEFORE, QUARTER, STREAM, Row

__all__ = ["BEFORE", "QUARTER", "STREAM", "Published", "orders"]


@dataclass
class Published:
    """The rows of a published file, by table."""

    rows: dict[str, list[Row]] = field(default_factory=dict)

    def write(self, path: Path) -> Path:
        """Write them with the contract's DDL; columns not given are NULL."""
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path)) as connection:
            for table in (*PUBLISHED, RATES, BILLS, COSTS):
                connection.execute(table.ddl())
                rows = self._charts() if table is RUN_CHART else self.rows.get(table.name, [])
                odd = {name for row in rows for name in row} - set(table.column_names)
                assert not odd, f"{table.name} has no {odd}"
                if rows:
                    marks = ", ".join(f"({', '.join('?' for _ in table.columns)})" for _ in rows)
                    values = [row.get(name) for row in rows for name in table.column_names]
                    connection.execute(f"INSERT INTO {table.name} VALUES {marks}", values)
        return path

    def _charts(self) -> list[Row]:
        """The run charts of the weeks as they are, as the pipeline would make them of the stream file as it is."""
        found: list[Row] = []
        stream = parse_stream(self.stream["stream_file"])
        for metric in HEADLINE:
            for statistic in told_statistics(metric):
                points = [
                    (r["period"], r["first_on"], r["value"], r["n"]) for r in self.rows.get("metric_values", [])
                    if (r["metric"], r["statistic"], r["grain"]) == (metric.key, statistic.value, "week")
                ]  # fmt: skip
                told = {"stream": STREAM, "metric": metric.key, "statistic": statistic.value, "grain": "week"}
                found += [{**told, **point} for point in chart_points(stream, metric, statistic, points)]
        return found

    def value(self, metric: str, statistic: str, period: str = QUARTER) -> Row:
        """One row of metric_values, to be changed in place."""
        return next(
            r
            for r in self.rows.get("metric_values", [])
            if (r["metric"], r["statistic"], r["period"]) == (metric, statistic, period)
        )

    def change(self, metric: str, statistic: str, label: str = QUARTER, kind: str = "period") -> Row:
        """One row of comparisons, to be changed in place."""
        wanted = (metric, statistic, label, kind)
        return next(
            r for r in self.rows["comparisons"] if (r["metric"], r["statistic"], r["label"], r["kind"]) == wanted
        )

    @property
    def stream(self) -> Row:
        """The row of streams."""
        return self.rows["streams"][0]

    def replace_in_stream_file(self, old: str, new: str) -> None:
        """Change the stream file's text."""
        assert old in self.stream["stream_file"]
        self.stream["stream_file"] = self.stream["stream_file"].replace(old, new)

    def drop(self, table: str, **match: Any) -> None:
        """Remove rows."""
        self.rows[table] = [r for r in self.rows[table] if any(r.get(k) != v for k, v in match.items())]


def orders() -> Published:
    """A full quarter of orders: one release that helped, one failure measure that got worse."""
    values = order_reports.with_ids([*order_rows.quarters(), *order_rows.weeks()])
    return Published(
        {
            "metric_values": values,
            "evidence": order_reports.evidence(values),
            "comparisons": [
                *order_rows.periods(), *order_rows.releases(), *metric_page_rows.segments(),
                *metric_page_rows.since_baseline(), *metric_page_rows.rollouts(),
            ],
            "baselines": metric_page_rows.baselines(),
            "segment_values": metric_page_rows.segment_values(),
            "distributions": metric_page_rows.distributions(),
            "value_stream": order_rows.steps(),
            "targets": order_rows.targets(),
            "streams": [order_rows.stream()],
            "definitions": order_rows.definitions(),
            "check_results": order_rows.checks(),
            "failures_by_severity": order_reports.failure_counts(),
            "failure_stages": order_reports.failure_stages(),
            "open_work": order_reports.open_work(),
            "phantom_audit": order_reports.phantom_audit(),
            "objectives": order_reports.objectives(),
            "exceptions": order_reports.exceptions(),
            "variants": order_reports.variants(),
            "variant_concentration": order_reports.variant_concentration(),
            "wait_causes": order_reports.wait_causes(),
            "accuracy": order_reports.accuracy(),
            "rates": money_rows.rates(),
            "bills": money_rows.bills(),
            "costs": money_rows.costs(),
            "cost_by_class": order_reports.cost_by_class(),
            "transitions": order_reports.transitions(),
            **_finance(),
            **_told(),
            "closed_quarters": order_reports.closed_quarters(),
            "restatements": order_reports.restatements(),
        }
    )  # fmt: skip


def _told() -> dict[str, list[Row]]:
    """What people say beside the numbers."""
    return {"decisions": decision_rows.decisions(), "risks": decision_rows.risks()}


def _finance() -> dict[str, list[Row]]:
    """What the cost changed by, what it depends on, and what was claimed to be saved."""
    return {
        "cost_variance": order_reports.cost_variance(),
        "cost_of_poor_quality": order_reports.cost_of_poor_quality(),
        "cost_sensitivity": order_reports.cost_sensitivity(),
        "benefits": benefit_rows.benefits(),
        "benefit_bridge": benefit_rows.benefit_bridge(),
        "benefit_conflicts": benefit_rows.benefit_conflicts(),
        "freed_capacity": benefit_rows.freed_capacity(),
        "cost_of_ownership": benefit_rows.cost_of_ownership(),
    }
