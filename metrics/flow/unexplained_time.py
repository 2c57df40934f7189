"""Unexplained time: the share of the customer's time of which the log tells neither work nor a wait.

Definition   Of the flow time of the cases that reached any outcome in the period, the part that is neither touch nor
             queue, external wait or human wait.
Unit         share, 0–1
Formula      Σ unexplained / Σ flow, both in hours
One row is   one finished case, dated by the local day of its outcome
Reads        time_parts(flow_us, unexplained_us), cases(finished_on, outcome)
Read as      share of time; lower is better
Edge cases   log of instants -> nearly all: such a log tells when, not what happened between; that is the finding
             half-told steps -> explain nothing
             long cases      -> weigh by their length: the ratio of sums, not the mean of ratios
             no flow time    -> moves neither sum
             no rows         -> no data, never 0
Not          waste: unexplained is what the data cannot say, not what nobody needed.
Source       ours: a limit on how much of the other numbers rests on silence; set it as a target in the stream file.
Example      8 hours with 3 unexplained, 2 hours with 1 -> 0.4
"""

from metrics.metric import Better, Metric, Reading, Statistic

UNEXPLAINED_TIME = Metric(
    key="unexplained_time",
    version="1.0.0",
    label="Unexplained time",
    sentence="The share of the time customers wait that nobody can explain from the log.",
    unit="share",
    better=Better.LOWER,
    reading=Reading.FINISHED,
    statistics=(Statistic.SHARE,),
    needs=("cases", "time_parts"),
    dimensions=("outcome", "release"),
    sql="""
SELECT case_id AS subject, finished_on AS observed_on, unexplained_us / 3.6e9 AS amount, flow_us / 3.6e9 AS base,
    TRUE AS complete, outcome, release_at_trigger AS release, segments
FROM cases JOIN time_parts USING (stream, case_id)
WHERE stream = $stream
""",
)
