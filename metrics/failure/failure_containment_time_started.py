"""Failure containment time of all detected: how long failures last, those still open counted.

Definition   For each failure episode noticed in the period: from detection to steady state, or, while it is open, to
             the instant of looking ($as_of: the newest event of the stream), as 'at least this long'.
Unit         days, elapsed
Formula      amount = ((steady_at if steady by $as_of, else $as_of) − detected_at) / 1 day
One row is   one episode, dated by the local day it was detected
Reads        failures(detected_at, steady_at)
Read as      p50, p85, p90 of the Kaplan–Meier curve; lower is better
Edge cases   all open, or too many  -> no data, with the reason
             steady before detected -> no row
             steady after $as_of    -> open: it was so then
             no rows                -> no data, never 0
Not          failure_containment_time: that looks at what became steady, and looks better while failures pile up.
Source       Kaplan & Meier 1958; no peer was found that counts open incidents in a duration.
Example      three episodes of 1, 2 and 3 days, a fourth open since 5 days -> p50 = 2
"""

from metrics.failure.dimensions import COLUMNS, DIMENSIONS
from metrics.metric import Better, Metric, Reading, Statistic

FAILURE_CONTAINMENT_TIME_STARTED = Metric(
    key="failure_containment_time_started",
    version="1.0.0",
    label="Failure containment time of all detected",
    sentence="How long it takes until work is back to normal, failures still open counted.",
    unit="days",
    better=Better.LOWER,
    reading=Reading.STARTED,
    statistics=(
        Statistic.P50,
        Statistic.P85,
        Statistic.P90,
    ),
    needs=("failures",),
    dimensions=DIMENSIONS,
    sql=f"""
SELECT failure_id AS subject, detected_on AS observed_on,
    (epoch_us(CASE WHEN is_done THEN steady_at ELSE $as_of END) - epoch_us(detected_at)) / 86400e6 AS amount, 1 AS base,
    is_done AS complete, {COLUMNS}
FROM (
    SELECT *, coalesce(steady_at <= $as_of, FALSE) AS is_done
    FROM failures
    WHERE stream = $stream AND detected_at <= $as_of AND (steady_at IS NULL OR steady_at >= detected_at)
)
""",
)
