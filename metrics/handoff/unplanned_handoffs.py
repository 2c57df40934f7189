"""Unplanned handoffs: of the handoffs a person takes part in, how many are there because something went wrong.

Definition   Manual handoffs of the cases completed in the period that are an exception (the person's step is a
             rejection or correction, or follows a step that failed) or a fallback (the stream file gives the person's
             step to a system or an agent), over all manual ones. What the stream file calls manual on purpose is
             neither; the report `handoff_matrix` shows all four reasons and the steps.
Unit         share, 0–1
Formula      (Σ exception_handoffs + Σ fallback_handoffs) / Σ manual_handoffs
One row is   one completed case, dated by the local day it was finished
Reads        cases(exception_handoffs, fallback_handoffs, manual_handoffs, unknown_handoffs)
Read as      share of manual handoffs; lower is better
Edge cases   unknown performer kind -> not in the value; it has bounds, from all of those planned to all unplanned
             manual on purpose      -> designed, also after a failure: the stream file says why a person does it
             no manual handoff      -> no data: nothing to divide by
             no rows                -> no data, never 0
Not          the rework rate: that asks whether a case was mended, this why people take part at all.
Source       streamgauge; no product was found that tells designed approval from exception and fallback.
Example      four manual handoffs, one an exception and one a fallback -> 0.5
"""

from metrics.metric import Better, Metric, Reading, Statistic

UNPLANNED_HANDOFFS = Metric(
    key="unplanned_handoffs",
    version="1.0.0",
    label="Unplanned handoffs",
    sentence="The share of handoffs with a person that an exception or a fallback brought about.",
    unit="share",
    better=Better.LOWER,
    reading=Reading.FINISHED,
    statistics=(Statistic.SHARE,),
    needs=("cases",),
    dimensions=("outcome", "release"),
    bounded_by="who performed a step",
    sql="""
SELECT case_id AS subject, finished_on AS observed_on, exception_handoffs + fallback_handoffs AS amount,
    manual_handoffs AS base, exception_handoffs + fallback_handoffs AS least_amount,
    manual_handoffs + unknown_handoffs AS least_base,
    exception_handoffs + fallback_handoffs + unknown_handoffs AS most_amount,
    manual_handoffs + unknown_handoffs AS most_base, TRUE AS complete, outcome, release_at_trigger AS release, segments
FROM cases
WHERE stream = $stream AND outcome_kind = 'completed'
""",
)
