"""Failure restoration time: from when a failure began until work is back to normal.

Definition   For each failure episode that became steady in the period: from its onset to steady state. Where nobody
             knows when it began, it lasted at least since its detection, and at most since its case was triggered, or
             since the first case of the stream where it hit all: the value counts the former, `most` the latter.
Unit         days, elapsed
Formula      amount = (steady_at − onset_at, where unknown detected_at) / 1 day ; base = 1
One row is   one closed episode, dated by the local day it became steady
Reads        failures(onset_at, detected_at, steady_at), cases(triggered_at)
Read as      p50, p85 and p90; lower is better. No mean: the bounds of it would say nothing.
Edge cases   unknown onset          -> counted from its detection, with bounds
             steady before it began -> no row: the times are wrong
             open episode           -> no row; see failure_containment_time_started
             unknown case           -> bounded by the first case of the stream
             no rows                -> no data, never 0
Not          failure_containment_time, which leaves out how long nobody noticed.
Source       IEC 60050-192, time to restoration; the bounds after Manski 2003.
Example      began Mon 09:00, back to normal Wed 09:00 -> 2
"""

from metrics.failure.dimensions import COLUMNS, DIMENSIONS
from metrics.metric import Better, Metric, Reading, Statistic

FAILURE_RESTORATION_TIME = Metric(
    key="failure_restoration_time",
    version="1.0.0",
    label="Failure restoration time",
    sentence="How long it takes from the beginning of a failure until work is back to normal.",
    unit="days",
    better=Better.LOWER,
    reading=Reading.FINISHED,
    statistics=(
        Statistic.P50,
        Statistic.P85,
        Statistic.P90,
    ),
    needs=(
        "failures",
        "cases",
    ),
    dimensions=DIMENSIONS,
    bounded_by="when a failure began",
    sql=f"""
SELECT failure_id AS subject, steady_on AS observed_on,
    (epoch_us(steady_at) - epoch_us(began_at)) / 86400e6 AS amount, 1 AS base, amount AS least_amount, 1 AS least_base,
    (epoch_us(steady_at) - epoch_us(coalesce(onset_at, least(triggered_at, detected_at), began_at))) / 86400e6
        AS most_amount, 1 AS most_base, TRUE AS complete, {COLUMNS}
FROM (
    SELECT failures.*, coalesce(onset_at, detected_at) AS began_at,
        coalesce(triggered_at, (SELECT min(triggered_at) FROM cases WHERE stream = $stream)) AS triggered_at
    FROM (SELECT * FROM failures WHERE stream = $stream) failures
    LEFT JOIN (SELECT case_id, triggered_at FROM cases WHERE stream = $stream) cases USING (case_id)
)
WHERE steady_at >= began_at
""",
)
