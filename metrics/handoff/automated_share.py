"""Automated share: of the handoffs of a case, how many no person takes part in.

Definition   A handoff is a change of the responsible between two consecutive steps of a case; automated between two of
             system and agent, manual where a person or an external party gives or takes, or as the event told. Over the
             cases completed in the period. Work that several cases share is counted in one of them.
Unit         share, 0–1
Formula      Σ automated_handoffs / (Σ automated_handoffs + Σ manual_handoffs)
One row is   one completed case, dated by the local day it was finished
Reads        cases(automated_handoffs, manual_handoffs, unknown_handoffs)
Read as      share of handoffs; higher is better
Edge cases   unknown performer kind -> in neither sum; the value has bounds, from all of them manual to all automated
             only unknown handoffs  -> no data: nothing known to divide by
             many handoffs          -> weigh by their number: the ratio of sums, not the mean of each case's share
             no rows                -> no data, never 0
Not          a share of events or of automated cases: the same log gives three rates by those (Celonis' own community
             shows 64.07, 65.45 and 65.51 %); this one has one definition, whatever the shape of the data.
Source       Celonis and UiPath, automation rate by user type of events; ours counts transfers, once each.
Example      system→system three times, system→human once -> 0.75
"""

from metrics.metric import Better, Metric, Reading, Statistic

AUTOMATED_SHARE = Metric(
    key="automated_share",
    version="1.0.0",
    label="Automated share of handoffs",
    sentence="The share of handoffs that no person takes part in.",
    unit="share",
    better=Better.HIGHER,
    reading=Reading.FINISHED,
    statistics=(Statistic.SHARE,),
    needs=("cases",),
    dimensions=("outcome", "release"),
    bounded_by="who performed a step",
    sql="""
SELECT case_id AS subject, finished_on AS observed_on, automated_handoffs AS amount,
    automated_handoffs + manual_handoffs AS base,
    automated_handoffs AS least_amount, automated_handoffs + manual_handoffs + unknown_handoffs AS least_base,
    automated_handoffs + unknown_handoffs AS most_amount,
    automated_handoffs + manual_handoffs + unknown_handoffs AS most_base,
    TRUE AS complete, outcome, release_at_trigger AS release, segments
FROM cases
WHERE stream = $stream AND outcome_kind = 'completed'
""",
)
