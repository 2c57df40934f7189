"""Failure triage time: from noticing a failure until somebody owns it.

Definition   For each failure episode triaged in the period: from detection until it was known what it is and who cares
             for it.
Unit         days, elapsed
Formula      amount = (triaged_at − detected_at) / 1 day ; base = 1
One row is   one triaged episode, dated by the local day it was triaged
Reads        failures(detected_at, triaged_at, triaged_on)
Read as      p50, p85, p90 and mean; lower is better
Edge cases   never triaged           -> no row
             triaged before detected -> no row: the times are wrong
             still open              -> counted: it was triaged
             no rows                 -> no data, never 0
Not          mean time to acknowledge an alert: a message read is no owner found.
Source       NIST SP 800-61r2, prioritisation; AWS Security Incident Response Guide, time to acknowledge, is nearest.
Example      noticed Mon 09:00, owned Mon 12:00 -> 0.125
"""

from metrics.failure.dimensions import COLUMNS, DIMENSIONS
from metrics.metric import Better, Metric, Reading, Statistic

FAILURE_TRIAGE_TIME = Metric(
    key="failure_triage_time",
    version="1.0.0",
    label="Failure triage time",
    sentence="How long it takes from noticing a failure until somebody owns it.",
    unit="days",
    better=Better.LOWER,
    reading=Reading.FINISHED,
    statistics=(
        Statistic.P50,
        Statistic.P85,
        Statistic.P90,
        Statistic.MEAN,
    ),
    needs=("failures",),
    dimensions=DIMENSIONS,
    sql=f"""
SELECT failure_id AS subject, triaged_on AS observed_on,
    (epoch_us(triaged_at) - epoch_us(detected_at)) / 86400e6 AS amount, 1 AS base, TRUE AS complete, {COLUMNS}
FROM failures
WHERE stream = $stream AND triaged_at >= detected_at
""",
)
