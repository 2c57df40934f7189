"""Flow time: how long a customer waits from the trigger to the completed outcome.

Definition   For each case that was completed in the period: from its first accepted trigger to its first accepted
             outcome, queues, nights and people included.
Unit         days, elapsed (24 hours each)
Formula      amount = (finished_at − triggered_at) / 1 day ; base = 1. Where times are told less precisely, the middle
             between the least and the most it can be: least = finished_at − (triggered_at + its precision), most =
             (finished_at + its precision) − triggered_at.
One row is   one completed case, dated by the local day it was finished
Reads        cases(triggered_at, triggered_within_us, finished_at, finished_within_us, outcome_kind)
Read as      p50, p85, p90 and mean; lower is better
Edge cases   open case             -> no row here; see flow_time_started
             rejected or cancelled -> no row; see completion_rate
             finished < triggered  -> no row, counted by the check `cases_end_after_they_begin`
             order not known       -> a row where its precision allows an outcome after the trigger; its least is
                                      negative then, never clamped to 0, and the check
                                      `order_of_trigger_and_outcome_is_known` counts it
             dates without times   -> one day less is the least, one day more the most
             reopened              -> once, at its first outcome
             no rows               -> no data, never 0
Not          cycle time: that begins when work begins. Not flow_time_started: that counts open work too.
Source       Kersten 2018, Project to Product (flow time); ours ends at the customer's outcome, not at a deployment.
Example      triggered Mon 09:00, finished Tue 15:00 -> 1.25
"""

from metrics.metric import Better, Metric, Reading, Statistic

FLOW_TIME = Metric(
    key="flow_time",
    version="1.1.0",
    label="Flow time",
    sentence="How long a customer waits from the trigger to the completed outcome.",
    unit="days",
    better=Better.LOWER,
    reading=Reading.FINISHED,
    statistics=(Statistic.P50, Statistic.P85, Statistic.P90, Statistic.MEAN),
    needs=("cases",),
    dimensions=("outcome", "release"),
    bounded_by="the exact time within what was told",
    sql="""
SELECT case_id AS subject, finished_on AS observed_on, (told_us + (end_us - begin_us) / 2) / 86400e6 AS amount,
    1 AS base, (told_us - begin_us) / 86400e6 AS least_amount, 1 AS least_base,
    (told_us + end_us) / 86400e6 AS most_amount, 1 AS most_base, TRUE AS complete,
    outcome, release_at_trigger AS release, segments
FROM (
    SELECT *, epoch_us(finished_at) - epoch_us(triggered_at) AS told_us,
        coalesce(triggered_within_us, 0) AS begin_us, coalesce(finished_within_us, 0) AS end_us
    FROM cases WHERE stream = $stream AND outcome_kind = 'completed'
)
WHERE told_us >= 0 OR told_us + end_us > 0
""",
)
