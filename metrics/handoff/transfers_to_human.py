"""Transfers to people: how often automation hands a case over to a person.

Definition   Handoffs from a system or an AI agent to a human, for every case completed in the period. The steps where
             they happen stand in the report `handoff_matrix`.
Unit         ratio, transfers per case
Formula      Σ automated_to_human / number of cases
One row is   one completed case, dated by the local day it was finished
Reads        cases(automated_to_human, maybe_automated_to_human, automated_handoffs, manual_handoffs, unknown_handoffs)
Read as      ratio; lower is better
Edge cases   unknown performer kind -> not in the value; it has bounds, from none of those handoffs to all of them
             no kind known at all   -> no value but the bounds: nobody looked, so 0 would be a guess
             no handoff             -> 0 for that case: it was seen, and nobody was called
             to an external party   -> no transfer to a human of ours
             mode told as automated -> a transfer all the same: a person has the work now
             no rows                -> no data, never 0
Not          manual handoffs: those between two people are none of these, and neither is work given back to a system.
Source       Parasuraman, Sheridan & Wickens 2000, levels of automation; ours counts where control passes to a person.
Example      two cases, one of them handed over three times -> 1.5
"""

from metrics.metric import Better, Metric, Reading, Statistic

TRANSFERS_TO_HUMAN = Metric(
    key="transfers_to_human",
    version="1.0.0",
    label="Transfers to people",
    sentence="How often automation hands work over to a person, per case.",
    unit="ratio",
    better=Better.LOWER,
    reading=Reading.FINISHED,
    statistics=(Statistic.RATIO,),
    needs=("cases",),
    dimensions=("outcome", "release"),
    bounded_by="who performed a step",
    sql="""
SELECT case_id AS subject, finished_on AS observed_on, automated_to_human AS amount,
    CASE WHEN sum(automated_handoffs + manual_handoffs) OVER () = 0 AND sum(unknown_handoffs) OVER () > 0 THEN 0 ELSE 1
        END AS base,
    automated_to_human AS least_amount, 1 AS least_base,
    automated_to_human + maybe_automated_to_human AS most_amount, 1 AS most_base,
    TRUE AS complete, outcome, release_at_trigger AS release, segments
FROM cases
WHERE stream = $stream AND outcome_kind = 'completed'
""",
)
