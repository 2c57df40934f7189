"""Open failures: the share of failure episodes that are not back to normal yet.

Definition   Of the episodes detected in the period, those without a steady instant.
Unit         share, 0–1
Formula      amount = 1 when open, else 0 ; base = 1
One row is   one failure episode, dated by the local day it was detected
Reads        failures(detected_on, steady_at)
Read as      share; lower is better
Edge cases   newest period -> still falls as work is finished
             no rows       -> no data, never 0
Not          a count of failures: see n beside the share.
Source       ours; a containment time without it hides what was never contained.
Example      four rejected claims, one never approved -> 0.25
"""

from metrics.failure.dimensions import COLUMNS, DIMENSIONS
from metrics.metric import Better, Metric, Reading, Statistic

OPEN_FAILURES = Metric(
    key="open_failures",
    version="1.0.0",
    label="Failures still open",
    sentence="The share of failures that are not back to normal yet.",
    unit="share",
    better=Better.LOWER,
    reading=Reading.HAPPENED,
    statistics=(Statistic.SHARE,),
    needs=("failures",),
    dimensions=DIMENSIONS,
    sql=f"""
SELECT failure_id AS subject, detected_on AS observed_on, (steady_at IS NULL)::INTEGER AS amount, 1 AS base,
    TRUE AS complete, {COLUMNS}
FROM failures
WHERE stream = $stream
""",
)
