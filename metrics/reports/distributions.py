"""How long it took, case by case: the durations of each quarter, counted in spans of equal width.

Linear, from 0, and the same spans for every quarter of a metric, so that two quarters laid over each other compare like
with like. The width is the narrowest round one (of minutes, hours or days) with which at most 24 spans hold 99 in 100
of all durations; the rest is counted in one open span, not left out and not drawn to scale.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np
from numpy.typing import NDArray

from metrics.catalog import HEADLINE
from metrics.metric import Metric
from metrics.observe import ObservedGroup, observe
from metrics.periods import Period
from metrics.published import DISTRIBUTIONS
from metrics.reports.quarters import quarters
from metrics.reports.report import Report
from metrics.stream.model import Stream

MOST_SPANS = 24
_HELD = 0.99
_A_DAY = 1440
_ROUND_MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440, 2880, 7200, 10080, 20160, 43200)
_NEAR = 1e-9  # minutes: far below the microsecond that times are told in, far above what a float errs by


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `distributions`: every quarter in which something ended."""
    periods = list(quarters(connection, stream))
    for metric in (metric for metric in HEADLINE if metric.unit == "days"):
        (group,) = observe(connection, metric, stream)
        ended = _ended_minutes(group)
        if len(ended):
            yield from _metric_rows(stream, metric, group, periods, width_for(ended))


def width_for(minutes: NDArray[np.float64]) -> int:
    """The width of a span in minutes, for these durations."""
    reach = float(np.quantile(minutes, _HELD, method="inverted_cdf"))
    fitting = (width for width in _ROUND_MINUTES if reach < width * MOST_SPANS)
    return next(fitting, int(np.ceil((reach + 1) / MOST_SPANS / _A_DAY)) * _A_DAY)


def _ended_minutes(group: ObservedGroup, period: Period | None = None) -> NDArray[np.float64]:
    found = group if period is None else group.within(period)
    minutes: NDArray[np.float64] = found.amount[found.complete & np.isfinite(found.amount)] * _A_DAY
    return minutes


def _metric_rows(
    stream: Stream, metric: Metric, group: ObservedGroup, periods: list[Period], width: int
) -> Iterator[dict[str, object]]:
    for period in periods:
        minutes = _ended_minutes(group, period)
        places = np.minimum(np.floor(minutes / width + _NEAR / width).astype(np.int64), MOST_SPANS)
        counted = np.bincount(np.maximum(places, 0), minlength=MOST_SPANS + 1)
        for place, n in enumerate(counted.tolist() if len(minutes) else ()):
            yield {
                "stream": stream.stream, "metric": metric.key, "period": period.key, "position": place + 1,
                "from_value": place * width / _A_DAY,
                "until_value": None if place == MOST_SPANS else (place + 1) * width / _A_DAY,
                "observations": n, "share": n / len(minutes), "unit": metric.unit,
            }  # fmt: skip


DURATIONS_COUNTED = Report(DISTRIBUTIONS, ("cases", "failures"), rows)
