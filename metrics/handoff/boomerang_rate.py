"""Boomerang rate: the share of cases in which work came back to somebody by a detour.

Definition   Of the cases triggered in the period, those in which work returned to a responsible who had it before,
             after at least two others: A → B → C → A.
Unit         share, 0–1
Formula      amount = 1 when it happened, else 0 ; base = 1
One row is   one triggered case, dated by the local day of its trigger
Reads        cases(triggered_on), steps(is_handoff, responsible, previous_responsible)
Read as      share; lower is better
Edge cases   A → B → A         -> none: it came straight back, which is a ping-pong
             A → B → C → B → A -> both: B came straight back, A by a detour
             one responsible   -> however many steps they do in a row, it is one stay
             nobody is named   -> no return to them: two who are unknown need not be the same
             no handoff        -> 0 for that case
             no rows           -> no data, never 0
Not          ping-pong, which counts the ways straight back; one return is never both.
Source       BPI Challenge 2013 (Steeman), 'ping-pong behaviour', which mixes the two; ours counts them apart.
Example      first line, second line, supplier, first line -> 1
"""

from metrics.handoff.returns import BOOMERANG, RETURNS
from metrics.metric import Better, Metric, Reading, Statistic

BOOMERANG_RATE = Metric(
    key="boomerang_rate",
    version="1.0.0",
    label="Boomerangs",
    sentence="The share of cases in which work came back, after two others had it, to somebody who had it before.",
    unit="share",
    better=Better.LOWER,
    reading=Reading.STARTED,
    statistics=(Statistic.SHARE,),
    needs=("cases", "steps"),
    dimensions=("release",),
    sql=f"""
SELECT case_id AS subject, triggered_on AS observed_on, coalesce(came_back, FALSE)::INTEGER AS amount, 1 AS base,
    TRUE AS complete, release_at_trigger AS release, segments
FROM cases LEFT JOIN (
    SELECT case_id, bool_or({BOOMERANG}) AS came_back FROM ({RETURNS}) GROUP BY case_id
) USING (case_id)
WHERE stream = $stream
""",
)
