"""Unattributed failures: the share of which nobody says whether a release caused them.

Definition   Of the failure episodes noticed in the period, those that no event linked to a cause and no release window
             covers.
Unit         share, 0–1
Formula      amount = 1 when unattributed, else 0 ; base = 1
One row is   one episode, dated by the local day it was detected
Reads        failures(attributed_by, detected_on)
Read as      share; lower is better
Edge cases   told that no release was -> attributed
             no rows                  -> no data, never 0
Not          failures without a cause.
Source       ours; a share of release-caused failures says nothing without it.
Example      of four failures one is linked to a release, one is known to be of none, two are unknown -> 0.5
"""

from metrics.failure.dimensions import COLUMNS, DIMENSIONS
from metrics.metric import Better, Metric, Reading, Statistic

UNATTRIBUTED_FAILURES = Metric(
    key="unattributed_failures",
    version="1.0.0",
    label="Unattributed failures",
    sentence="The share of failures of which nobody says whether a release caused them.",
    unit="share",
    better=Better.LOWER,
    reading=Reading.HAPPENED,
    statistics=(Statistic.SHARE,),
    needs=("failures",),
    dimensions=DIMENSIONS,
    sql=f"""
SELECT failure_id AS subject, detected_on AS observed_on, (attributed_by IS NULL)::INTEGER AS amount, 1 AS base,
    TRUE AS complete, {COLUMNS}
FROM failures
WHERE stream = $stream
""",
)
