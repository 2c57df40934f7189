"""Failure spread time: from noticing a failure until no further case is harmed.

Definition   For each failure episode contained in the period: from detection to containment, the instant from which no
             new case was affected. Told by events or steps; in a watched rate the start of the first quiet window.
Unit         days, elapsed
Formula      amount = (contained_at − detected_at) / 1 day ; base = 1
One row is   one contained episode, dated by the local day it was contained
Reads        failures(detected_at, contained_at, contained_on)
Read as      p50, p85, p90 and mean; lower is better
Edge cases   never contained           -> no row
             contained before detected -> no row: it had stopped before anybody knew
             still open                -> counted: it was contained
             no rows                   -> no data, never 0
Not          failure_containment_time, our headline, which ends when work is back to normal. Elsewhere "containment" is
             this stage alone.
Source       NIST SP 800-61r2, containment; AWS Security Incident Response Guide, time to contain.
Example      noticed Mon 09:00, no further order hit from Mon 21:00 on -> 0.5
"""

from metrics.failure.dimensions import COLUMNS, DIMENSIONS
from metrics.metric import Better, Metric, Reading, Statistic

FAILURE_SPREAD_TIME = Metric(
    key="failure_spread_time",
    version="1.0.0",
    label="Failure spread time",
    sentence="How long it takes from noticing a failure until no further case is harmed.",
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
SELECT failure_id AS subject, contained_on AS observed_on,
    (epoch_us(contained_at) - epoch_us(detected_at)) / 86400e6 AS amount, 1 AS base, TRUE AS complete, {COLUMNS}
FROM failures
WHERE stream = $stream AND contained_at >= detected_at
""",
)
