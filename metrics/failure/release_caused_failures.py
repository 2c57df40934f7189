"""Failures caused by a release: the share that is put down to one.

Definition   Of the failure episodes noticed in the period, those put down to a release: events told it, or, where they
             are silent, the failure was detected within the hours after a release that its rule allows. Where neither
             is so, nobody knows: these are not counted as caused, and `most` counts all of them.
Unit         share, 0–1
Formula      amount = 1 when put down to a release, else 0 ; base = 1
One row is   one episode, dated by the local day it was detected
Reads        failures(caused_by_release, attributed_by, detected_on)
Read as      share; lower is better
Edge cases   unattributed             -> not caused, with bounds
             told that no release was -> not caused, for certain
             no rows                  -> no data, never 0
Not          the change failure rate: that divides by deployments. Not the release in force: a failure under a release
             need not be of it.
Source       DORA, failed deployment recovery time, for the population; ours shows what nobody attributed.
Example      of four failures one is linked to release 2.4, one to none, two are unknown -> 0.25, at most 0.75
"""

from metrics.failure.dimensions import COLUMNS, DIMENSIONS
from metrics.metric import Better, Metric, Reading, Statistic

RELEASE_CAUSED_FAILURES = Metric(
    key="release_caused_failures",
    version="1.0.0",
    label="Failures caused by a release",
    sentence="The share of failures that are put down to a release.",
    unit="share",
    better=Better.LOWER,
    reading=Reading.HAPPENED,
    statistics=(Statistic.SHARE,),
    needs=("failures",),
    dimensions=DIMENSIONS,
    bounded_by="what caused a failure",
    sql=f"""
SELECT failure_id AS subject, detected_on AS observed_on, (caused_by_release IS NOT NULL)::INTEGER AS amount, 1 AS base,
    amount AS least_amount, 1 AS least_base,
    (caused_by_release IS NOT NULL OR attributed_by IS NULL)::INTEGER AS most_amount, 1 AS most_base, TRUE AS complete,
    {COLUMNS}
FROM failures
WHERE stream = $stream
""",
)
