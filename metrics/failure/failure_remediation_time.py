"""Failure remediation time: from noticing a failure until the defect was repaired.

Definition   For each failure episode remediated in the period: from detection to remediation, whether or not work is
             back to normal yet.
Unit         days, elapsed
Formula      amount = (remediated_at − detected_at) / 1 day ; base = 1
One row is   one remediated episode, dated by the local day it was remediated
Reads        failures(detected_at, remediated_at, remediated_on)
Read as      p50 and mean; lower is better
Edge cases   never remediated -> no row
             no rows          -> no data, never 0
Not          failure_containment_time: that ends at steady state.
Source       NIST SP 800-61r2 (eradication and recovery are stages of their own).
Example      rejected Mon 09:00, resubmitted Tue 09:00 -> 1
"""

from metrics.failure.dimensions import COLUMNS, DIMENSIONS
from metrics.metric import Better, Metric, Reading, Statistic

FAILURE_REMEDIATION_TIME = Metric(
    key="failure_remediation_time",
    version="1.0.0",
    label="Failure remediation time",
    sentence="How long it takes from noticing a failure until the defect is repaired.",
    unit="days",
    better=Better.LOWER,
    reading=Reading.FINISHED,
    statistics=(Statistic.P50, Statistic.MEAN),
    needs=("failures",),
    dimensions=DIMENSIONS,
    sql=f"""
SELECT failure_id AS subject, remediated_on AS observed_on,
    (epoch_us(remediated_at) - epoch_us(detected_at)) / 86400e6 AS amount, 1 AS base, TRUE AS complete,
    {COLUMNS}
FROM failures
WHERE stream = $stream AND remediated_at >= detected_at
""",
)
