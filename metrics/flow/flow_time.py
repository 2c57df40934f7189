"""Flow time: how long a customer waits from the trigger to the completed outcome.

Definition   For each case that was completed in the period: from its first accepted trigger to its first accepted
             outcome, queues, nights and people included.
Unit         days, elapsed (24 hours each)
Formula      amount = (finished_at − triggered_at) / 1 day ; base = 1
One row is   one completed case, dated by the local day it was finished
Reads        cases(triggered_at, finished_at, outcome_kind)
Read as      p50, p85, p90 and mean; lower is better
Edge cases   open case             -> no row here; see flow_time_started
             rejected or cancelled -> no row; see completion_rate
             finished < triggered  -> no row; counted by the check `cases_end_after_they_begin`
             reopened              -> once, at its first outcome
             no rows               -> no data, never 0
Not          cycle time: that begins when work begins. Not flow_time_started: that counts open work too.
Source       Kersten 2018, Project to Product (flow time); ours ends at the customer's outcome, not at a deployment.
Example      triggered Mon 09:00, finished Tue 15:00 -> 1.25
"""

from metrics.metric import Better, Metric, Reading, Statistic

FLOW_TIME = Metric(
    key="flow_time",
    version="1.0.0",
    label="Flow time",
    sentence="How long a customer waits from the trigger to the completed outcome.",
    unit="days",
    better=Better.LOWER,
    reading=Reading.FINISHED,
    statistics=(Statistic.P50, Statistic.P85, Statistic.P90, Statistic.MEAN),
    needs=("cases",),
    dimensions=("outcome", "release"),
    sql="""
SELECT case_id AS subject, finished_on AS observed_on,
    (epoch_us(finished_at) - epoch_us(triggered_at)) / 86400e6 AS amount, 1 AS base, TRUE AS complete,
    outcome, release_at_trigger AS release, segments
FROM cases
WHERE stream = $stream AND outcome_kind = 'completed' AND finished_at >= triggered_at
""",
)
