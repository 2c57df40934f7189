"""Ping-pong rate: the share of cases in which work went back to where it had just come from.

Definition   Of the cases triggered in the period, those with three responsibles in a row A → B → A.
Unit         share, 0–1
Formula      amount = 1 when it happened, else 0 ; base = 1
One row is   one triggered case, dated by the local day of its trigger
Reads        cases(triggered_on), steps(is_handoff, responsible, previous_responsible)
Read as      share; lower is better
Edge cases   A → B → C → A   -> no ping-pong but a boomerang: it did not come straight back
             nobody is named -> no return to them: two who are unknown need not be the same
             no handoff      -> 0 for that case
             no rows         -> no data, never 0
Not          a boomerang (A → B → C → A), nor a loop: the step may differ, only the responsible returns.
Source       BPI Challenge 2013 (Steeman), 'ping-pong behaviour'.
Example      first line, second line, first line -> 1
"""

from metrics.handoff.returns import PING_PONG, RETURNS
from metrics.metric import Better, Metric, Reading, Statistic

PING_PONG_RATE = Metric(
    key="ping_pong_rate",
    version="1.1.0",
    label="Ping-pong",
    sentence="The share of cases in which work went straight back to where it came from.",
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
    SELECT case_id, bool_or({PING_PONG}) AS came_back FROM ({RETURNS}) GROUP BY case_id
) USING (case_id)
WHERE stream = $stream
""",
)
