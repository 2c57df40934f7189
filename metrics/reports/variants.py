"""Variants of a quarter ← steps and cases: the ways completed cases took up to their outcome, and how few most took.

A variant is the sequence of steps in their order, repeats included. The 50 most frequent have a row each; all others
stand together in one, so that the rows sum to the quarter. Its id is a hash of the step names: the same way has one
id in every quarter and home. Customer time is flow time; a case whose flow time cannot be measured counts as a case
and adds none. Median and share of the others are of all their cases, never of their medians.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

import duckdb

from metrics.periods import Period
from metrics.published import VARIANT_CONCENTRATION, VARIANTS
from metrics.reports.quarters import DONE, parameters, quarters
from metrics.reports.report import Report
from metrics.stream.model import Stream

MOST = 50
OTHERS = "others"
_SHOWN_FIRST, _SHOWN_LAST = 8, 3
_COVER = 0.8

# The way of each completed case; empty where no step was done by its outcome. Parameters of DONE.
PATHS = f"""
SELECT case_id, any_value(is_rework_free) AS is_rework_free, any_value(flow_days) AS flow_days,
    coalesce(list(step ORDER BY position) FILTER (coalesce(started_at, ended_at) <= finished_at), []) AS path
FROM ({DONE}) JOIN (SELECT * FROM steps WHERE stream = $stream) USING (case_id) GROUP BY case_id"""
# Ways by frequency, of a relation `paths` of the above; equals by id.
WAYS = """
SELECT path, variant, cases, row_number() OVER (ORDER BY cases DESC, variant) AS place FROM (
    SELECT path, substr(md5(to_json(path)::VARCHAR), 1, 12) AS variant, count(*) AS cases FROM paths GROUP BY path
)"""
_ROWS = f"""
WITH paths AS MATERIALIZED ({PATHS}), ways AS ({WAYS})
SELECT least(place, $most + 1) AS rank, any_value(variant), any_value(path),
    count(DISTINCT place), count(*), count(*) FILTER (is_rework_free), median(flow_days),
    coalesce(sum(flow_days ORDER BY flow_days), 0)
FROM paths JOIN ways USING (path) GROUP BY rank ORDER BY rank"""
_COUNTS = f"WITH paths AS ({PATHS}) SELECT cases FROM ({WAYS}) ORDER BY cases DESC"


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `variants`: every quarter in which a case was completed."""
    for period in quarters(connection, stream):
        found = connection.execute(_ROWS, {**parameters(stream, period), "most": MOST}).fetchall()
        yield from _rows(stream, period, found)


def _rows(stream: Stream, period: Period, found: Sequence[tuple]) -> Iterator[dict[str, object]]:  # type: ignore[type-arg]
    cases, days = sum(row[4] for row in found), sum(row[7] for row in found)
    so_far = 0
    for rank, variant, path, variants, held, free, median, customer in found:
        so_far += held
        is_others = rank > MOST
        yield {
            "stream": stream.stream, "period": period.key, "rank": rank, "variant": OTHERS if is_others else variant,
            "path": f"{variants:,} rarer ones" if is_others else path_text(stream, path), "variants": variants,
            "steps": None if is_others else len(path), "cases": held, "case_share": held / cases,
            "cumulative_share": so_far / cases, "rework_free_cases": free, "median_days": median,
            "customer_days": customer, "customer_share": customer / days if days else None,
        }  # fmt: skip


def path_text(stream: Stream, path: Sequence[str]) -> str:
    """A way in customer words: of a long one the first and the last steps, and how many are left out between."""
    labels = [stream.label_of(step) for step in path]
    left_out = len(labels) - _SHOWN_FIRST - _SHOWN_LAST
    if left_out > 1:  # saying that one is left out takes its place
        labels[_SHOWN_FIRST:-_SHOWN_LAST] = [f"({left_out} more)"]
    return " → ".join(labels)


def concentration_rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `variant_concentration`: every quarter in which a case was completed."""
    for period in quarters(connection, stream):
        counts = [cases for (cases,) in connection.execute(_COUNTS, parameters(stream, period)).fetchall()]
        if counts:
            total = sum(counts)
            yield {
                "stream": stream.stream, "period": period.key, "cases": total, "variants": len(counts),
                "single_variants": counts.count(1), "top_share": counts[0] / total,
                "variants_for_80": _needed(counts, _COVER * total),
            }  # fmt: skip


def _needed(counts: Sequence[int], wanted: float) -> int:
    """How many of the most frequent it takes to reach so many cases."""
    return next(place for place, so_far in enumerate(accumulate(counts), 1) if so_far >= wanted - 1e-9)


VARIANTS_TAKEN = Report(VARIANTS, ("steps", "cases"), rows)
VARIANTS_CONCENTRATED = Report(VARIANT_CONCENTRATION, ("steps", "cases"), concentration_rows)
