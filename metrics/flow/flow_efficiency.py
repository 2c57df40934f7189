"""Flow efficiency: the share of the customer's time in which somebody or something worked on the case.

Definition   Of the flow time of the cases that reached any outcome in the period, the part in which at least one step
             was worked on. Work at the same time counts once. Only cases in which some step told its work.
Unit         share, 0–1
Formula      Σ touch / Σ flow, both in hours
One row is   one finished case with known touch, dated by the local day of its outcome
Reads        time_parts(flow_us, touch_us), cases(finished_on, outcome)
Read as      share of time; higher is better
Edge cases   log of instants    -> no data: touch is not computable from this source, never 0
             some steps untimed -> their work is missing: it is at least this; see time_parts.untimed_steps
             long cases         -> weigh by their length: the ratio of sums, not the mean of ratios
             no flow time       -> moves neither sum
             no rows            -> no data, never 0
Not          utilisation: that asks how busy people are, this how long a customer's case lies idle.
Source       Modig & Åhlström 2012, This is Lean; ours unites overlapping work and leaves out cases of unknown touch.
Example      8 hours with 2 worked, 2 hours with 0.5 worked -> 0.25
"""

from metrics.metric import Better, Metric, Reading, Statistic

FLOW_EFFICIENCY = Metric(
    key="flow_efficiency",
    version="1.0.0",
    label="Flow efficiency",
    sentence="The share of the time customers wait in which their case is worked on.",
    unit="share",
    better=Better.HIGHER,
    reading=Reading.FINISHED,
    statistics=(Statistic.SHARE,),
    needs=("cases", "time_parts"),
    dimensions=("outcome", "release"),
    sql="""
SELECT case_id AS subject, finished_on AS observed_on, touch_us / 3.6e9 AS amount, flow_us / 3.6e9 AS base,
    TRUE AS complete, outcome, release_at_trigger AS release, segments
FROM cases JOIN time_parts USING (stream, case_id)
WHERE stream = $stream AND touch_us IS NOT NULL
""",
)
