"""Handoff ratio: automated handoffs for every manual one.

Definition   A handoff is a change of the responsible (performer, role or team, as the stream file says) between two
             consecutive steps of a case. Between two of system and agent it is automated; where a person or an
             external party gives or takes, it is manual; a mode the event told (handoff.mode) beats both. What several
             cases share is counted in one. Over the cases completed in the period.
Unit         ratio, automated per manual one ("2.4 : 1")
Formula      Σ automated_handoffs / Σ manual_handoffs
One row is   one completed case, dated by the local day it was finished
Reads        cases(automated_handoffs, manual_handoffs, unknown_handoffs)
Read as      ratio; higher is better
Edge cases   unknown performer kind -> in neither sum; the value has bounds, from all of them manual to all automated
             no manual handoff      -> no data: nothing to divide by, never infinity
             no rows                -> no data, never 0
Not          an automation rate by duration: a fast person is not automation.
Source       Celonis and UiPath rate steps by user type; ours counts transfers, once each.
Example      system→system twice, system→human once -> 2.0
"""

from metrics.metric import Better, Metric, Reading, Statistic

HANDOFF_RATIO = Metric(
    key="handoff_ratio",
    version="1.2.0",
    label="Automated-to-manual handoffs",
    sentence="How many handoffs are automated for every one a person takes part in.",
    unit="ratio",
    better=Better.HIGHER,
    reading=Reading.FINISHED,
    statistics=(Statistic.RATIO,),
    needs=("cases",),
    dimensions=("outcome", "release"),
    bounded_by="who performed a step",
    sql="""
SELECT case_id AS subject, finished_on AS observed_on, automated_handoffs AS amount, manual_handoffs AS base,
    automated_handoffs AS least_amount, manual_handoffs + unknown_handoffs AS least_base,
    automated_handoffs + unknown_handoffs AS most_amount, manual_handoffs AS most_base,
    TRUE AS complete, outcome, release_at_trigger AS release, segments
FROM cases
WHERE stream = $stream AND outcome_kind = 'completed'
""",
)
