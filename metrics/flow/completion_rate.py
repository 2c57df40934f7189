"""Completion rate: the share of ended cases that ended as the customer wished.

Definition   Of the cases that reached any outcome in the period, those whose outcome is of kind completed.
Unit         share, 0–1
Formula      amount = 1 when completed, else 0 ; base = 1
One row is   one ended case, dated by the local day of its outcome
Reads        cases(finished_on, outcome_kind)
Read as      share; higher is better
Edge cases   open case -> no row
             no rows   -> no data, never 0
Not          first_time_right: that also asks for no rework.
Source       ours; the complement is the share rejected, cancelled or abandoned.
Example      three paid, one withdrawn -> 0.75
"""

from metrics.metric import Better, Metric, Reading, Statistic

COMPLETION_RATE = Metric(
    key="completion_rate",
    version="1.0.0",
    label="Completed",
    sentence="The share of ended cases that ended as the customer wished.",
    unit="share",
    better=Better.HIGHER,
    reading=Reading.FINISHED,
    statistics=(Statistic.SHARE,),
    needs=("cases",),
    dimensions=("outcome", "release"),
    sql="""
SELECT case_id AS subject, finished_on AS observed_on, (outcome_kind = 'completed')::INTEGER AS amount, 1 AS base,
    TRUE AS complete, outcome, release_at_trigger AS release, segments
FROM cases
WHERE stream = $stream AND finished_on IS NOT NULL
""",
)
