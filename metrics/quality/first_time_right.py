"""First-time-right: the share of completed cases that needed no rework.

Definition   Of the cases completed in the period, those without rework of a kind that counts, at any time in their
             life: a self-loop or loop, a rejection, a correction, an outcome reversed; a move back and other work after
             the outcome where the stream file counts them. Technical retries and allowed repetition never do.
Unit         share, 0–1
Formula      amount = 1 when free of rework, else 0 ; base = 1
One row is   one completed case, dated by the local day it was finished
Reads        cases(outcome_kind, is_rework_free, first_rework_at)
Read as      share; higher is better. A period is final once its cases have had the p95 of the time that rework after
             the finish takes to show (matures_on); until then its value is published, no case left out, and labelled
             'may still fall': to leave young cases out would keep the quick ones.
Edge cases   open case               -> in neither numerator nor denominator
             abandoned or cancelled  -> not completed, so not right and not in the denominator; see completion_rate
             repeat on the allow-list -> right; counted in cases.allowed_repeats, its effect in rework_allowance
             retry (attempt > 1)     -> right; counted in cases.retries
             completed, then cancelled -> completed, and not right
             kind that does not count -> right; counted in its own column of cases
             young period            -> labelled 'may still fall' until matures_on
             no rows                 -> no data, never 0
Not          rolled %C&A, the product over steps: it differs where failures come together (see the report accuracy).
Source       Womack & Jones 1996 (first-pass yield); UiPath Process Mining 'processed without revisions' is nearest.
             Ours names its kinds, discloses its allow-list, and says when a value is final.
Example      paid after one submission -> 1 ; rejected, resubmitted, paid -> 0 ; together 0.5
"""

from metrics.metric import Better, Maturing, Metric, Reading, Statistic

FIRST_TIME_RIGHT = Metric(
    key="first_time_right",
    version="2.0.0",
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
    maturing=Maturing(
        still="fall",
        sql="""
SELECT coalesce(ceil((epoch_us(first_rework_at) - epoch_us(finished_at)) / 86400e6),
        floor((epoch_us($newest_at::TIMESTAMP) - epoch_us(finished_at)) / 86400e6)) AS days,
    first_rework_at IS NOT NULL AS is_seen
FROM cases
WHERE stream = $stream AND outcome_kind = 'completed' AND coalesce(first_rework_at > finished_at, TRUE)
""",
    ),
)
