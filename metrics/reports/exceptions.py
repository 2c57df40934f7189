"""Exceptions of a quarter ← steps and cases: which reworks, detours, waits and gaps in the data came with most time.

One row per class and step, over the cases completed in the quarter whose flow time is known.

rework   visits of each kind (rejection, correction, self_loop, loop, backward), whether it counts or not, at any time
         in the case; `reopen` the first other step after the outcome, `reversal` the outcome of another kind after it
path     against the most frequent way of the quarter: a step added to it (rejections and corrections are rework), a
         step of it skipped, or the same steps in another order, at the first step that differs
wait     time before a step, from the end of the step before it, up to the outcome
data     visits whose performer is of unknown kind, and visits whose start and end were paired by guess

Came with, not caused by: extra days are the flow time of the cases with it, less as many mean flow times of the cases
without it (0 is expected where it makes no difference; below 0 where such cases are quicker). Every case waits, so a
wait is held against none: its extra days are the days waited. Classes overlap; they do not add up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from metrics.periods import Period
from metrics.published import EXCEPTIONS
from metrics.reports.quarters import DONE, parameters, quarters
from metrics.reports.report import Report
from metrics.reports.variants import PATHS, WAYS
from metrics.stream.model import Stream

FEWEST = 30
"""Cases without a class below which nothing is said of what it came with."""

_MEASURED = f"SELECT *, row_number() OVER (ORDER BY case_id) - 1 AS number FROM ({DONE}) WHERE flow_days IS NOT NULL"
# Parameters of DONE; $endings: steps that are an outcome, $reversing: that are one of another kind, $mending:
# rejections and corrections.
_CLASSES = f"""
WITH measured AS MATERIALIZED ({_MEASURED}),
whole AS MATERIALIZED (
    SELECT number, position, step, rework_kind, performer_kind, paired_by, wait_hours, reopens, reversals,
        coalesce(ended_at, started_at, scheduled_at) > finished_at AS is_after,
        coalesce(started_at, ended_at) <= finished_at AS is_within, ended_at > finished_at AS has_ended_after
    FROM steps JOIN measured USING (case_id) WHERE stream = $stream
),
paths AS MATERIALIZED ({PATHS}),
main AS (SELECT path AS main_path FROM ({WAYS}) WHERE place = 1),
ways AS (SELECT number, path, main_path FROM paths JOIN measured USING (case_id), main),
classes AS (
    SELECT 'rework' AS family, rework_kind AS class, step, number, 0.0 AS waited FROM whole
    WHERE rework_kind IS NOT NULL
    UNION ALL
    SELECT 'rework', 'reopen', arg_min(step, position), number, 0.0 FROM whole
    WHERE reopens > 0 AND is_after AND step NOT IN (SELECT unnest($endings))
    GROUP BY number
    UNION ALL
    SELECT 'rework', 'reversal', arg_min(step, position), number, 0.0 FROM whole
    WHERE reversals > 0 AND has_ended_after AND step IN (SELECT unnest($reversing)) GROUP BY number
    UNION ALL
    SELECT 'path', 'added_step', unnest(list_filter(list_distinct(path), lambda s: NOT list_contains(main_path, s)
        AND NOT list_contains($mending::VARCHAR[], s))), number, 0.0 FROM ways
    UNION ALL
    SELECT 'path', 'skipped_step', unnest(list_filter(list_distinct(main_path), lambda s: NOT list_contains(path, s))),
        number, 0.0 FROM ways
    UNION ALL
    SELECT 'path', 'other_order', path[list_position(list_transform(path, lambda s, i: s = main_path[i]), FALSE)],
        number, 0.0 FROM ways WHERE path <> main_path AND list_sort(path) = list_sort(main_path)
    UNION ALL
    SELECT 'wait', 'wait', step, number, wait_hours / 24 FROM whole WHERE is_within AND wait_hours > 0
    UNION ALL
    SELECT 'data', 'unknown_performer', step, number, 0.0 FROM whole WHERE performer_kind = 'unknown'
    UNION ALL
    SELECT 'data', 'guessed_pairing', step, number, 0.0 FROM whole WHERE paired_by = 'heuristic'
)
SELECT family, class, step, list(DISTINCT number ORDER BY number), sum(waited ORDER BY number, waited)
FROM classes GROUP BY family, class, step"""


@dataclass(frozen=True, slots=True)
class _Found:
    """A class at a step, with what its cases took. None where too few are without it."""

    family: str
    name: str
    step: str
    cases: int
    customer_days: float
    extra_days: float | None
    median_days: float
    median_days_without: float | None

    @property
    def order(self) -> tuple[bool, float, str, str, str]:
        """Most extra days first; the unknown last; equals by name."""
        extra = self.extra_days
        return extra is None, 0.0 if extra is None else -extra, self.family, self.name, self.step


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `exceptions`: every quarter in which a case was completed."""
    for period in quarters(connection, stream):
        flow, found = _exceptions(connection, stream, period)
        for rank, one in enumerate(sorted(found, key=lambda one: one.order), 1):
            yield {
                "stream": stream.stream, "period": period.key, "rank": rank, "family": one.family, "class": one.name,
                "step": one.step, "label": stream.label_of(one.step), "cases": one.cases,
                "case_share": one.cases / len(flow), "customer_days": one.customer_days, "extra_days": one.extra_days,
                "median_days": one.median_days, "median_days_without": one.median_days_without,
            }  # fmt: skip


def _exceptions(
    connection: duckdb.DuckDBPyConnection, stream: Stream, period: Period
) -> tuple[NDArray[np.float64], list[_Found]]:
    told = parameters(stream, period)
    days = connection.execute(f"SELECT flow_days FROM ({_MEASURED}) ORDER BY number", told).fetchnumpy()["flow_days"]
    flow = np.asarray(days, dtype=np.float64)
    by_kind = [(step, outcome.kind) for outcome in stream.outcomes for step in outcome.steps]
    told = parameters(stream, period) | {
        "endings": [step for step, _ in by_kind],
        "reversing": [step for step, kind in by_kind if kind != "completed"],
        "mending": [*stream.rework.rejections, *stream.rework.corrections],
    }
    return flow, [_measure(flow, *row) for row in connection.execute(_CLASSES, told).fetchall()]


def _measure(flow: NDArray[np.float64], family: str, name: str, step: str, numbers: list[int], waited: float) -> _Found:
    has_it = np.zeros(len(flow), dtype=np.bool_)
    has_it[numbers] = True
    with_it, without = flow[has_it], flow[~has_it]
    customer_days = float(with_it.sum())
    is_comparable = len(without) >= FEWEST
    extra = customer_days - len(with_it) * float(without.mean()) if is_comparable else None
    return _Found(
        family, name, step, len(with_it), customer_days, waited if family == "wait" else extra,
        float(np.median(with_it)), float(np.median(without)) if is_comparable else None,
    )  # fmt: skip


EXCEPTION_CLASSES = Report(EXCEPTIONS, ("steps", "cases"), rows)
