"""Step pairs: how often work goes from one kind of performer to another, the 2×2 behind the handoff ratio.

Definition   Every two consecutive steps of a case, by the kinds of their performers; `is_handoff` tells whether the
             responsible changed. All cases, open ones included. A step that several cases share is counted in one.
Unit         count
Formula      number of rows
One row is   one step that has a step before it, dated by its local day
Reads        steps(previous_performer_kind, performer_kind, is_handoff, is_pair_counted)
Read as      count by dimension; more automation shows as more system pairs
Edge cases   first step of a case      -> no row
             step of several cases     -> its pairs count in the case that counts it
             no rows                   -> no data, never 0
Not          handoff_ratio: most pairs are no handoff.
Source       van der Aalst 2016, handover of work.
Example      human, human, system -> one human→human, one human→system
"""

from metrics.metric import Better, Metric, Reading, Statistic

STEP_PAIRS = Metric(
    key="step_pairs",
    version="1.1.0",
    label="Step pairs",
    sentence="How often work goes from one kind of performer to another.",
    unit="count",
    better=Better.HIGHER,
    reading=Reading.HAPPENED,
    statistics=(Statistic.COUNT,),
    needs=("steps",),
    dimensions=("previous_performer_kind", "performer_kind", "is_handoff", "previous_step", "step", "release"),
    sql="""
SELECT case_id || ':' || position AS subject, happened_on AS observed_on, 1 AS amount, 1 AS base, TRUE AS complete,
    previous_performer_kind, performer_kind, is_handoff, previous_step, step, release
FROM steps
WHERE stream = $stream AND is_pair_counted
""",
)
