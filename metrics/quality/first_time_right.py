"""First-time-right: the share of completed cases that needed no rework.

Definition   Of the cases completed in the period, those without a rejection, a correction or a repeated step, at any
             time in their life. The stream file names what counts; technical retries and allowed repetition do not.
Unit         share, 0–1
Formula      amount = 1 when free of rework, else 0 ; base = 1
One row is   one completed case, dated by the local day it was finished
Reads        cases(outcome_kind, is_rework_free)
Read as      share; higher is better
Edge cases   open case               -> in neither numerator nor denominator
             abandoned or cancelled  -> not completed, so not right and not in the denominator; see completion_rate
             repeat on the allow-list -> right; counted in cases.allowed_repeats
             retry (attempt > 1)     -> right
             no rows                 -> no data, never 0
Not          rolled %C&A, the product over steps: it differs where failures come together.
Source       Womack & Jones 1996 (first-pass yield); UiPath Process Mining 'processed without revisions' is nearest.
Example      paid after one submission -> 1 ; rejected, resubmitted, paid -> 0 ; together 0.5
"""

from metrics.metric import Better, Metric, Reading, Statistic

FIRST_TIME_RIGHT = Metric(
    key="first_time_right",
    version="1.0.0",
    label="First-time-right",
    sentence="The share of completed cases that needed no rework.",
    unit="share",
    better=Better.HIGHER,
    reading=Reading.FINISHED,
    statistics=(Statistic.SHARE,),
    needs=("cases",),
    dimensions=("outcome", "release"),
    sql="""
SELECT case_id AS subject, finished_on AS observed_on, is_rework_free::INTEGER AS amount, 1 AS base, TRUE AS complete,
    outcome, release_at_trigger AS release, segments
FROM cases
WHERE stream = $stream AND outcome_kind = 'completed'
""",
)
