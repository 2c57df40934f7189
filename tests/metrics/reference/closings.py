"""A quarter of the orders closed; what is published, judged and restated once something of it is known otherwise."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from metrics.catalog import CATALOG, HEADLINE, metric_by_key
from metrics.closing.closed import OPEN, Closed, published
from metrics.closing.record import CLOSING_GRAINS, ClosedQuarter, read_quarter
from metrics.closing.restate import Since, explained, otherwise_measured, restated_sums, restated_values
from metrics.closing.take import immature_in, sums_of, take_quarter, values_in, why_not_closed
from metrics.effects.pairs import period_pair
from metrics.effects.periods import period_effects
from metrics.effects.segments import segment_effects
from metrics.evaluate import evaluate
from metrics.periods import parse_period
from metrics.published import COMPARISONS, METRIC_VALUES
from tests.metrics.reference.kept import Row, text_of
from tests.metrics.reference.made import Made

QUARTER = parse_period("2025-Q3", year_starts=4)
NEXT = parse_period("2025-Q4", year_starts=4)
SINCE = Since(
    3, 2, dt.datetime(2026, 2, 1, 8), dt.datetime(2026, 2, 3, 9, 30), 40, None, "the rate card changed", None, None
)


def close(made: Made) -> ClosedQuarter:
    """The record of the quarter, written down and read again."""
    return read_quarter(take_quarter(made.connection, made.streams["orders"], QUARTER, OPEN).as_fact())


def record_text(quarter: ClosedQuarter) -> str:
    """The record: how many rows of each table, every value with its intervals, every sum, the hash of it all."""
    rows: list[Row] = [{"what": f"rows of {name}", "told": len(told)} for name, told in quarter.rows.items()]
    rows += [{"what": f"cost {cost.cost_class}", "told": str(cost)} for cost in quarter.costs]
    rows += [
        {"what": f"{s.metric} {s.summary.statistic} {s.grain} {s.period} {s.dimensions}", "told": s.summary.value,
         "low80": s.summary.low80, "high80": s.summary.high80, "low": s.summary.low, "n": s.summary.n}
        for s in quarter.summaries
    ]  # fmt: skip
    blank = {"low80": None, "high80": None, "low": None, "n": None}
    return text_of([blank | dict(row) for row in rows], ("what",))


def published_text(made: Made, quarter: ClosedQuarter) -> str:
    """Values and changes of the five headline metrics, once the rate card is another one."""
    stream = made.streams["orders"]
    otherwise = {
        ("flow_time", "p50", "quarter", "2025-Q3"): "the rate card",
        ("first_time_right", "share", "week", "2025-W52"): "x",
    }
    closed = Closed((quarter,), otherwise)
    rows: list[Row] = []
    with_late_costs(made)
    for metric in (*HEADLINE, metric_by_key("open_failures")):
        values = list(published(evaluate(made.connection, metric, stream, CLOSING_GRAINS), stream, closed))
        rows += [
            {"what": "value", **{name: row[name] for name in (*METRIC_VALUES.key, "value", "verdict", "matures_on")}}
            for row in (value.as_row() for value in values)
        ]
        quarters = [value for value in values if value.period.grain == "quarter"]
        rows += [_change("period", effect.as_row()) for effect in period_effects(stream, metric, quarters, closed)]
    rows += [_change("segment", effect.as_row()) for effect in segment_effects(made.connection, stream, closed)]
    pair = period_pair(made.connection, stream, QUARTER, NEXT, closed)
    rows += [_change("pair", effect.as_row()) for effect in pair]
    made.connection.execute("ROLLBACK")
    names = dict.fromkeys(name for row in rows for name in row)
    return text_of([dict.fromkeys(names) | dict(row) for row in rows], ("what", "metric", "statistic", "period"))


def restated_text(made: Made, quarter: ClosedQuarter) -> str:
    """What is another number, by how much and why."""
    stream = made.streams["orders"]
    metrics = {metric.key: metric for metric in CATALOG}
    with_late_costs(made)
    now = [
        value.as_row() for metric in HEADLINE
        for value in values_in(evaluate(made.connection, metric, stream, CLOSING_GRAINS), QUARTER)
    ]  # fmt: skip
    sums = sums_of(made.connection, stream, QUARTER)
    made.connection.execute("ROLLBACK")
    told = [row for row in quarter.rows[METRIC_VALUES.name] if row["metric"] in {metric.key for metric in HEADLINE}]
    found = [*restated_values(told, now), *restated_sums(quarter, sums)]
    states = (SINCE, Since(later_events=9), Since(), replace(SINCE, stream_file="a target moved", code="1 → 2"))
    rows = [
        {"since": f"{since.later_events}{since.code}",
         **explained(one, quarter, metrics, stream, since).signed("0" * 64)}
        for since in states for one in found
    ]  # fmt: skip
    rows = [{**row, "digest": str(row["digest"])[:8], "closed_digest": None} for row in rows]
    return text_of(rows, ("since", "metric", "statistic", "grain", "period", "dimensions"))


def readiness_text(made: Made) -> str:
    """Which quarters may be closed, what still moves in them, and what a change of files would put in doubt."""
    stream = made.streams["orders"]
    rows: list[Row] = []
    for key in ("2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-02"):
        period = parse_period(key, year_starts=4)
        rows.append({"what": "why not", "key": key, "told": why_not_closed(made.connection, stream, period)})
        rows += [{"what": "immature", "key": key, "told": str(told)}
                 for told in immature_in(made.connection, stream, period)]  # fmt: skip
    rows += [{"what": "otherwise", "key": m.key, "told": otherwise_measured(m, SINCE)} for m in CATALOG]
    return text_of(rows, ("what", "key", "told"))


def with_late_costs(made: Made) -> None:
    """Within a transaction: a clerk cost more, two cases were never there, and one ended later."""
    made.connection.execute("BEGIN")
    made.connection.execute("UPDATE costs SET amount = amount * 1.1 WHERE stream = 'orders' AND rate_id = 'r1'")
    made.connection.execute("DELETE FROM cases WHERE stream = 'orders' AND case_id IN ('o010', 'o040')")
    made.connection.execute(
        "UPDATE cases SET finished_at = finished_at + INTERVAL 2 DAY, finished_on = finished_on + 2 "
        "WHERE stream = 'orders' AND case_id IN ('o060', 'o131')"
    )


def _change(what: str, row: Row) -> Row:
    kept = (*COMPARISONS.key, "before_value", "after_value", "low", "high", "verdict", "reason")
    return {"what": what, **{name: row[name] for name in kept}, "period": row["label"]}
