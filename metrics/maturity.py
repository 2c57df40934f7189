"""Maturity: from which day on a value is final, its youngest cases having had the time that trouble takes to show.

The window is the p95 of the time from what dates a case to what moved it. Young cases have shown only quick trouble so
far, so that time is read from a curve on which they count as still at risk (Kaplan & Meier 1958, by whole days). The
curve is read as far as 30 cases are still watched: of all that came by then, 95 % had come within the window. Where
fewer than 20 were seen there is no 95th percentile, and the window is the longest time seen; 0 where nothing was.
Doubt: trouble later than anything watched so far is not known of; a stream younger than its window finds it too short.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from metrics.facts.local_day import local_day
from metrics.metric import Metric
from metrics.observe import newest_event_at
from metrics.periods import Period
from metrics.query import one_value
from metrics.stream.model import Stream

SHARE = 0.95
FEWEST_SEEN = 20
FEWEST_WATCHED = 30
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Maturity:
    """How long values of a metric still move in a stream: `window_days` after a period, read from `seen` cases.

    `newest_on` is the local day of the newest event: no clock decides what is young.
    """

    window_days: int
    seen: int
    newest_on: dt.date
    still: str

    def matures_on(self, period: Period) -> dt.date:
        """The local day from which a period's value is final."""
        return period.until_on + dt.timedelta(days=self.window_days)

    def may_still(self, period: Period) -> str | None:
        """'fall' or 'rise' while the period's value is not final; None where nothing ever moved one."""
        return self.still if self.window_days and self.newest_on < self.matures_on(period) else None


def maturity_of(connection: duckdb.DuckDBPyConnection, metric: Metric, stream: Stream) -> Maturity | None:
    """The maturity of a metric's values; None where nothing moves them, or there is no case yet."""
    newest_at = newest_event_at(connection, stream)
    if metric.maturing is None or newest_at is None:
        return None
    told = {"stream": stream.stream, "newest_at": newest_at}
    sql = (
        "SELECT days::BIGINT AS days, count(*) AS cases, count(*) FILTER (is_seen) AS seen "
        f"FROM ({metric.maturing.sql}) GROUP BY ALL ORDER BY ALL"
    )
    found = connection.sql(sql, params=told).fetchnumpy()
    days, cases, seen = (np.asarray(found[name], dtype=np.int64) for name in ("days", "cases", "seen"))
    newest_on = one_value(
        connection, f"SELECT {local_day(stream.time_zone)('$newest_at::TIMESTAMP')}", {"newest_at": newest_at}
    )
    return Maturity(window_of(days, cases, seen), int(seen.sum()), newest_on, metric.maturing.still)


def window_of(days: NDArray[np.int64], cases: NDArray[np.int64], seen: NDArray[np.int64]) -> int:
    """The window in whole days: of `cases` watched for each of `days` (ascending), trouble was `seen` on so many.

    Without cases, or without any seen, it is 0.
    """
    if not seen.any():
        return 0
    if seen.sum() < FEWEST_SEEN:
        return int(days[seen > 0].max())
    watched = np.cumsum(cases[::-1])[::-1]
    shown = 1 - np.cumprod(1 - seen / watched)
    reach = max(1, int(np.count_nonzero(watched >= FEWEST_WATCHED)))
    enough = SHARE * shown[reach - 1] - _ROUNDING
    return int(days[np.argmax(shown >= enough)])
