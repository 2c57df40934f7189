"""The observations behind each value, as a count and a hash that no order changes, day by day.

One pass a metric serves every period: the hash of a period is the sum of the hashes of its days.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from metrics.baseline import Population
from metrics.metric import Metric
from metrics.observe import BOUNDS, newest_event_at, observation_sql
from metrics.stream.model import Stream

_HASHES = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class DailyInputs:
    """Running totals over the days with observations, by ordinal of the day; both totals begin with 0."""

    day: NDArray[np.int64]
    count: NDArray[np.int64]
    total: NDArray[np.uint64]

    def within(self, first_on: dt.date, until_on: dt.date) -> Population:
        """The observations dated from the first day on, the last one exclusive."""
        low, high = np.searchsorted(self.day, (first_on.toordinal(), until_on.toordinal()))
        fingerprint = (int(self.total[high]) - int(self.total[low])) & _HASHES
        return Population(int(self.count[high] - self.count[low]), f"{fingerprint:016x}")


def daily_inputs(connection: duckdb.DuckDBPyConnection, metric: Metric, stream: Stream) -> DailyInputs:
    """Every observation that counts in the values of a metric over everything: subject, day, amount, base, complete."""
    aged = {"as_of": newest_event_at(connection, stream)} if "$as_of" in metric.sql else {}
    ends = BOUNDS if metric.bounded_by else ()
    told = ", ".join(f"coalesce({name}::VARCHAR, '-')" for name in ("amount", "base", "complete", *ends, "subject"))
    rows = connection.execute(
        f"""
        SELECT day, count(*),
            (sum(md5_number_lower(concat_ws('|', day, {told}))::HUGEINT) % 18446744073709551616)::UBIGINT
        FROM ({observation_sql(metric, stream, with_subject=True)}) GROUP BY day ORDER BY day
        """,
        {"stream": stream.stream, **aged},
    ).fetchall()
    counts = np.cumsum([0, *(row[1] for row in rows)], dtype=np.int64)
    totals = np.cumsum(np.array([0, *(row[2] for row in rows)], dtype=np.uint64), dtype=np.uint64)
    return DailyInputs(np.array([row[0] for row in rows], dtype=np.int64), counts, totals)
