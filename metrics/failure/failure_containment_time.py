"""Failure containment time: from noticing a failure until work is back to normal.

Definition   For each failure episode that became steady in the period: from detection to steady state. An item that
             failed is steady when it has passed the step that failed; an incident when its events say so, or when the
             watched failure rate is back inside its band for some windows in a row and every case that failed meanwhile
             has passed the step or ended.
Unit         days, elapsed
Formula      amount = (steady_at − detected_at) / 1 day ; base = 1
One row is   one closed episode, dated by the local day it became steady
Reads        failures(detected_at, steady_at, rule, severity)
Read as      p50, p85, p90 and mean; lower is better
Edge cases   open episode          -> no row here, but counted: see open_failures and failure_containment_time_started
             overlapping failures  -> one episode, from the first sign to the steady step
             healed without anyone -> counted like any other; see auto_healed_failures
             no rows               -> no data, never 0
Not          MTTR, which has at least four meanings. Not failure_remediation_time, which ends when it was repaired.
Source       NIST SP 800-61r2 for the stages; DORA's failed deployment recovery time is the release-caused part.
Example      rejected Mon 09:00, approved Wed 09:00 -> 2
"""

from metrics.failure.dimensions import COLUMNS, DIMENSIONS
from metrics.metric import Better, Metric, Reading, Statistic

FAILURE_CONTAINMENT_TIME = Metric(
    key="failure_containment_time",
    version="1.1.0",
    label="Failure containment time",
    sentence="How long it takes from noticing a failure until work is back to normal.",
    unit="days",
    better=Better.LOWER,
    reading=Reading.FINISHED,
    statistics=(Statistic.P50, Statistic.P85, Statistic.P90, Statistic.MEAN),
    needs=("failures",),
    dimensions=DIMENSIONS,
    sql=f"""
SELECT failure_id AS subject, steady_on AS observed_on,
    (epoch_us(steady_at) - epoch_us(detected_at)) / 86400e6 AS amount, 1 AS base, TRUE AS complete,
    {COLUMNS}
FROM failures
WHERE stream = $stream AND steady_at >= detected_at
""",
)
