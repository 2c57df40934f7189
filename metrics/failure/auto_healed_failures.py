"""Failures healed by themselves: the share that became steady without any person.

Definition   Of the failure episodes that became steady in the period, those in which no person took part: of one item,
             every step after the failing one up to the steady one was a system's or an agent's; told by events, nobody
             triaged or repaired it, unless an event says otherwise; in a watched rate, machines brought every case past
             the step that failed.
Unit         share, 0–1
Formula      amount = 1 when healed by itself, else 0 ; base = 1
One row is   one closed episode, dated by the local day it became steady
Reads        failures(is_auto_healed, steady_on)
Read as      share; higher is better
Edge cases   unknown performer -> bounds: from none of these healed by itself to all
             open episode      -> no row: nobody knows yet
             no rows           -> no data, never 0
Not          an alert that was closed by itself: work must be back to normal.
Source       ours; incident tools see only what somebody wrote down, so they miss the short failures (survivorship).
Example      of four failures one was retried by a machine and passed -> 0.25
"""

from metrics.failure.dimensions import COLUMNS, DIMENSIONS
from metrics.metric import Better, Metric, Reading, Statistic

AUTO_HEALED_FAILURES = Metric(
    key="auto_healed_failures",
    version="1.0.0",
    label="Failures healed by themselves",
    sentence="The share of failures that were over without any person.",
    unit="share",
    better=Better.HIGHER,
    reading=Reading.FINISHED,
    statistics=(Statistic.SHARE,),
    needs=("failures",),
    dimensions=DIMENSIONS,
    bounded_by="who took part",
    sql=f"""
SELECT failure_id AS subject, steady_on AS observed_on, coalesce(is_auto_healed, FALSE)::INTEGER AS amount, 1 AS base,
    amount AS least_amount, 1 AS least_base, coalesce(is_auto_healed, TRUE)::INTEGER AS most_amount, 1 AS most_base,
    TRUE AS complete, {COLUMNS}
FROM failures
WHERE stream = $stream AND steady_at IS NOT NULL
""",
)
