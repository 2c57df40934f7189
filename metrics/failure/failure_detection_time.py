"""Failure detection time: from when a failure began until it was noticed.

Definition   For each failure episode noticed in the period whose beginning is known: from its onset to its detection.
             Onsets are told by events, are the last `onset` step of a rule before the failing one, or the start of the
             first window in which a watched rate was outside of its band.
Unit         days, elapsed
Formula      amount = (detected_at − onset_at) / 1 day ; base = 1
One row is   one episode with a known onset, dated by the local day it was detected
Reads        failures(onset_at, detected_at)
Read as      p50, p85, p90 and mean; lower is better
Edge cases   unknown onset         -> no row; its share is in the account of `streamgauge explain`
             onset after detection -> no row: the times are wrong
             still open            -> counted: it was noticed
             no rows               -> no data, never 0
Not          the time until somebody acted: that is failure_triage_time.
Source       NIST SP 800-61r2, detection and analysis; AWS Security Incident Response Guide, time to detect.
Example      began Mon 09:00, noticed Mon 15:00 -> 0.25
"""

from metrics.failure.dimensions import COLUMNS, DIMENSIONS
from metrics.metric import Better, Metric, Reading, Statistic

FAILURE_DETECTION_TIME = Metric(
    key="failure_detection_time",
    version="1.0.0",
    label="Failure detection time",
    sentence="How long a failure goes on before it is noticed.",
    unit="days",
    better=Better.LOWER,
    reading=Reading.HAPPENED,
    statistics=(
        Statistic.P50,
        Statistic.P85,
        Statistic.P90,
        Statistic.MEAN,
    ),
    needs=("failures",),
    dimensions=DIMENSIONS,
    sql=f"""
SELECT failure_id AS subject, detected_on AS observed_on,
    (epoch_us(detected_at) - epoch_us(onset_at)) / 86400e6 AS amount, 1 AS base, TRUE AS complete, {COLUMNS}
FROM failures
WHERE stream = $stream AND detected_at >= onset_at
""",
)
