"""Freed hours as measured: (hours of people per case then − now) × cases now, with the range that this has.

Hours of people are the touch time of human steps, each execution for itself: two people at once are two hours (the
clock of `time_parts` would say one, and counts systems and agents). A case counts where it was completed, also one that
nobody had to work on: that is what was freed. Then is the window of the frozen baseline, or the quarter a claim names.
It is not measured where nothing was completed, or where fewer executions tell their work than the stream file's
`gates.completeness` asks for: work that nobody told is unknown, not freed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import duckdb
import numpy as np

from metrics.compare import mover
from metrics.finance.benefit import Frees
from metrics.finance.course import rounded
from metrics.metric import Observations, Statistic, Summary
from metrics.periods import Period
from metrics.stream.model import Stream
from metrics.summarise import summarise

NO_WINDOW = "no baseline is frozen to hold it against"
OVERLAPS = "the quarter is not later than what it would be held against"
NO_CASES = "nothing was completed"
UNTOLD = "too many steps told no work"

# One row a completed case, in an order of their own and hours summed in microseconds, so that the same steps give the
# same bits whatever order threads hand them on in. Parameters $stream, $first_on, $until_on, $step, $role (NULL: any).
_HOURS = """
SELECT (finished_on - DATE '1970-01-01')::BIGINT + 719163 AS day, coalesce(hours, 0)::DOUBLE AS hours,
    coalesce(told, 0) AS told, coalesce(executions, 0) AS executions
FROM (
    SELECT case_id, finished_on FROM cases
    WHERE stream = $stream AND outcome_kind = 'completed' AND finished_on >= $first_on AND finished_on < $until_on
) LEFT JOIN (
    SELECT case_id, sum(round(touch_hours * 3.6e9)::HUGEINT) / 3.6e9 AS hours,
        count(touch_hours) AS told, count(*) AS executions FROM steps
    WHERE stream = $stream AND performer_kind = 'human' AND is_counted AND ended_at IS NOT NULL
        AND ($step IS NULL OR step = $step) AND ($role IS NULL OR role = $role)
    GROUP BY case_id
) USING (case_id) ORDER BY day, hours"""


@dataclass(frozen=True, slots=True)
class Worked:
    """Hours of people per completed case in a window: the mean with its range; None, and `reason` says why."""

    summary: Summary | None
    cases: int
    untold: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Freed:
    """Hours freed in a quarter, with their 95 % range; None where not measured, and `reason` says why."""

    then: Worked | None
    now: Worked
    hours: float | None
    low: float | None
    high: float | None
    reason: str | None

    @property
    def exact(self) -> Decimal | None:
        """The hours as claims are held against them."""
        return None if self.hours is None else rounded(Decimal(repr(self.hours)))


def worked_in(connection: duckdb.DuckDBPyConnection, stream: Stream, scope: Frees, window: Period) -> Worked:
    """Hours of people per case completed in a window; reads `cases` and `steps`."""
    told = {"stream": stream.stream, "first_on": window.first_on, "until_on": window.until_on}
    found = connection.execute(_HOURS, {**told, "step": scope.step, "role": scope.role}).fetchnumpy()
    day, hours = np.asarray(found["day"], dtype=np.int64), np.asarray(found["hours"], dtype=np.float64)
    executions, untold = int(found["executions"].sum()), int((found["executions"] - found["told"]).sum())
    if not len(day):
        return Worked(None, 0, 0, NO_CASES)
    if executions and (executions - untold) / executions < stream.gates.completeness:
        return Worked(None, len(day), untold, UNTOLD)
    ones = np.ones(len(day))
    seen = Observations(day, hours, ones, ones > 0, window.first_on.toordinal(), window.until_on.toordinal())
    return Worked(summarise(seen, Statistic.MEAN), len(day), untold)


def freed_in(then: Worked | None, now: Worked) -> Freed:
    """What two windows say: MOVER on their means, times the cases now, which are counted and not estimated."""
    if then is None or then.summary is None or now.summary is None:
        reason = NO_WINDOW if then is None else then.reason or now.reason
        return Freed(then, now, None, None, None, reason)
    before, after = then.summary, now.summary
    if before.value is None or after.value is None:
        return Freed(then, now, None, None, None, before.reason or after.reason)
    low, high = mover(after.value, after.low, after.high, before.value, before.low, before.high)
    return Freed(
        then, now, (before.value - after.value) * now.cases, low and low * now.cases, high and high * now.cases, None
    )
